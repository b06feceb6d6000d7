import { float32, size, type FloatTensor } from "../../../shared/tensor.ts";
import type { Builder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { normal } from "../../images/arithmetic.ts";
import { channels, type Canvas } from "../canvas.ts";
import type { Size } from "../program.ts";
import { linear, matrix } from "./linear.ts";
import type { Parameterization } from "./parameterization.ts";

/** Deviation of what it starts from, Lucid's. */
const startDeviation = 0.01;
/** Lucid's constant that makes a usual start a usual picture. */
const contrast = 1 / 4;
/** What several pictures may have in common, in waves a pixel: what is blurred away over eight pixels is each one's own. */
const commonFrequencies = 1 / 16;

/** The frequency whose weight is the same however the others fall, in waves a pixel: a wave of ten pixels. */
const pivot = 1 / 10;

/** Numbers that are weighted in another way, or where several have their low frequencies in common, stand for others. */
export const fourierKind = (common = false, falloff = 1): string =>
  `fourier${common ? ", low frequencies in common" : ""}${falloff === 1 ? "" : `, 1/f^${falloff}`}`;

export interface FourierOptions extends Size {
  readonly threads: number;
  readonly seed: number;
  readonly start?: Float32Array;
  /** The pictures that it starts from, and that spectra of zeros stand for; mid-grey and a little noise when left out. */
  readonly around?: Canvas | undefined;
  /** From decorrelated colours to red, green and blue, [3, 3]; Lucid's matrix when left out. */
  readonly mixing?: Float32Array | undefined;
  /** What they keep from black and white; the usual share of a photo when left out. */
  readonly margin?: number | undefined;
  /** How many pictures there are; 1 when left out. */
  readonly pictures?: number;
  /** Low frequencies once for all pictures, and high ones for each. */
  readonly common?: boolean;
  /** The power of a frequency that its weight falls by; 1 when left out, as in photos. */
  readonly falloff?: number;
}

/**
 * A picture by its spectrum, low frequencies weighted up by 1/f as they are in photos, colours decorrelated, squeezed into
 * what a screen shows by a sigmoid (Olah et al. 2017, Lucid). The inverse transform is two matrix products, so that its
 * adjoint is known and any size is as good as another.
 */
export async function fourier({
  height,
  width,
  threads,
  seed,
  start,
  around,
  mixing,
  margin,
  pictures = 1,
  common = false,
  falloff = 1,
}: FourierOptions): Promise<Parameterization> {
  const half = Math.floor(width / 2) + 1;
  // Real parts above imaginary parts.
  const one = [channels, 2 * height, half] as const;
  const spectra = common ? pictures + 1 : pictures;
  const shape = [spectra, ...one];
  const values = start?.slice() ?? startValues(size(shape), seed, around);
  const planes = (g: Builder, spectrum: Value): Value => {
    const all = weights(height, width, falloff);
    const part = (from: number, to: number) => g.one("Slice", [spectrum], { starts: [from], ends: [to], axes: [0] });
    const whole = common
      ? g.add(
          g.mul(part(0, 1), g.constant(only("low", all, height, width))),
          g.mul(part(1, spectra), g.constant(only("high", all, height, width))),
        )
      : g.mul(spectrum, g.constant(all));
    return inverseTransform(g, whole, height, width);
  };
  return linear({
    height,
    width,
    threads,
    kind: fourierKind(common, falloff),
    shape,
    values,
    planes,
    around,
    mixing,
    margin,
  });
}

/** A little noise, where there is no picture to start from. */
export function startValues(count: number, seed: number, around: Canvas | undefined): Float32Array<ArrayBuffer> {
  const next = normal(seed);
  return around ? new Float32Array(count) : Float32Array.from({ length: count }, () => startDeviation * next());
}

/** How many waves a pixel each entry of half a spectrum stands for. */
export const frequency = (height: number, width: number, row: number, column: number): number =>
  Math.hypot(Math.min(row, height - row) / height, column / width);

/** 1/f to the power of `falloff`, and at frequency 0 what the lowest frequency but that has. */
function weights(height: number, width: number, falloff: number): FloatTensor {
  const half = Math.floor(width / 2) + 1;
  const lowest = 1 / Math.max(width, height);
  const scale = Math.sqrt(width * height) * contrast;
  return float32(
    [2 * height, half],
    Float32Array.from({ length: 2 * height * half }, (_, i) => {
      const own = frequency(height, width, Math.floor(i / half) % height, i % half);
      const seen = Math.max(lowest, own);
      return (scale / seen) * (pivot / seen) ** (falloff - 1);
    }),
  );
}

function only(which: "low" | "high", { shape, data }: FloatTensor, height: number, width: number): FloatTensor {
  const half = shape[1] ?? 1;
  const isLow = (i: number) => frequency(height, width, Math.floor(i / half) % height, i % half) <= commonFrequencies;
  return float32(
    shape,
    data.map((weight, i) => (isLow(i) === (which === "low") ? weight : 0)),
  );
}

/**
 * The real pictures that half spectra stand for: columns by a complex product, rows by the real part of another. Waves are
 * even or odd about the first row and column, so that only half of each product is computed: the other half is the same
 * sums with other signs, in reverse.
 */
export function inverseTransform(g: Builder, spectrum: Value, height: number, width: number): Value {
  const half = Math.floor(width / 2) + 1;
  const parts = g.reshape(spectrum, [...spectrum.shape.slice(0, -2), 2, height, half]);
  // Angles of whole turns are taken off first: cosines of large numbers are not exact.
  const down = (y: number, k: number) => (2 * Math.PI * ((y * k) % height)) / height;
  const across = (k: number, x: number) => (2 * Math.PI * ((k * x) % width)) / width;
  const rows = Math.floor(height / 2) + 1;
  const cosines = g.matmul(
    matrix(g, rows, height, (y, k) => Math.cos(down(y, k))),
    parts,
  );
  const sines = g.matmul(
    matrix(g, rows, height, (y, k) => Math.sin(down(y, k))),
    parts,
  );
  const part = (of: Value, which: 0 | 1) =>
    g.reshape(slice(g, of, which, which + 1, -3), [...spectrum.shape.slice(0, -2), rows, half]);
  const real = mirrored(g, part(cosines, 0), g.neg(part(sines, 1)), height, -2);
  const imaginary = mirrored(g, part(cosines, 1), part(sines, 0), height, -2);
  // Each but the first, and the last of an even width, stands for its mirror image too.
  const share = (k: number) => (k === 0 || 2 * k === width ? 1 : 2) / (width * height);
  const even = g.matmul(
    real,
    matrix(g, half, half, (k, x) => share(k) * Math.cos(across(k, x))),
  );
  const odd = g.matmul(
    imaginary,
    matrix(g, half, half, (k, x) => -share(k) * Math.sin(across(k, x))),
  );
  return mirrored(g, even, odd, width, -1);
}

/** What is the sum of both from the first to the middle, and their difference on the way back. */
function mirrored(g: Builder, even: Value, odd: Value, length: number, axis: number): Value {
  const back = length - even.shape.at(axis)!;
  const there = g.add(even, odd);
  if (back === 0) return there;
  const difference = slice(g, g.sub(even, odd), back, 0, axis, -1);
  return g.concat([there, difference], axis);
}

const slice = (g: Builder, x: Value, from: number, to: number, axis: number, step = 1) =>
  g.one("Slice", [x], { starts: [from], ends: [to], axes: [axis], steps: [step] });
