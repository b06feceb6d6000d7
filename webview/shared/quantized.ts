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
 * Every cell as `times` × `times` places, row by row: between cell centres the mean of the four around it, which is what
 * `smooth` draws (bilinear, corners not aligned).
 */
export function enlarged(map: Quantized, times: number): Float64Array {
  const { rows, columns } = gridOf(map);
  const cells = Float64Array.from({ length: rows * columns }, (_, i) => valueOf(map, map.bytes[i] ?? 0));
  if (times === 1) return cells;
  const across = neighbours(columns, times);
  const values = new Float64Array(cells.length * times * times);
  let place = 0;
  for (const { near, far, share } of neighbours(rows, times)) {
    const [upper, lower] = [near * columns, far * columns];
    for (const { near: left, far: right, share: u } of across) {
      const above = cells[upper + left]! * (1 - u) + cells[upper + right]! * u; // neighbours are within the grid
      const below = cells[lower + left]! * (1 - u) + cells[lower + right]! * u; // the same
      values[place++] = above * (1 - share) + below * share;
    }
  }
  return values;
}

/** The two cells that a place lies between, and the share of the farther one. */
function neighbours(cells: number, times: number) {
  return Array.from({ length: cells * times }, (_, i) => {
    const place = clamp((i + 0.5) / times - 0.5, 0, cells - 1);
    const near = Math.floor(place);
    return { near, far: Math.min(near + 1, cells - 1), share: place - near };
  });
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
