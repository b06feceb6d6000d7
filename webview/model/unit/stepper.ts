import { iconButton } from "../../shared/controls.ts";
import { h, icon } from "../../shared/dom.ts";
import { clamp } from "../../shared/quantized.ts";

export interface Stepper {
  readonly element: HTMLElement;
  show(value: number, all: number): void;
}

/** A number from 0 to all − 1 with a step to either side. */
export function stepper(label: string, move: (to: number) => void): Stepper {
  let [here, most] = [0, 0];
  const field = h("input", { type: "number", class: "stepper", min: 0, step: 1, "aria-label": label });
  const of = h("span", { class: "dim" });
  const to = (value: number) => {
    const next = clamp(Math.round(value) || 0, 0, most);
    field.value = String(next);
    if (next !== here) move(next);
  };
  field.addEventListener("change", () => to(Number(field.value)));
  const before = iconButton(`Previous ${label.toLowerCase()}`, icon("M10 3L5 8l5 5"), () => to(here - 1));
  const after = iconButton(`Next ${label.toLowerCase()}`, icon("M6 3l5 5-5 5"), () => to(here + 1));
  return {
    element: h("span", { class: "number-stepper" }, h("span", {}, label), before, field, after, of),
    show(value, all) {
      [here, most] = [value, Math.max(0, all - 1)];
      field.max = String(most);
      if (document.activeElement !== field || Number(field.value) === value) field.value = String(value);
      of.textContent = `(0 to ${most.toLocaleString("en")})`;
      // Not `disabled`: the focus stays on a button that has led to the end.
      before.setAttribute("aria-disabled", String(value <= 0));
      after.setAttribute("aria-disabled", String(value >= most));
    },
  };
}
