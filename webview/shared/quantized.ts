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

/** What the colour scale spans. `clipped`: the strongest values lie beyond it, and are drawn as its end. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly clipped: boolean;
}

/** Pixel by pixel maps have a few values far above all others; drawn up to those, they would be black. */
const fine = 64 * 64;
const shown = 0.99;

export function rangeOf({ values, signed }: Heatmap<Quantized>, clip: boolean): Range {
  const { low, high, bytes } = values;
  const strongest = Math.max(Math.abs(low), Math.abs(high));
  const limit = clip && bytes.length >= fine ? strength(values, signed, shown) : strongest;
  const clipped = limit > 0 && limit < 0.75 * strongest;
  const end = clipped ? limit : strongest;
  if (signed) return { low: -end, high: end, clipped };
  return clipped && low >= 0 ? { low, high: Math.max(end, low), clipped } : { low, high, clipped: false };
}

/** The strength that a share of all values stays under. */
function strength(map: Quantized, signed: boolean, share: number): number {
  const counts = new Uint32Array(256);
  for (const byte of map.bytes) counts[byte]! += 1;
  const strengths = Array.from(counts, (count, byte) => ({ count, value: valueOf(map, byte) }))
    .map(({ count, value }) => ({ count, value: signed ? Math.abs(value) : value }))
    .sort((a, b) => a.value - b.value);
  let under = 0;
  for (const { count, value } of strengths) {
    under += count;
    if (under >= share * map.bytes.length) return value;
  }
  return Math.max(Math.abs(map.low), Math.abs(map.high));
}

/** Where a value stands on the scale, from 0 to 255. */
export function level(value: number, { low, high }: Range): number {
  return high > low ? Math.round(255 * clamp((value - low) / (high - low), 0, 1)) : 0;
}

export const clamp = (n: number, low: number, high: number): number => Math.min(Math.max(n, low), high);
