import { float32, size, type FloatTensor, type Shape } from "../../../shared/tensor.ts";
import { Builder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { differentiate } from "../../propagation/differentiate.ts";
import { brightest, channels, type Canvas } from "../canvas.ts";
import type { Size } from "../program.ts";
import { openBothWays } from "./both-ways.ts";
import { coloredKind, decorrelated } from "./colors.ts";
import type { Parameterization } from "./parameterization.ts";
import { Strides } from "./strides.ts";

export interface Linear extends Size {
  readonly threads: number;
  readonly kind: string;
  /** Of the numbers that stand for the pictures, and what they start from. */
  readonly shape: Shape;
  readonly values: Float32Array<ArrayBuffer>;
  /** Three planes for each picture, [n, 3, h, w], in colours that vary independently: a straight function of the numbers. */
  readonly planes: (g: Builder, values: Value) => Value;
  /** The pictures that planes of zeros stand for; mid-grey when left out. */
  readonly around?: Canvas | undefined;
  /** From decorrelated colours to red, green and blue, [3, 3]; Lucid's matrix when left out. */
  readonly mixing?: Float32Array | undefined;
  /** What these keep from black and white, as a share of all: nearer, hardly a slope is left. */
  readonly margin?: number | undefined;
}

/** Of a photo, whose black and white are to change as readily as the rest. */
const usualMargin = 0.01;

/**
 * Pictures whose numbers are no pixels: planes that are a straight function of them, colours mixed by a matrix,
 * squeezed into what a screen shows by a sigmoid. Forwards and backwards are one program each; a step that can be part of a
 * program is one with both.
 */
export async function linear({
  height,
  width,
  threads,
  kind,
  shape,
  values,
  planes,
  around,
  mixing,
  margin = usualMargin,
}: Linear): Promise<Parameterization> {
  const offset = around && around.data.map((value) => beforeSqueezing(value, margin));
  /** What the numbers stand for, before and after it is squeezed. */
  const drawn = (g: Builder, numbers: Value) => {
    const plain = planes(g, numbers);
    const pictures = size(plain.shape) / (channels * height * width);
    const colors = g.constant(float32([channels, channels], mixing ?? decorrelated));
    const flat = g.reshape(plain, [pictures, channels, height * width]);
    const mixed = g.reshape(g.matmul(colors, flat), [pictures, channels, height, width]);
    const shifted = offset ? g.add(mixed, g.constant(float32(mixed.shape, offset))) : mixed;
    return { mixed, picture: g.mul(g.sigmoid(shifted), brightest) };
  };
  const g = new Builder();
  const input = g.graph.input("values", { dtype: "float32", shape });
  const { mixed, picture } = drawn(g, input);
  const signal = g.graph.input("signal", { dtype: "float32", shape: mixed.shape });
  const [gradient] = differentiate(g.graph, mixed, signal, [input]);
  const { forwards, backwards, release } = await openBothWays(g.graph, picture, gradient as Value, { threads }); // one gradient for one input

  const slope = float32(mixed.shape, new Float32Array(size(mixed.shape))); // the same memory for every step
  const strides = new Strides({ shape, threads, drawn });
  let latest: Canvas | undefined;
  /** What a step led to, and the picture of it. */
  let next: { readonly values: Float32Array; readonly picture: Canvas } | undefined;
  const current = async (): Promise<Canvas> => {
    const [found] = await forwards.run(new Map([[input, float32(shape, values)]]));
    return found as FloatTensor;
  };
  return {
    kind: coloredKind(kind, mixing),
    around: around && { pictures: around.data, margin },
    shape,
    values,
    picture: async () => (latest ??= await current()),
    async pullBack({ data }) {
      latest ??= await current();
      throughSqueezing(data, latest.data, slope.data);
      const [found] = await backwards.run(new Map([[signal, slope]]));
      return (found as FloatTensor).data;
    },
    async ahead(gradient, step) {
      latest ??= await current();
      next = await strides.take(values, latest, gradient, step);
      return next?.values;
    },
    move(by) {
      add(values, by);
      latest = undefined;
    },
    set(given) {
      values.set(given);
      latest = given === next?.values ? next.picture : undefined;
      next = undefined;
    },
    async release() {
      await release();
      await strides.release();
    },
  };
}

// Loops of their own over plain names: several times as fast as among closures.

/** What a picture is to be changed by, as what the numbers before the sigmoid are to be. */
function throughSqueezing(gradient: Float32Array, shown: Float32Array, into: Float32Array): void {
  for (let i = 0; i < into.length; i++) {
    const value = shown[i]!;
    into[i] = gradient[i]! * value * (1 - value / brightest);
  }
}

function add(values: Float32Array, by: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i]! += by[i]!;
}

/** The sigmoid undone, for what is not quite black and not quite white. */
function beforeSqueezing(value: number, margin: number): number {
  const share = Math.min(1 - margin, Math.max(margin, value / brightest));
  return Math.log(share / (1 - share));
}

/** A matrix as a constant, entry by entry. */
export const matrix = (
  g: Builder,
  rows: number,
  columns: number,
  entry: (row: number, column: number) => number,
): Value =>
  g.constant(
    float32(
      [rows, columns],
      Float32Array.from({ length: rows * columns }, (_, i) => entry(Math.floor(i / columns), i % columns)),
    ),
  );
