import type { Prediction } from "../../src/shared/protocol.ts";
import type { Point } from "../shared/viewport.ts";

/** In the photo's pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the panes show: the photo, and what the network sees beyond its edges where it is padded. */
export function frameOf({ photo, seen }: Pick<Prediction, "photo" | "seen">): Box {
  const left = Math.min(0, seen.left);
  const top = Math.min(0, seen.top);
  const right = Math.max(photo[0], seen.left + seen.width);
  const bottom = Math.max(photo[1], seen.top + seen.height);
  return { left, top, width: right - left, height: bottom - top };
}

/** From a place in one box (0 to 1) to the photo's pixels, and back. */
export const toPixels = ({ left, top, width, height }: Box, [u, v]: Point): Point => [
  left + u * width,
  top + v * height,
];
export const fromPixels = ({ left, top, width, height }: Box, [x, y]: Point): Point => [
  (x - left) / width,
  (y - top) / height,
];

export const inside = ([u, v]: Point): boolean => u >= 0 && u < 1 && v >= 0 && v < 1;
