import type { Note } from "../../src/shared/updates.ts";
import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { unbroken, visible } from "../shared/words.ts";
import type { View } from "./view.ts";
import { told } from "./words.ts";

/** A panel of no more height has one line of notes: the room is the picture's. */
const low = "(max-height: 620px)";
/** Letters of which a line shows about all. */
const line = 80;

const words = (text: string): string => unbroken(visible(text));

/**
 * What a person should know of the run: first a step that was undone and what the network says of the picture, then what is
 * worth a look. What explains a note is folded into it.
 */
export function notes({ session }: View): Region {
  const list = h("div", { class: "list fading", role: "status" });
  const more = link("", () => {
    isOpen = !isOpen;
    session.changed();
  });
  const element = h("section", { class: "notes", "aria-label": "Notes" }, list, more);
  const lowness = matchMedia(low);
  lowness.addEventListener("change", () => session.changed());
  /** Whether somebody wants to see all of them where there is room for one line. */
  let isOpen = false;
  /** Those whose explanation somebody has unfolded. */
  const unfolded = new Set<string>();

  function whole({ key, level, text, more }: Note): HTMLElement {
    if (more === undefined) return h("p", { class: "note", "data-level": level }, words(text));
    const details = h(
      "details",
      {
        class: "note",
        "data-level": level,
        open: unfolded.has(key),
        ontoggle: () => (details.open ? unfolded.add(key) : unfolded.delete(key)),
      },
      h("summary", {}, words(text)),
      h("p", {}, words(more)),
    );
    return details;
  }

  const update = whenChanged(
    () => [JSON.stringify(told(session)), lowness.matches, isOpen],
    () => {
      const all = told(session);
      const said = [...all.filter(({ level }) => level !== "info"), ...all.filter(({ level }) => level === "info")];
      const [first, ...others] = said;
      if (!first) {
        more.hidden = true;
        return fill(list);
      }
      const isLong = others.length > 0 || first.more !== undefined || first.text.length > line;
      const isFolded = lowness.matches && isLong && !isOpen;
      element.classList.toggle("folded", isFolded);
      more.hidden = !lowness.matches || !isLong;
      more.textContent = isOpen ? "Less" : others.length ? `${others.length} more` : "More";
      const { level, text } = first;
      const one = h("p", { class: "note", "data-level": level, title: visible(text) }, words(text));
      fill(list, ...(isFolded ? [one] : said.map(whole)));
    },
  );
  return { element, update };
}
