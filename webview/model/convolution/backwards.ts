import type { Step } from "../../../src/shared/inside.ts";
import type { ChannelMap } from "../unit/channel-map.ts";

/** A cell of the window that goes over the output with zeros between its rows and columns. */
export interface BackwardsCell {
  readonly kind: "value" | "inserted" | "outside";
  readonly value: number;
  /** Of the flipped kernel. */
  readonly weight: number;
}

export interface Backwards {
  /** Of the window's first cell, over the zero-inserted output. */
  readonly origin: readonly [number, number];
  readonly cells: readonly BackwardsCell[];
  readonly sum: number;
}

/**
 * What a convolution's output gives back to one pixel of one input channel: the transposed convolution. The flipped kernel goes
 * over the output, zeros inserted, one cell at a time; with a stride, such a step is a fraction of an output pixel.
 */
export function backwards(
  step: Step,
  output: ChannelMap,
  channel: number,
  pixel: readonly [number, number],
): Backwards {
  const { kernel, stride, dilation, padding, weights } = step;
  const origin = [0, 1].map(
    (axis) => (pixel[axis] ?? 0) + (padding[axis] ?? 0) - (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1),
  ) as [number, number]; // of two axes
  const size = kernel[0] * kernel[1];
  const cells = Array.from({ length: size }, (_, i): BackwardsCell => {
    const row = origin[0] + Math.floor(i / kernel[1]) * dilation[0];
    const column = origin[1] + (i % kernel[1]) * dilation[1];
    const weight = weights[channel * size + size - 1 - i] ?? NaN;
    const outside =
      row < 0 || column < 0 || row > (output.rows - 1) * stride[0] || column > (output.columns - 1) * stride[1];
    if (outside) return { kind: "outside", value: 0, weight };
    if (row % stride[0] || column % stride[1]) return { kind: "inserted", value: 0, weight };
    return {
      kind: "value",
      value: output.values[(row / stride[0]) * output.columns + column / stride[1]] ?? NaN,
      weight,
    };
  });
  return { origin, cells, sum: cells.reduce((sum, { value, weight }) => sum + (value === 0 ? 0 : value * weight), 0) };
}
