import { blank, channels } from "../canvas.ts";
import type { Size } from "../program.ts";
import type { Transformation } from "./transformation.ts";

/** Where a pixel of the result looks in the source, both from their centres: (x, y) ↦ (a x + b y + e, c x + d y + f). */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** Moved to the right and down by so many pixels. */
export const shift = (right: number, down: number): Affine => ({ a: 1, b: 0, c: 0, d: 1, e: -right, f: -down });

/** Enlarged about the centre by `factor`. */
export const scale = (factor: number): Affine => ({ a: 1 / factor, b: 0, c: 0, d: 1 / factor, e: 0, f: 0 });

/** Turned about the centre, clockwise as the eye sees it. */
export function rotate(degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180;
  return { a: Math.cos(angle), b: Math.sin(angle), c: -Math.sin(angle), d: Math.cos(angle), e: 0, f: 0 };
}

/** First `first`, then `then`. */
export const after = (first: Affine, then: Affine): Affine => ({
  a: first.a * then.a + first.b * then.c,
  b: first.a * then.b + first.b * then.d,
  c: first.c * then.a + first.d * then.c,
  d: first.c * then.b + first.d * then.d,
  e: first.a * then.e + first.b * then.f + first.e,
  f: first.c * then.e + first.d * then.f + first.f,
});

/**
 * Shifts, scalings and turns, composed into one before any pixel is read: bilinear, of size `to`, with `color` where it
 * looks outside. Composing first keeps the picture sharper than resampling it for each.
 */
export function warp(way: Affine, to: Size, from: Size, color: readonly number[]): Transformation {
  const { corners, weights } = looks(way, to, from);
  const [source, target] = [from.height * from.width, to.height * to.width];
  const planeOf = (data: Float32Array, size: number, c: number) => data.subarray(c * size, (c + 1) * size);
  return {
    apply(canvas) {
      const result = blank(to.height, to.width);
      for (let c = 0; c < channels; c++) {
        const [plane, into] = [planeOf(canvas.data, source, c), planeOf(result.data, target, c)];
        const outside = color[c] ?? 0;
        for (let p = 0; p < target; p++) {
          const k = 4 * p;
          into[p] =
            outside +
            weights[k]! * (plane[corners[k]!]! - outside) +
            weights[k + 1]! * (plane[corners[k + 1]!]! - outside) +
            weights[k + 2]! * (plane[corners[k + 2]!]! - outside) +
            weights[k + 3]! * (plane[corners[k + 3]!]! - outside);
        }
      }
      return result;
    },
    adjoint(gradient) {
      const result = blank(from.height, from.width);
      for (let c = 0; c < channels; c++) {
        const [plane, into] = [planeOf(gradient.data, target, c), planeOf(result.data, source, c)];
        for (let k = 0; k < corners.length; k++) into[corners[k]!]! += weights[k]! * plane[k >> 2]!;
      }
      return result;
    },
  };
}

/** For every pixel of the result the four that it looks at, and how much of each: nothing of those outside. */
function looks({ a, b, c, d, e, f }: Affine, to: Size, from: Size) {
  const corners = new Int32Array(4 * to.height * to.width);
  const weights = new Float32Array(corners.length);
  let k = 0;
  const look = (x: number, y: number, weight: number) => {
    const inside = x >= 0 && x < from.width && y >= 0 && y < from.height;
    corners[k] = inside ? y * from.width + x : 0;
    weights[k++] = inside ? weight : 0;
  };
  for (let v = 0; v < to.height; v++) {
    const y = v - (to.height - 1) / 2;
    for (let u = 0; u < to.width; u++) {
      const x = u - (to.width - 1) / 2;
      const column = a * x + b * y + e + (from.width - 1) / 2;
      const row = c * x + d * y + f + (from.height - 1) / 2;
      const left = Math.floor(column);
      const top = Math.floor(row);
      const right = column - left;
      const down = row - top;
      look(left, top, (1 - right) * (1 - down));
      look(left + 1, top, right * (1 - down));
      look(left, top + 1, (1 - right) * down);
      look(left + 1, top + 1, right * down);
    }
  }
  return { corners, weights };
}
