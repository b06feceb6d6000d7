import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { differences } from "./differences.ts";
import type { View } from "./view.ts";
import { isThrough, objectiveText } from "./words.ts";

/**
 * What the picture on screen was made with that is chosen otherwise by now: a change makes no other picture of one that is
 * through. Of an earlier frame also what it came to, and the ways from there.
 */
export function rewound({ session }: View): Region {
  const element = h("section", { class: "rewound", hidden: true });
  const update = whenChanged(
    () => [
      session.chosen,
      session.strip,
      session.line,
      session.isGoing,
      session.phase,
      JSON.stringify(session.state?.madeWith),
      session.techniques,
      session.shown,
      JSON.stringify(session.settings),
      session.subject,
    ],
    () => {
      const frame = session.strip.find(({ id }) => id === session.chosen);
      const isEarlier = frame !== undefined;
      const made = isEarlier ? session.earlier?.settings : session.isGoing ? undefined : session.state?.madeWith;
      const others = made ? differences(session, made, isEarlier) : [];
      const words = others.length
        ? h("span", { class: "made-with" }, visible(`Made with ${others.join("; ")}.`))
        : undefined;
      element.hidden = !isEarlier && !words;
      element.ariaLabel = isEarlier ? "Earlier frame" : "What it was made with";
      if (!isEarlier) {
        fill(
          element,
          words,
          words && isThrough(session) && session.missing === undefined
            ? link("Make it anew", () => session.begin(), "Make it anew with the settings as they are now")
            : undefined,
        );
        return;
      }
      const { objective } = frame;
      fill(
        element,
        objective === undefined
          ? undefined
          : h("span", {}, `Objective${frame.isResult ? "" : " before the step"}: ${objectiveText(objective)}.`),
        session.line.includes(frame.id) ? undefined : h("span", { class: "dim" }, "On a branch that was left."),
        words,
        link("Go on from here", () => session.resume(), "Go on from here, with the settings as they are now"),
        link("Back to the newest", () => void session.choose(undefined)),
      );
    },
  );
  return { element, update };
}
