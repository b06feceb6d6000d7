import type { Prediction } from "../../src/shared/protocol.ts";
import type { Point } from "../shared/viewport.ts";

/** In the photo's pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Longer panes than this would be too low to point at: what lies beyond such a photo's edges is left empty. */
const longest = 5;

/** What the panes show: the photo, and what the network sees beyond its edges where it is padded. */
export function frameOf({ photo, seen }: Pick<Prediction, "photo" | "seen">): Box {
  const left = Math.min(0, seen.left);
  const top = Math.min(0, seen.top);
  const right = Math.max(photo[0], seen.left + seen.width);
  const bottom = Math.max(photo[1], seen.top + seen.height);
  const [width, height] = [right - left, bottom - top];
  const [least, lowest] = [Math.max(width, height / longest), Math.max(height, width / longest)];
  return { left: left - (least - width) / 2, top: top - (lowest - height) / 2, width: least, height: lowest };
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
