import type { StripFrame } from "../../src/shared/dream-panel.ts";
import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { roving } from "../shared/roving.ts";
import { figure } from "../shared/words.ts";
import { paint } from "./drawn.ts";
import type { Part } from "./session.ts";
import type { View } from "./view.ts";
import { capital } from "./words.ts";

/** The frames as they came. One that is chosen is shown, and can be gone on from. */
export function strip({ session }: View): Region {
  const frames = h("div", { class: "frames", role: "group", "aria-label": "Frames" });
  const rewound = h("p", { class: "rewound", hidden: true });
  const element = h("section", { class: "strip", "aria-label": "Film strip" }, frames, rewound);
  const buttons = new Map<number, HTMLButtonElement>();
  const stops = roving(frames, "button");

  function thumbnail(frame: StripFrame): HTMLButtonElement {
    const canvas = h("canvas", { "aria-hidden": "true" });
    paint(canvas, frame.thumbnail);
    return h("button", { type: "button", class: "frame", onclick: () => void session.choose(frame.id) }, canvas);
  }

  const list = whenChanged(
    () => [session.strip],
    () => {
      const atEnd = frames.scrollWidth - frames.scrollLeft - frames.clientWidth < 40;
      const kept = new Set(session.strip.map(({ id }) => id));
      for (const [id, button] of buttons) {
        if (kept.has(id)) continue;
        button.remove();
        buttons.delete(id);
      }
      for (const frame of session.strip) {
        if (buttons.has(frame.id)) continue;
        const button = thumbnail(frame);
        buttons.set(frame.id, button);
        frames.append(button);
      }
      element.hidden = !session.strip.length; // what is hidden cannot be scrolled
      if (atEnd && session.chosen === undefined) frames.scrollLeft = frames.scrollWidth;
    },
  );
  const mark = whenChanged(
    () => [session.strip, session.frame, session.line, session.part],
    () => {
      const line = new Set(session.line);
      for (const frame of session.strip) {
        const button = buttons.get(frame.id);
        const label = labelOf(frame, session.part, line.has(frame.id));
        button?.setAttribute("aria-pressed", String(frame.id === session.frame));
        button?.setAttribute("aria-label", label);
        if (button) button.title = label;
        button?.classList.toggle("off", !line.has(frame.id));
      }
      stops.settle();
    },
  );
  const tell = whenChanged(
    () => [session.chosen, session.strip, session.isGoing],
    () => {
      const frame = session.strip.find(({ id }) => id === session.chosen);
      rewound.hidden = !frame;
      if (!frame) return fill(rewound);
      fill(
        rewound,
        h("span", {}, `${capital(session.part)} ${frame.octave}, step ${frame.step}.`),
        link("Go on from here", () => session.resume(), "Go on from this frame, with the settings as they are now"),
        link("Back to the newest", () => void session.choose(undefined)),
      );
    },
  );
  return {
    element,
    update() {
      list();
      mark();
      tell();
    },
  };
}

const labelOf = ({ octave, step, objective }: StripFrame, part: Part, onLine: boolean): string =>
  `${capital(part)} ${octave}, step ${step}${objective === undefined ? "" : `: ${figure(objective)}`}${onLine ? "" : ", on another branch"}`;
