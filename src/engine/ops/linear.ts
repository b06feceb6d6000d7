import { float32 } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** One row per output element of an axis: which input elements it is made of, and with what weight. */
export type Taps = readonly (readonly (readonly [index: number, weight: number])[])[];

/** The transpose of a linear map along one axis: what every output received goes back to its taps. */
export function transposeAlong(g: Builder, dy: Value, axis: number, inputs: number, taps: Taps): Value {
  const matrix = new Float32Array(taps.length * inputs);
  taps.forEach((row, out) => {
    for (const [index, weight] of row) matrix[out * inputs + index]! += weight;
  });
  const rank = dy.shape.length;
  const last = [...Array(rank).keys()].filter((i) => i !== axis).concat(axis);
  const back = Array.from({ length: rank }, (_, i) => last.indexOf(i));
  const product = g.matmul(g.transpose(dy, last), g.constant(float32([taps.length, inputs], matrix)));
  return g.transpose(product, back);
}
