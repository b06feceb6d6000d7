import type { Step } from "../../../src/shared/inside.ts";
import { fill, h } from "../../shared/dom.ts";
import { figure } from "../../shared/words.ts";
import type { ChannelMap } from "../unit/channel-map.ts";
import { mapCanvas } from "../unit/map-canvas.ts";
import { frame } from "../unit/frame.ts";
import { backwards } from "./backwards.ts";
import { numberGrid } from "./number-grid.ts";
import { cellWords, zerosWords } from "./words.ts";

export interface BackwardsView {
  readonly element: HTMLElement;
  show(
    step: Step,
    output: ChannelMap | undefined,
    channel: number,
    pixel: readonly [number, number],
    onDark: boolean,
  ): void;
}

/** The way back of a convolution: the flipped kernel over the output with zeros put in between. */
export function backwardsView(): BackwardsView {
  const words = h("p", { class: "dim" });
  const ground = frame();
  const grids = [numberGrid("Output under the window"), numberGrid("Kernel, flipped")] as const;
  const sum = h("p", { class: "number" });
  const element = h(
    "section",
    { class: "backwards" },
    h("h3", {}, "Backwards: the transposed convolution"),
    words,
    h("div", { class: "step-figures" }, h("figure", {}, ground.element), ...grids.map(({ element }) => element)),
    sum,
  );
  let drawn: { readonly key: readonly unknown[]; readonly canvas: HTMLCanvasElement } | undefined;
  return {
    element,
    show(step, output, channel, pixel, onDark) {
      element.hidden = step.kind !== "convolution" || !output;
      if (element.hidden || !output) return;
      const { kernel, stride, dilation } = step;
      const { origin, cells, sum: given } = backwards(step, output, channel, pixel);
      const rows = (output.rows - 1) * stride[0] + 1;
      const columns = (output.columns - 1) * stride[1] + 1;
      const reach = [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1] as const;
      // Room around the output for where the window hangs over.
      const margin = [reach[0] - 1, reach[1] - 1, reach[0] - 1, reach[1] - 1] as const;
      const key = [output, onDark, ...margin, ...stride];
      if (!drawn?.key.every((each, i) => each === key[i]))
        drawn = { key, canvas: mapCanvas(output, onDark, margin, stride) };
      const [top, left] = [origin[0] + margin[0], origin[1] + margin[1]];
      const zeros = zerosWords(step);
      ground.show({
        canvas: drawn.canvas,
        rows: rows + margin[0] + margin[2],
        columns: columns + margin[1] + margin[3],
        boxes: [
          { top: margin[0], left: margin[1], bottom: rows + margin[0], right: columns + margin[1], kind: "padding" },
          { top, left, bottom: top + reach[0], right: left + reach[1], kind: "window" },
        ],
        label: `The output${zeros && ` ${zeros}`}, and the window over it`,
      });
      fill(
        words,
        `Which output places speak to pixel ${pixel.join(", ")} of input channel ${step.firstChannel + channel}? The flipped kernel goes over the output, ${zeros && `${zeros}, `}one cell at a time: a pixel of the input is ${cellWords(step)}. Click the input map, or step by input pixels, to move it.`,
      );
      grids[0].show(
        cells.map(({ kind, value }) => ({
          value,
          kind: kind === "outside" ? "padding" : kind === "inserted" ? "inserted" : undefined,
        })),
        kernel[1],
      );
      grids[1].show(
        cells.map(({ weight }) => ({ value: weight })),
        kernel[1],
      );
      fill(sum, `Products summed: ${figure(given)}`);
      sum.title = String(given);
    },
  };
}
