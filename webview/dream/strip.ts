import type { StripFrame } from "../../src/shared/dream-panel.ts";
import type { Part } from "../../src/shared/part.ts";
import { h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { roving } from "../shared/roving.ts";
import { paint } from "./drawn.ts";
import type { View } from "./view.ts";
import { frameNumber, framePlace, objectiveText } from "./words.ts";

/** The frames as they came, the newest in sight unless a person has scrolled away from it. One that is chosen is shown. */
export function strip({ session }: View): Region {
  const frames = h("div", { class: "frames", role: "group", "aria-label": "Frames" });
  const element = h("section", { class: "strip", "aria-label": "Film strip" }, frames);
  const buttons = new Map<number, HTMLButtonElement>();
  /** Whether an earlier frame was looked at when the strip was last drawn. */
  let wasChosen = false;
  const stops = roving(frames, "button");

  function thumbnail(frame: StripFrame): HTMLButtonElement {
    const canvas = h("canvas", { "aria-hidden": "true" });
    paint(canvas, frame.thumbnail, frame.gaps);
    const number = h("span", { class: "number", "aria-hidden": "true" });
    return h(
      "button",
      { type: "button", class: "frame", onclick: () => void session.choose(frame.id) },
      canvas,
      number,
    );
  }

  /** Where a person left it: a panel that gets narrower moves the end, not the frames. */
  let isAtEnd = true;
  const atEnd = () => frames.scrollWidth - frames.scrollLeft - frames.clientWidth < 40;
  frames.addEventListener("scroll", () => (isAtEnd = atEnd()));
  function toEnd(): void {
    frames.scrollLeft = frames.scrollWidth;
    isAtEnd = true;
  }
  new ResizeObserver(() => isAtEnd && session.chosen === undefined && toEnd()).observe(frames);
  const list = whenChanged(
    () => [session.strip],
    () => {
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
      element.classList.toggle("awaited", !session.strip.length);
      if (isAtEnd && session.chosen === undefined) toEnd();
    },
  );
  const mark = whenChanged(
    () => [session.strip, session.frame, session.line, session.techniques],
    () => {
      const line = new Set(session.line);
      for (const frame of session.strip) {
        const button = buttons.get(frame.id);
        const number = button?.querySelector(".number");
        const part = session.partOf(frame);
        if (number) number.textContent = frameNumber(frame, part);
        const label = labelOf(frame, part, line.has(frame.id));
        button?.setAttribute("aria-pressed", String(frame.id === session.frame));
        button?.setAttribute("aria-label", label);
        if (button) button.title = label;
        button?.classList.toggle("off", !line.has(frame.id));
      }
      stops.settle();
    },
  );
  return {
    element,
    update() {
      list();
      mark();
      // Whoever leaves an earlier frame, to go on from it or to go back, looks at what comes next.
      if (wasChosen && session.chosen === undefined) toEnd();
      wasChosen = session.chosen !== undefined;
    },
  };
}

const labelOf = (frame: StripFrame, part: Part, onLine: boolean): string =>
  `${framePlace(frame, part)}${frame.objective === undefined ? "" : `: ${objectiveText(frame.objective)}`}${onLine ? "" : ", on a branch that was left"}`;
