import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { figure, visible } from "../shared/words.ts";
import { differences } from "./differences.ts";
import type { View } from "./view.ts";

/** Of an earlier frame that is looked at: what it came to, what it was made with that is chosen otherwise by now, and the ways from there. */
export function rewound({ session }: View): Region {
  const element = h("section", { class: "rewound", "aria-label": "Earlier frame", hidden: true });
  const update = whenChanged(
    () => [
      session.chosen,
      session.strip,
      session.line,
      session.isGoing,
      session.techniques,
      session.shown,
      JSON.stringify(session.settings),
      session.subject,
    ],
    () => {
      const frame = session.strip.find(({ id }) => id === session.chosen);
      element.hidden = !frame;
      if (!frame) return fill(element);
      const { objective } = frame;
      const made = session.earlier?.settings;
      const others = made ? differences(session, made) : [];
      fill(
        element,
        objective === undefined ? undefined : h("span", {}, `Objective ${figure(objective)}.`),
        session.line.includes(frame.id) ? undefined : h("span", { class: "dim" }, "On a branch that was left."),
        others.length ? h("span", { class: "made-with" }, visible(`Made with ${others.join("; ")}.`)) : undefined,
        link("Go on from here", () => session.resume(), "Go on from this frame, with the settings as they are now"),
        link("Back to the newest", () => void session.choose(undefined)),
      );
    },
  );
  return { element, update };
}
