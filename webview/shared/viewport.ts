import { clamp } from "./quantized.ts";

/** The part of a picture that is looked at: `zoom` 1 shows all of it; x and y are its centre, from 0 to 1. */
export interface Viewport {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}
export const everything: Viewport = { zoom: 1, x: 0.5, y: 0.5 };
const most = 32;

/** From places on the picture (0 to 1) to places on the pane (0 to 1), and back. */
export const toPane = ({ zoom, x, y }: Viewport, [u, v]: Point): Point => [(u - x) * zoom + 0.5, (v - y) * zoom + 0.5];
export const toPicture = ({ zoom, x, y }: Viewport, [u, v]: Point): Point => [
  (u - 0.5) / zoom + x,
  (v - 0.5) / zoom + y,
];
export type Point = readonly [number, number];

/** Never more than all of the picture, and never beyond its edges. */
function within({ zoom, x, y }: Viewport): Viewport {
  const kept = clamp(zoom, 1, most);
  const margin = 0.5 / kept;
  return { zoom: kept, x: clamp(x, margin, 1 - margin), y: clamp(y, margin, 1 - margin) };
}

/** Closer by `factor`; the place at `around` on the pane stays where it is. */
export function zoomed(viewport: Viewport, factor: number, around: Point = [0.5, 0.5]): Viewport {
  const zoom = clamp(viewport.zoom * factor, 1, most);
  const [x, y] = toPicture(viewport, around);
  return within({ zoom, x: x - (around[0] - 0.5) / zoom, y: y - (around[1] - 0.5) / zoom });
}

/** Moved by a share of the pane, as when dragged. */
export const panned = ({ zoom, x, y }: Viewport, [dx, dy]: Point): Viewport =>
  within({ zoom, x: x - dx / zoom, y: y - dy / zoom });

/** Moved as little as brings a place of the picture into view. */
export function revealing(viewport: Viewport, place: Point): Viewport {
  const [u, v] = toPane(viewport, place);
  return panned(viewport, [clamp(u, 0, 1) - u, clamp(v, 0, 1) - v]);
}
