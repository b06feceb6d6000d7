import { float32 } from "../../shared/tensor.ts";
import { blank, sizeOf, type Canvas } from "./canvas.ts";
import { isSameSize, type Size } from "./program.ts";

/** The largest size of the picture's shape that lies within another, at most `most` times as large as it is. */
export function fittingIn(picture: Size, within: Size, most = Infinity): Size {
  const factor = Math.min(most, within.height / picture.height, within.width / picture.width);
  const side = (n: number) => Math.max(1, Math.round(n * factor));
  return { height: side(picture.height), width: side(picture.width) };
}

/** A picture in the middle of a larger one, which goes on as its mirror image beyond its edges. */
export function framed(picture: Canvas, frame: Size): Canvas {
  const inner = sizeOf(picture);
  if (isSameSize(inner, frame)) return picture;
  const whole = blank(frame.height, frame.width);
  const [top, left] = [before(inner.height, frame.height), before(inner.width, frame.width)];
  let to = 0;
  for (let from = 0; from < picture.data.length; from += inner.height * inner.width)
    for (let y = 0; y < frame.height; y++) {
      const row = from + mirrored(y - top, inner.height) * inner.width;
      for (let x = 0; x < frame.width; x++) whole.data[to++] = picture.data[row + mirrored(x - left, inner.width)]!;
    }
  return whole;
}

/** What became of the picture in the middle of a frame, which may have been enlarged. */
export function unframed(whole: Canvas, inner: Size, frame: Size): Canvas {
  if (isSameSize(inner, frame)) return whole;
  const made = sizeOf(whole);
  const [down, across] = [made.height / frame.height, made.width / frame.width];
  const top = Math.round(before(inner.height, frame.height) * down);
  const left = Math.round(before(inner.width, frame.width) * across);
  const height = Math.max(1, Math.round(inner.height * down));
  const width = Math.max(1, Math.round(inner.width * across));
  const rows = Array.from({ length: (whole.shape[1] ?? 1) * height }, (_, i) => {
    const from = (Math.floor(i / height) * made.height + top + (i % height)) * made.width + left;
    return whole.data.subarray(from, from + width);
  });
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => data.set(row, i * width));
  return float32([1, whole.shape[1] ?? 1, height, width], data);
}

const before = (inner: number, outer: number): number => Math.floor((outer - inner) / 2);

/** A place on a side of so many pixels, of which each copy but the first is turned round. */
function mirrored(place: number, side: number): number {
  const own = ((place % (2 * side)) + 2 * side) % (2 * side);
  return own < side ? own : 2 * side - 1 - own;
}
