import type { Step } from "../../../src/shared/inside.ts";

export const cellsOf = ({ kernel: [rows, columns] }: Pick<Step, "kernel">): number => rows * columns;
export const productsIn = (step: Step): number => step.channels * cellsOf(step);

/** What the cell adds: the padding nothing. `i` counts through all channels, row by row. */
export function productAt(step: Step, i: number): number {
  const value = step.window[i] ?? NaN;
  if (Number.isNaN(value) && isPadding(step, i)) return 0;
  if (step.kind !== "pooling") return value * (step.weights[i] ?? NaN);
  return step.divisor === undefined ? value : value / step.divisor;
}

/** Sum over the products from `from` to before `to`. */
function sumBetween(step: Step, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += productAt(step, i);
  return sum;
}

/** Sum over the first `count` products. */
export const sumTo = (step: Step, count: number): number => sumBetween(step, 0, count);

/** Sum over one input channel of the window, its first `count` cells. */
export function sumOfChannel(step: Step, channel: number, count = cellsOf(step)): number {
  const from = channel * cellsOf(step);
  return sumBetween(step, from, from + count);
}

/** The input channel that adds most to the sum, whatever its sign; the first where none adds anything. */
export function heaviestChannel(step: Step): number {
  const adds = Array.from({ length: step.channels }, (_, channel) => Math.abs(sumOfChannel(step, channel)));
  return adds.reduce((best, each, channel) => (each > (adds[best] ?? 0) ? channel : best), 0);
}

/** The greatest of the first `count` cells and where it is; undefined where all of them are padding. */
export function greatestTo(step: Step, count: number): { readonly value: number; readonly cell: number } | undefined {
  let best: { readonly value: number; readonly cell: number } | undefined;
  for (let cell = 0; cell < count; cell++) {
    const value = step.window[cell] ?? NaN;
    if (!Number.isNaN(value) && (!best || value > best.value)) best = { value, cell };
  }
  return best;
}

/** Row and column of the cell `i` in what the window goes over: the input, or for transposed ones the zero-inserted one. */
export function under({ origin, dilation, kernel }: Step, i: number): readonly [number, number] {
  const cell = i % cellsOf({ kernel });
  return [origin[0] + Math.floor(cell / kernel[1]) * dilation[0], origin[1] + (cell % kernel[1]) * dilation[1]];
}

/** Rows and columns of what the window goes over. */
export function ground({ kind, input: [, rows, columns], stride }: Step): readonly [number, number] {
  return kind === "transposed convolution"
    ? [(rows - 1) * stride[0] + 1, (columns - 1) * stride[1] + 1]
    : [rows, columns];
}

export function isPadding(step: Step, i: number): boolean {
  const [row, column] = under(step, i);
  const [rows, columns] = ground(step);
  return row < 0 || column < 0 || row >= rows || column >= columns;
}

/** A zero that was put between the input's rows and columns. */
export function isInserted(step: Step, i: number): boolean {
  if (step.kind !== "transposed convolution" || isPadding(step, i)) return false;
  const [row, column] = under(step, i);
  return row % step.stride[0] !== 0 || column % step.stride[1] !== 0;
}
