import type { Step } from "../../../src/shared/inside.ts";
import { fill, h } from "../../shared/dom.ts";
import { figure } from "../../shared/words.ts";
import { canvasOf, contextOf } from "../filters/canvas.ts";
import { matrixRow, rowOf } from "./matrix-row.ts";
import type { RowEntry } from "./matrix-row.ts";
import { filledWords } from "./words.ts";

const [width, height] = [1200, 14];

/** The same as a row of a matrix: where in the flattened input its numbers stand, of all of it and enlarged of one channel. */
export function strip(): { readonly element: HTMLElement; show(step: Step, channel: number): void } {
  const words = h("p", { class: "dim" });
  const whole = h("div", { class: "strip" });
  const part = h("div", { class: "strip" });
  const element = h(
    "section",
    { class: "matrix-strip" },
    h("h3", {}, "The same as a row of a matrix"),
    words,
    whole,
    part,
  );
  return {
    element,
    show(step, channel) {
      const entries = matrixRow(step);
      whole.hidden = part.hidden = !entries;
      if (!entries) return fill(words, "No matrix does what this pooling does.");
      const [channels, rows, columns] = step.input;
      const [all, plane] = [channels * rows * columns, rows * columns];
      const [outs, height, width] = step.output;
      fill(
        words,
        `The input is written out as ${all.toLocaleString("en")} numbers; this place is row ${rowOf(step).toLocaleString("en")} (0 to ${(outs * height * width - 1).toLocaleString("en")}). ${filledWords(entries.length)}`,
      );
      fill(
        whole,
        stripOf(entries, 0, all),
        h("span", { class: "dim" }, `all channels: 0 to ${(all - 1).toLocaleString("en")}`),
      );
      const own = (step.firstChannel + channel) * plane;
      const within = entries.filter(({ column }) => column >= own && column < own + plane);
      const [first, last] = [within[0]?.column, within.at(-1)?.column];
      part.hidden = first === undefined || last === undefined;
      if (first === undefined || last === undefined) return;
      fill(
        part,
        stripOf(within, first, last + 1),
        h(
          "span",
          { class: "dim" },
          `channel ${step.firstChannel + channel}: ${first.toLocaleString("en")} to ${last.toLocaleString("en")}: ${within
            .slice(0, 9)
            .map(({ weight }) => figure(weight))
            .join(", ")}${within.length > 9 ? ", …" : ""}`,
        ),
      );
    },
  };
}

/** Bars of the weights' heights from `from` to before `to`; the strongest where several share a place. */
function stripOf(entries: readonly RowEntry[], from: number, to: number): HTMLCanvasElement {
  const canvas = canvasOf(width, height);
  const context = contextOf(canvas);
  const largest = entries.reduce((most, { weight }) => Math.max(most, Math.abs(weight)), 0) || 1;
  const side = Math.max(2, width / (to - from));
  for (const { column, weight } of entries) {
    const x = ((column - from) / (to - from)) * width;
    const tall = Math.max(2, (height / 2) * (Math.abs(weight) / largest));
    context.fillStyle = weight < 0 ? "#3794ff" : "#d18616";
    context.fillRect(Math.min(x, width - side), weight < 0 ? height / 2 : height / 2 - tall, side, tall);
  }
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}
