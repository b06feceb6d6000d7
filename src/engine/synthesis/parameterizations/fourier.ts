import { float32, type FloatTensor } from "../../../shared/tensor.ts";
import { Builder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { normal } from "../../images/arithmetic.ts";
import { differentiate } from "../../propagation/differentiate.ts";
import { Session } from "../../runtime/session.ts";
import { brightest, channels, type Canvas } from "../canvas.ts";
import type { Size } from "../program.ts";
import { decorrelated } from "./colors.ts";
import type { Parameterization } from "./parameterization.ts";

/** Deviation of what it starts from, Lucid's. */
const startDeviation = 0.01;
/** Lucid's constant that makes a usual start a usual picture. */
const contrast = 1 / 4;

export interface FourierOptions extends Size {
  readonly threads: number;
  readonly seed: number;
  readonly start?: Float32Array;
  /** The picture that a spectrum of zeros stands for; mid-grey when left out. */
  readonly around?: Canvas;
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
}: FourierOptions): Promise<Parameterization> {
  const g = new Builder();
  const half = Math.floor(width / 2) + 1;
  // Real parts above imaginary parts.
  const shape = [1, channels, 2 * height, half];
  const spectrum = g.graph.input("spectrum", { dtype: "float32", shape });
  const plain = inverseTransform(g, g.mul(spectrum, g.constant(weights(height, width))), height, width);
  const mixing = g.constant(float32([channels, channels], decorrelated));
  const mixed = g.reshape(g.matmul(mixing, g.reshape(plain, [channels, height * width])), [1, channels, height, width]);
  const offset = around && g.constant(float32(mixed.shape, around.data.map(beforeSqueezing)));
  const picture = g.mul(g.sigmoid(offset ? g.add(mixed, offset) : mixed), brightest);
  const signal = g.graph.input("signal", { dtype: "float32", shape: mixed.shape });
  const [gradient] = differentiate(g.graph, mixed, signal, [spectrum]);
  const forwards = await Session.open(g.graph, [picture], { threads });
  const backwards = await Session.open(g.graph, [gradient as Value], { threads }); // one gradient for one input

  const next = normal(seed);
  const values =
    start?.slice() ?? Float32Array.from({ length: channels * 2 * height * half }, () => startDeviation * next());
  let latest: Canvas | undefined;
  const current = async (): Promise<Canvas> => {
    const [found] = await forwards.run(new Map([[spectrum, float32(shape, values)]]));
    return (latest = found as FloatTensor);
  };
  return {
    shape,
    values,
    picture: current,
    async pullBack({ data }) {
      const shown = (latest ?? (await current())).data;
      const beforeSigmoid = new Float32Array(data.length);
      for (let i = 0; i < data.length; i++)
        beforeSigmoid[i] = (data[i]! * shown[i]! * (brightest - shown[i]!)) / brightest;
      const [found] = await backwards.run(new Map([[signal, float32(mixed.shape, beforeSigmoid)]]));
      return (found as FloatTensor).data;
    },
    move(by) {
      for (let i = 0; i < values.length; i++) values[i]! += by[i]!;
    },
    set: (given) => values.set(given),
    async release() {
      await forwards.release();
      await backwards.release();
    },
  };
}

/** The sigmoid undone, for what is not quite black and not quite white. */
function beforeSqueezing(value: number): number {
  const share = Math.min(0.99, Math.max(0.01, value / brightest));
  return Math.log(share / (1 - share));
}

/** 1/f, and at frequency 0 what the lowest frequency but that has. */
function weights(height: number, width: number): FloatTensor {
  const half = Math.floor(width / 2) + 1;
  const lowest = 1 / Math.max(width, height);
  const scale = Math.sqrt(width * height) * contrast;
  const weight = (row: number, column: number) =>
    scale / Math.max(lowest, Math.hypot(Math.min(row, height - row) / height, column / width));
  return float32(
    [2 * height, half],
    Float32Array.from({ length: 2 * height * half }, (_, i) => weight(Math.floor(i / half) % height, i % half)),
  );
}

/** The real picture that half a spectrum stands for: columns by one complex product, rows by the real part of another. */
function inverseTransform(g: Builder, spectrum: Value, height: number, width: number): Value {
  const half = Math.floor(width / 2) + 1;
  const matrix = (rows: number, columns: number, entry: (row: number, column: number) => number) =>
    g.constant(
      float32(
        [rows, columns],
        Float32Array.from({ length: rows * columns }, (_, i) => entry(Math.floor(i / columns), i % columns)),
      ),
    );
  // Angles of whole turns are taken off first: cosines of large numbers are not exact.
  const down = (y: number, k: number) => (2 * Math.PI * ((y * (k % height)) % height)) / height;
  const across = (k: number, x: number) => (2 * Math.PI * ((k * x) % width)) / width;
  const isReal = (k: number) => k < height;
  const real = matrix(height, 2 * height, (y, k) => (isReal(k) ? Math.cos(down(y, k)) : -Math.sin(down(y, k))));
  const imaginary = matrix(height, 2 * height, (y, k) => (isReal(k) ? Math.sin(down(y, k)) : Math.cos(down(y, k))));
  // Each but the first, and the last of an even width, stands for its mirror image too.
  const share = (k: number) => (k === 0 || 2 * k === width ? 1 : 2) / (width * height);
  const cosines = matrix(half, width, (k, x) => share(k) * Math.cos(across(k, x)));
  const sines = matrix(half, width, (k, x) => share(k) * Math.sin(across(k, x)));
  return g.sub(g.matmul(g.matmul(real, spectrum), cosines), g.matmul(g.matmul(imaginary, spectrum), sines));
}
