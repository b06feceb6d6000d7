import { h } from "./dom.ts";
import { positionOf, valueAt, type Range } from "./slider-scale.ts";

/** Colours the track up to the knob, wherever that was put. */
export function fillTrack(element: HTMLInputElement): void {
  const [min, max] = [Number(element.min), Number(element.max)];
  element.style.setProperty("--share", `${(100 * (element.valueAsNumber - min)) / (max - min)}%`);
}

/** Positions of a slider. */
const travel = 1000;

/**
 * For the pointer alone: a field beside it holds the number, and has the keys and the name. `moving` is told the value while
 * the knob moves, `take` where it is let go.
 */
export function slider(
  range: Range,
  value: number,
  { moving, take }: { readonly moving: (value: number) => void; readonly take: (value: number) => void },
): { readonly element: HTMLInputElement; show(value: number): void } {
  const element = h("input", {
    type: "range",
    class: "slider",
    min: 0,
    max: travel,
    tabindex: -1,
    "aria-hidden": "true",
  });
  const now = () => valueAt(range, Number(element.value) / travel);
  const show = (shown: number) => {
    element.value = String(Math.round(travel * positionOf(range, shown)));
    fillTrack(element);
  };
  show(value);
  element.addEventListener("input", () => {
    moving(now());
    fillTrack(element);
  });
  element.addEventListener("change", () => take(now()));
  return { element, show };
}
