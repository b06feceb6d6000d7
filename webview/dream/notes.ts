import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import type { View } from "./view.ts";

/** What a person should know of the run: first a step that was undone and what the network says of the picture, then what is worth a look. */
export function notes({ session }: View): Region {
  const element = h("section", { class: "notes", role: "status", "aria-label": "Notes" });
  const update = whenChanged(
    () => [session.notes.map(({ key, text }) => key + text).join("\n")],
    () => {
      const all = session.notes;
      const said = [...all.filter(({ level }) => level !== "info"), ...all.filter(({ level }) => level === "info")];
      element.hidden = !said.length;
      fill(element, ...said.map(({ level, text }) => h("p", { class: "note", "data-level": level }, visible(text))));
    },
  );
  return { element, update };
}
