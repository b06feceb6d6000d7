import type { Step } from "../../../src/shared/inside.ts";
import { fill, h } from "../../shared/dom.ts";
import { cellsOf, greatestTo, isInserted, isPadding, productAt, productsIn } from "./arithmetic.ts";
import { numberGrid } from "./number-grid.ts";
import type { GridCell } from "./number-grid.ts";
import { aligned, sumLines } from "./words.ts";

export interface SumView {
  /** The numbers of one input channel: window, kernel, products. */
  readonly element: HTMLElement;
  /** What they add up to. */
  readonly lines: HTMLElement;
  show(step: Step, done: number, channel: number): void;
}

export function sumView(): SumView {
  const signs = [h("span", { class: "sign" }, "×"), h("span", { class: "sign" }, "=")] as const;
  const window = numberGrid("Under the window");
  const kernel = numberGrid("Kernel");
  const products = numberGrid("Products");
  const element = h(
    "div",
    { class: "number-grids" },
    window.element,
    signs[0],
    kernel.element,
    signs[1],
    products.element,
  );
  const lines = h("dl", { class: "sum-lines" });
  return {
    element,
    lines,
    show(step, done, channel) {
      const [size, columns] = [cellsOf(step), step.kernel[1]];
      const from = channel * size;
      element.dataset["wide"] = String(columns > 3);
      const complete = done === productsIn(step);
      const best = step.kind === "pooling" && step.divisor === undefined ? greatestTo(step, done)?.cell : undefined;
      const cells = (valueAt: (i: number) => number, marksKind = true): GridCell[] =>
        Array.from({ length: size }, (_, cell) => {
          const i = from + cell;
          const kind = isPadding(step, i) ? "padding" : isInserted(step, i) ? "inserted" : undefined;
          return {
            value: valueAt(i),
            kind: marksKind ? kind : undefined,
            now: !complete && i === done - 1,
            picked: step.kind === "pooling" && cell === best,
          };
        });
      window.show(
        cells((i) => step.window[i] ?? NaN),
        columns,
      );
      const weighs = step.kind !== "pooling";
      for (const each of [kernel.element, products.element, ...signs]) each.hidden = !weighs;
      if (weighs) {
        kernel.show(
          cells((i) => step.weights[i] ?? NaN, false),
          columns,
        );
        products.show(
          cells((i) => productAt(step, i), false).map((cell, i) => ({ ...cell, later: from + i >= done })),
          columns,
        );
      }
      const all = sumLines(step, done, channel);
      const texts = aligned(all.map(({ value }) => value));
      fill(
        lines,
        ...all.flatMap(({ words, value }, i) => [
          h("dt", {}, words),
          h("dd", { class: "number", title: String(value) }, texts[i]),
        ]),
      );
    },
  };
}
