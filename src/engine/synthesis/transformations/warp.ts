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
  return {
    apply(canvas) {
      const result = blank(to.height, to.width);
      forEachRow(way, to, from, (row) => read(row, from, to, canvas.data, result.data, color));
      return result;
    },
    adjoint(gradient) {
      const result = blank(from.height, from.width);
      forEachRow(way, to, from, (row) => spread(row, from, to, gradient.data, result.data));
      return result;
    },
  };
}

/** A row of the result: its pixel u looks at (column + u · across, line + u · down) of the source. */
interface Row {
  /** Index of its first pixel in a plane. */
  readonly first: number;
  readonly column: number;
  readonly across: number;
  readonly line: number;
  readonly down: number;
  /** From where to where the four pixels that it looks at are all inside. */
  readonly inside: readonly [number, number];
}

function forEachRow({ a, b, c, d, e, f }: Affine, to: Size, from: Size, look: (row: Row) => void): void {
  const [middleX, middleY] = [(to.width - 1) / 2, (to.height - 1) / 2];
  for (let v = 0; v < to.height; v++) {
    const y = v - middleY;
    const column = (from.width - 1) / 2 - a * middleX + b * y + e;
    const line = (from.height - 1) / 2 - c * middleX + d * y + f;
    const [left, right] = within(column, a, from.width - 1, to.width);
    const [top, bottom] = within(line, c, from.height - 1, to.width);
    const start = Math.max(left, top);
    const end = Math.max(start, Math.min(right, bottom));
    look({ first: v * to.width, column, across: a, line, down: c, inside: [start, end] });
  }
}

/** The indices [from, to) below `count` where start + i · step is in [0, most), but for one at each end: those may be rounded. */
function within(start: number, step: number, most: number, count: number): readonly [number, number] {
  if (step === 0) return start >= 0 && start < most ? [0, count] : [count, count];
  const [one, other] = [-start / step, (most - start) / step];
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return [Math.min(count, Math.max(0, Math.ceil(low) + 1)), Math.max(0, Math.min(count, Math.floor(high) - 1))];
}

// Loops of their own over plain names, all channels of a pixel at once: three times as fast as with a function for each
// pixel. Most of what a step costs outside the network is here.

function read(row: Row, from: Size, to: Size, data: Float32Array, into: Float32Array, color: readonly number[]): void {
  const { first, column, across, line, down, inside } = row;
  const { width } = from;
  const [source, target] = [from.height * width, to.height * to.width];
  const [start, end] = inside;
  for (let u = start; u < end; u++) {
    const x = column + u * across;
    const y = line + u * down;
    const left = x | 0; // not negative here
    const top = y | 0;
    const corner = top * width + left;
    into[first + u] = bilinear(data, corner, width, x - left, y - top);
    into[first + u + target] = bilinear(data, corner + source, width, x - left, y - top);
    into[first + u + 2 * target] = bilinear(data, corner + 2 * source, width, x - left, y - top);
  }
  forEachBeyond(row, to.width, (u) => {
    for (let c = 0; c < channels; c++) into[c * target + first + u] = color[c] ?? 0;
    forEachCorner(row, u, from, (k, weight) => {
      for (let c = 0; c < channels; c++)
        into[c * target + first + u]! += weight * (data[c * source + k]! - (color[c] ?? 0));
    });
  });
}

/** Between the four pixels whose upper left one is `corner`, so far to the right and down. */
function bilinear(data: Float32Array, corner: number, width: number, right: number, down: number): number {
  const upper = data[corner]! + right * (data[corner + 1]! - data[corner]!);
  const lower = data[corner + width]! + right * (data[corner + width + 1]! - data[corner + width]!);
  return upper + down * (lower - upper);
}

/** Each pixel of the result's row, back to the four that it looked at. */
function spread(row: Row, from: Size, to: Size, data: Float32Array, into: Float32Array): void {
  const { first, column, across, line, down, inside } = row;
  const { width } = from;
  const [source, target] = [from.height * width, to.height * to.width];
  const [start, end] = inside;
  for (let u = start; u < end; u++) {
    const x = column + u * across;
    const y = line + u * down;
    const left = x | 0; // not negative here
    const top = y | 0;
    const corner = top * width + left;
    addBack(into, corner, width, x - left, y - top, data[first + u]!);
    addBack(into, corner + source, width, x - left, y - top, data[first + u + target]!);
    addBack(into, corner + 2 * source, width, x - left, y - top, data[first + u + 2 * target]!);
  }
  forEachBeyond(row, to.width, (u) =>
    forEachCorner(row, u, from, (k, weight) => {
      for (let c = 0; c < channels; c++) into[c * source + k]! += weight * data[c * target + first + u]!;
    }),
  );
}

/** The adjoint of `bilinear`. */
function addBack(into: Float32Array, corner: number, width: number, right: number, down: number, value: number): void {
  const lower = down * value;
  const upper = value - lower;
  into[corner]! += upper - right * upper;
  into[corner + 1]! += right * upper;
  into[corner + width]! += lower - right * lower;
  into[corner + width + 1]! += right * lower;
}

function forEachBeyond({ inside: [start, end] }: Row, count: number, look: (u: number) => void): void {
  for (let u = 0; u < start; u++) look(u);
  for (let u = end; u < count; u++) look(u);
}

/** Those of the four that are in the source, and how much of each. */
function forEachCorner(row: Row, u: number, { width, height }: Size, look: (k: number, weight: number) => void): void {
  const x = row.column + u * row.across;
  const y = row.line + u * row.down;
  const left = Math.floor(x);
  const top = Math.floor(y);
  for (let j = Math.max(0, top); j <= Math.min(height - 1, top + 1); j++)
    for (let i = Math.max(0, left); i <= Math.min(width - 1, left + 1); i++)
      look(j * width + i, (1 - Math.abs(x - i)) * (1 - Math.abs(y - j)));
}
