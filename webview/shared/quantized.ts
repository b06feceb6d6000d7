import type { Heatmap, Quantized } from "../../src/shared/updates.ts";

/** The value behind a byte. */
export const valueOf = ({ low, high }: Quantized, byte: number): number => low + (byte / 255) * (high - low);

export const gridOf = ({ shape }: Quantized): { readonly rows: number; readonly columns: number } => ({
  rows: shape[0] ?? 0,
  columns: shape[1] ?? 0,
});

/** The value of a cell. */
export function at(map: Quantized, row: number, column: number): number {
  return valueOf(map, map.bytes[row * gridOf(map).columns + column] ?? 0);
}

/**
 * The value at a place, both from 0 to 1 over the map: between cell centres the mean of the four around it,
 * which is what `smooth` draws (bilinear, corners not aligned).
 */
export function between(map: Quantized, x: number, y: number): number {
  const { rows, columns } = gridOf(map);
  const column = clamp(x * columns - 0.5, 0, columns - 1);
  const row = clamp(y * rows - 0.5, 0, rows - 1);
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [right, bottom] = [Math.min(left + 1, columns - 1), Math.min(top + 1, rows - 1)];
  const [u, v] = [column - left, row - top];
  const upper = at(map, top, left) * (1 - u) + at(map, top, right) * u;
  const lower = at(map, bottom, left) * (1 - u) + at(map, bottom, right) * u;
  return upper * (1 - v) + lower * v;
}

/** What the colour scale spans. `clipped`: what is stronger than its end is drawn, and known, only as its end. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly clipped: boolean;
}

export function rangeOf({ values, signed, percentile }: Heatmap<Quantized>): Range {
  const { low, high } = values;
  const clipped = percentile !== undefined && percentile < 100;
  const strongest = Math.max(Math.abs(low), Math.abs(high));
  return signed ? { low: -strongest, high: strongest, clipped } : { low, high, clipped };
}

/** Where a value stands on the scale, from 0 to 255. */
export function level(value: number, { low, high }: Range): number {
  return high > low ? Math.round(255 * clamp((value - low) / (high - low), 0, 1)) : 0;
}

export const clamp = (n: number, low: number, high: number): number => Math.min(Math.max(n, low), high);
