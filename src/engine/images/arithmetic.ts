import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Quantized } from "../../shared/updates.ts";

function demandAlike(a: FloatTensor, b: FloatTensor): void {
  if (a.data.length !== b.data.length)
    throw new RangeError(`tensors of [${a.shape.join(", ")}] and [${b.shape.join(", ")}] do not go together`);
}

function zip(a: FloatTensor, b: FloatTensor, f: (x: number, y: number) => number): FloatTensor {
  demandAlike(a, b);
  return float32(
    a.shape,
    a.data.map((x, i) => f(x, b.data[i]!)),
  );
}

export const map = ({ shape, data }: FloatTensor, f: (x: number) => number): FloatTensor => float32(shape, data.map(f));
export const constantLike = ({ shape, data }: FloatTensor, value: number): FloatTensor =>
  float32(shape, new Float32Array(data.length).fill(value));
export const subtract = (a: FloatTensor, b: FloatTensor): FloatTensor => zip(a, b, (x, y) => x - y);
export const multiply = (a: FloatTensor, b: FloatTensor): FloatTensor => zip(a, b, (x, y) => x * y);
export const scale = (a: FloatTensor, factor: number): FloatTensor => map(a, (x) => x * factor);
export const total = ({ data }: FloatTensor): number => data.reduce((sum, x) => sum + x, 0);

// Techniques do these at every step: a loop of their own takes a tenth of the time that a function called for each number takes.

/** `a` at 0, `b` at 1. */
export function mix(a: FloatTensor, b: FloatTensor, t: number): FloatTensor {
  demandAlike(a, b);
  const mixed = new Float32Array(a.data.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = a.data[i]! + t * (b.data[i]! - a.data[i]!);
  return float32(a.shape, mixed);
}

/** Adds `weight` times `b` in place. */
export function addTo(sum: FloatTensor, b: FloatTensor, weight: number): void {
  demandAlike(sum, b);
  for (let i = 0; i < sum.data.length; i++) sum.data[i]! += weight * b.data[i]!;
}

/** The sum of the products. */
export function inner(a: FloatTensor, b: FloatTensor): number {
  demandAlike(a, b);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

/** [1, C, H, W] reduced to [H, W]: the channels' sum, or the largest of their magnitudes. */
export function overChannels({ shape, data }: FloatTensor, by: "sum" | "maxAbs"): FloatTensor {
  const [, channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const reduced = new Float32Array(plane);
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < plane; p++) {
      const value = data[c * plane + p]!;
      // A NaN must stay one: Math.max passes it on, a comparison would lose it.
      reduced[p] = by === "sum" ? reduced[p]! + value : Math.max(reduced[p]!, Math.abs(value));
    }
  return float32([height, width], reduced);
}

/** The last two axes at another size: bilinear between the centres of pixels, clamped at the edges. */
export function resizeBilinear({ shape, data }: FloatTensor, height: number, width: number): FloatTensor {
  const [h, w] = [shape.at(-2)!, shape.at(-1)!];
  const planes = data.length / (h * w);
  const resized = new Float32Array(planes * height * width);
  const rows = between(h, height);
  const columns = between(w, width);
  for (let plane = 0; plane < planes; plane++)
    rows.forEach(([top, bottom, down], y) => {
      columns.forEach(([left, right, across], x) => {
        const at = (row: number, column: number) => data[(plane * h + row) * w + column]!;
        const above = at(top, left) * (1 - across) + at(top, right) * across;
        const below = at(bottom, left) * (1 - across) + at(bottom, right) * across;
        resized[(plane * height + y) * width + x] = above * (1 - down) + below * down;
      });
    });
  return float32([...shape.slice(0, -2), height, width], resized);
}

/** For each pixel of the new line: its two neighbours on the old one, and how far it is from the first. */
const between = (from: number, to: number): (readonly [number, number, number])[] =>
  Array.from({ length: to }, (_, i) => {
    const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const first = Math.floor(place);
    return [first, Math.min(first + 1, from - 1), place - first];
  });

/** Blurs the last two axes; `sigma` in pixels, edges repeated outwards, the bell cut at four sigma. */
export function gaussianBlur(tensor: FloatTensor, sigma: number): FloatTensor {
  if (!(sigma > 0)) return tensor;
  const radius = Math.ceil(4 * sigma);
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)));
  const sum = bell.reduce((a, b) => a + b, 0);
  const kernel = bell.map((weight) => weight / sum);
  const [h, w] = [tensor.shape.at(-2)!, tensor.shape.at(-1)!];
  const across = blurLines(tensor.data, kernel, { lines: h, every: w, length: w, step: 1 });
  return float32(tensor.shape, blurLines(across, kernel, { lines: w, every: 1, length: h, step: w }));
}

interface Lines {
  readonly lines: number;
  /** From one line's start to the next's. */
  readonly every: number;
  readonly length: number;
  /** From one element of a line to the next. */
  readonly step: number;
}

function blurLines(data: Float32Array, kernel: readonly number[], { lines, every, length, step }: Lines): Float32Array {
  const blurred = new Float32Array(data.length);
  const radius = (kernel.length - 1) / 2;
  for (let plane = 0; plane < data.length; plane += lines * length)
    for (let line = 0; line < lines; line++) {
      const start = plane + line * every;
      for (let i = 0; i < length; i++) {
        let sum = 0;
        for (let k = 0; k < kernel.length; k++) {
          const j = Math.min(Math.max(i + k - radius, 0), length - 1);
          sum += data[start + j * step]! * kernel[k]!;
        }
        blurred[start + i * step] = sum;
      }
    }
  return blurred;
}

/** Numbers from 0 up to 1, the same for the same seed: a counter, its bits mixed as MurmurHash3 ends (SplitMix). */
export function random(seed: number): () => number {
  let counter = seed | 0;
  const mixed = (bits: number, shift: number, factor: number) => Math.imul(bits ^ (bits >>> shift), factor);
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    const bits = mixed(mixed(counter, 16, 0x85ebca6b), 13, 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Normally distributed numbers of mean 0 and deviation 1, the same for the same seed (Box and Muller's transform). */
export function normal(seed: number): () => number {
  const uniform = random(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A map in bytes for the screen. A signed one is centred: 0 lies in the middle of its range. */
export function quantize({ shape, data }: FloatTensor, signed: boolean): Quantized {
  let [low, high, broken] = [Infinity, -Infinity, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) {
      broken++;
      continue;
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (broken === data.length) [low, high] = [0, 0];
  if (signed) [low, high] = [-Math.max(-low, high), Math.max(-low, high)];
  const perUnit = high > low ? 255 / (high - low) : 0;
  // Bytes of a clamped array round by themselves.
  const bytes = new Uint8ClampedArray(data.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.isFinite(data[i]) ? (data[i]! - low) * perUnit : 0;
  return { shape, low, high, bytes: new Uint8Array(bytes.buffer), broken };
}
