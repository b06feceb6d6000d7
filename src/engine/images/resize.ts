import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Picture, Rectangle } from "./picture.ts";

/** For every pixel of a resized line: where its source pixels start, and their weights, the same number for each. */
interface Weights<A = Float64Array> {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly most: number;
  readonly weights: A;
}

const BITS = 22;
const HALF = 1 << (BITS - 1);

/** A sum of 255 times weights that add up to one stays inside 32 bits. */
const inFixedPoint = ({ weights, ...where }: Weights): Weights<Int32Array> => ({
  ...where,
  weights: Int32Array.from(weights, (weight) => Math.round(weight * 2 ** BITS)),
});

/** A triangle as wide as the larger of a source and a target pixel, so that shrinking averages (antialiasing). */
function triangle(from: number, extent: number, length: number, target: number): Weights {
  const scale = extent / target;
  const support = Math.max(scale, 1);
  const most = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(target);
  const counts = new Int32Array(target);
  const weights = new Float64Array(target * most);
  for (let i = 0; i < target; i++) {
    const center = from + (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(length, Math.trunc(center + support + 0.5));
    const exact = Array.from({ length: end - start }, (_, k) =>
      Math.max(0, 1 - Math.abs(start + k + 0.5 - center) / support),
    );
    const sum = exact.reduce((total, weight) => total + weight, 0);
    starts[i] = start;
    counts[i] = exact.length;
    exact.forEach((weight, k) => (weights[i * most + k] = weight / sum));
  }
  return { starts, counts, most, weights };
}

/**
 * A part of a picture at another size: bilinear and antialiased, rounded to 8 bits after each direction. To the last
 * bit what Pillow's `resize(BILINEAR, box=…)` gives, and so torchvision's on photos, which most networks were trained
 * with. (sharp's nearest kernel, `linear`, is off by up to 7 of 255 on the sample photos, since it shrinks in steps.)
 */
export function resize(picture: Picture, part: Rectangle, width: number, height: number): Picture {
  const columns = inFixedPoint(triangle(part.left, part.width, picture.width, width));
  const rows = inFixedPoint(triangle(part.top, part.height, picture.height, height));
  const first = rows.starts[0]!;
  const last = rows.starts[height - 1]! + rows.counts[height - 1]!;

  const narrowed = new Uint8Array(width * (last - first) * 3);
  for (let y = first; y < last; y++) narrowRow(picture, y, columns, narrowed, (y - first) * width * 3);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const source = (rows.starts[y]! - first) * width * 3;
    blendRows(narrowed, source, width * 3, rows, y, pixels);
  }
  return { width, height, pixels };
}

function narrowRow(picture: Picture, y: number, columns: Weights<Int32Array>, into: Uint8Array, at: number): void {
  const { pixels } = picture;
  const { starts, counts, most, weights } = columns;
  const row = y * picture.width * 3;
  for (let x = 0; x < starts.length; x++) {
    let [red, green, blue] = [HALF, HALF, HALF];
    let source = row + starts[x]! * 3;
    const end = x * most + counts[x]!;
    for (let k = x * most; k < end; k++, source += 3) {
      const weight = weights[k]!;
      red += pixels[source]! * weight;
      green += pixels[source + 1]! * weight;
      blue += pixels[source + 2]! * weight;
    }
    into[at + x * 3] = red >> BITS;
    into[at + x * 3 + 1] = green >> BITS;
    into[at + x * 3 + 2] = blue >> BITS;
  }
}

function blendRows(
  from: Uint8Array,
  at: number,
  stride: number,
  rows: Weights<Int32Array>,
  y: number,
  into: Uint8Array,
): void {
  const sums = new Int32Array(stride).fill(HALF);
  for (let k = 0; k < rows.counts[y]!; k++) {
    const weight = rows.weights[y * rows.most + k]!;
    const row = at + k * stride;
    for (let i = 0; i < stride; i++) sums[i]! += from[row + i]! * weight;
  }
  for (let i = 0; i < stride; i++) into[y * stride + i] = sums[i]! >> BITS;
}

/** The last two axes at another size, in the same way but for rounding: numbers on any scale. */
export function resizeNumbers({ shape, data }: FloatTensor, height: number, width: number): FloatTensor {
  const [h, w] = [shape.at(-2)!, shape.at(-1)!];
  const planes = data.length / (h * w);
  const narrowed = new Float32Array(planes * h * width);
  const columns = triangle(0, w, w, width);
  for (let line = 0; line < planes * h; line++)
    for (let x = 0; x < width; x++) narrowed[line * width + x] = mixed(data, line * w, 1, columns, x);
  const resized = new Float32Array(planes * height * width);
  const rows = triangle(0, h, h, height);
  for (let plane = 0; plane < planes; plane++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        resized[(plane * height + y) * width + x] = mixed(narrowed, plane * h * width + x, width, rows, y);
  return float32([...shape.slice(0, -2), height, width], resized);
}

/** One number of a line that begins at `at`, and goes on by `step`. */
function mixed(data: Float32Array, at: number, step: number, { starts, counts, most, weights }: Weights, i: number) {
  let sum = 0;
  for (let k = 0; k < counts[i]!; k++) sum += data[at + (starts[i]! + k) * step]! * weights[i * most + k]!;
  return sum;
}
