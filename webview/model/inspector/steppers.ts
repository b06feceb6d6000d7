import type { Shape } from "../../../src/shared/tensor.ts";
import { h } from "../../shared/dom.ts";
import { clamp } from "../../shared/quantized.ts";

/** A number for each of the leading axes: which slice is shown. */
export function steppers(axes: Shape, move: (index: readonly number[]) => void): HTMLElement {
  const index = axes.map(() => 0);
  const one = (length: number, axis: number) => {
    const field = h("input", { type: "number", class: "stepper", min: 0, max: length - 1, step: 1, value: 0 });
    field.disabled = length === 1;
    field.addEventListener("change", () => {
      const to = clamp(Math.round(Number(field.value)) || 0, 0, length - 1);
      field.value = String(to);
      index[axis] = to;
      move([...index]);
    });
    return h(
      "label",
      {},
      `Axis ${axis} `,
      field,
      h("span", { class: "dim" }, ` (0 to ${(length - 1).toLocaleString("en")})`),
    );
  };
  return h("span", {}, ...axes.map(one));
}
