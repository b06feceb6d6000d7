import type { Step } from "../../../src/shared/inside.ts";
import { cellsOf, productsIn } from "./arithmetic.ts";

/** What one step of the animation is. */
export const paces = ["products", "channels", "places", "pixels"] as const;
export type Pace = (typeof paces)[number];

/** Where the animation stands within a window: so many products have been summed up. */
export function advanced(step: Step, done: number, by: 1 | -1, pace: "products" | "channels"): number | undefined {
  const all = productsIn(step);
  const size = pace === "products" ? 1 : cellsOf(step);
  const to = by > 0 ? Math.floor(done / size) * size + size : Math.ceil(done / size) * size - size;
  return to < 0 || to > all ? undefined : to;
}

/** The next or the previous place, row by row; undefined beyond the ends. */
export function moved(
  [row, column]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  by: 1 | -1,
): readonly [number, number] | undefined {
  const to = row * columns + column + by;
  return to < 0 || to >= rows * columns ? undefined : [Math.floor(to / columns), to % columns];
}

/** The input channel that the next product is of. */
export const channelAt = (step: Step, done: number): number =>
  Math.min(step.channels - 1, Math.floor(Math.max(0, done - 1) / cellsOf(step)));
