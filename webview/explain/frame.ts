import type { Prediction } from "../../src/shared/protocol.ts";
import { everything, zoomed } from "../shared/viewport.ts";
import type { Point, Viewport } from "../shared/viewport.ts";

/** In the photo's pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Longer panes than these would be too thin to point at: what lies beyond such a photo's edges is left empty. */
const widest = 5;
const highest = 3;
/** A photo that would fill less of its pane's thickness than this is shown so close at first that it fills so much. */
const thin = 0.3;
const readable = 0.8;

type Place = Pick<Prediction, "photo" | "seen">;

/** What the panes show: the photo, and what the network sees beyond its edges where it is padded. */
export function frameOf(place: Place): Box {
  const { left, top, width, height } = contentOf(place);
  const [least, lowest] = [Math.max(width, height / highest), Math.max(height, width / widest)];
  return { left: left - (least - width) / 2, top: top - (lowest - height) / 2, width: least, height: lowest };
}

/** What of the frame is looked at before a person looks closer: all of it, or of a line of pixels a part that can be read. */
export function firstLook(place: Place): Viewport {
  const [content, frame] = [contentOf(place), frameOf(place)];
  const filled = Math.min(content.width / frame.width, content.height / frame.height);
  return filled < thin ? zoomed(everything, readable / filled) : everything;
}

function contentOf({ photo, seen }: Place): Box {
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
