import { float32, size, type Shape } from "../../../src/shared/tensor.ts";
import type { Builder } from "../../../src/engine/graph/builder.ts";
import type { Value } from "../../../src/engine/graph/graph.ts";
import { random } from "./random.ts";

/** One thing that can go wrong with one op. */
export interface Variant {
  /** What is differentiated by: the shapes of `build`'s arguments. */
  readonly by: readonly Shape[];
  readonly build: (g: Builder, x: Value, ...others: readonly Value[]) => Value;
  /** "spaced" keeps samples away from kinks and from each other, "positive" away from zero. */
  readonly at?: "random" | "spaced" | "positive";
  /** The same node with the attributes as an exporter writes them, which ONNX Runtime reads itself. */
  readonly written?: (g: Builder, x: Value, ...others: readonly Value[]) => Value;
}

/** Variants by name, by op. */
export type Rows = Readonly<Record<string, Readonly<Record<string, Variant>>>>;

export const constant = (g: Builder, shape: Shape, seed = 7): Value =>
  g.constant(float32(shape, random(seed, size(shape))));

/** The same for one photo and for three; the shape of the first argument is given without its batch axis. */
export const batches = (name: string, { by: [x, ...others], ...rest }: Variant): Record<string, Variant> =>
  Object.fromEntries([1, 3].map((n) => [`${name}, batch of ${n}`, { by: [[n, ...x!], ...others], ...rest }]));
