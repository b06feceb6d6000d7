import { h } from "../shared/dom.ts";
import { clamp } from "../shared/quantized.ts";
import type { Region } from "../shared/region.ts";
import { untouched } from "./remembered.ts";
import type { View } from "./view.ts";

const [least, most, step] = [0.15, 0.85, 0.02];

/** The line between the graph and what is beside it: dragged, moved with the arrows, and back to the middle by a double click. */
export function split({ session }: View): Region {
  const element = h("div", {
    class: "split",
    role: "separator",
    tabindex: 0,
    "aria-orientation": "vertical",
    "aria-label": "Width of the graph",
    "aria-valuemin": least * 100,
    "aria-valuemax": most * 100,
  });
  const move = (share: number) => session.remember({ split: clamp(share, least, most) });

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    element.focus();
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", ({ clientX, pointerId }) => {
    const frame = element.parentElement?.getBoundingClientRect();
    if (frame && element.hasPointerCapture(pointerId)) move((clientX - frame.left) / frame.width);
  });
  element.addEventListener("dblclick", () => move(untouched.split));
  element.addEventListener("keydown", (event) => {
    const { split } = session.remembered;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: split - step,
      ArrowRight: split + step,
      Home: least,
      End: most,
      Enter: untouched.split,
    };
    const to = places[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });

  let drawn: number | undefined;
  return {
    element,
    update() {
      const share = session.remembered.split;
      if (share === drawn) return;
      drawn = share;
      element.parentElement?.style.setProperty("--split", `${(share * 100).toFixed(2)}%`);
      element.setAttribute("aria-valuenow", (share * 100).toFixed(0));
    },
  };
}
