import type { Step } from "../../../src/shared/inside.ts";
import { isInserted, isPadding, productsIn, under, cellsOf } from "./arithmetic.ts";

export interface RowEntry {
  /** Place in the flattened input, channel by channel and row by row. */
  readonly column: number;
  readonly weight: number;
}

/**
 * The operator as a matrix that the flattened input is multiplied by: what is not zero in the row of this output place.
 * Undefined for a pooling that is neither a maximum nor a mean: no matrix does what it does.
 */
export function matrixRow(step: Step): readonly RowEntry[] | undefined {
  const { input, firstChannel, stride, kind, picked, divisor } = step;
  const [, rows, columns] = input;
  if (kind === "pooling" && picked === undefined && divisor === undefined) return undefined;
  const apart = kind === "transposed convolution" ? stride : ([1, 1] as const);
  const entries: RowEntry[] = [];
  for (let i = 0; i < productsIn(step); i++) {
    if (isPadding(step, i) || isInserted(step, i)) continue;
    if (picked !== undefined && i !== picked) continue;
    const [row, column] = under(step, i);
    const channel = firstChannel + Math.floor(i / cellsOf(step));
    entries.push({
      column: (channel * rows + row / apart[0]) * columns + column / apart[1],
      weight: kind !== "pooling" ? (step.weights[i] ?? NaN) : divisor === undefined ? 1 : 1 / divisor,
    });
  }
  return entries;
}

/** Which row: places of the output, flattened as the input is. */
export const rowOf = ({ output: [, rows, columns], channel, place: [row, column] }: Step): number =>
  (channel * rows + row) * columns + column;
