import { float32 } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/**
 * The way back through a linear map along one axis of `inputs` elements. Its matrix is what `forward` makes of the
 * rows of the identity, [inputs, inputs] → [inputs, outputs]; ONNX Runtime folds that when it compiles the program, so
 * that the op's own arithmetic is never written a second time.
 */
export function transposeAlong(
  g: Builder,
  dy: Value,
  axis: number,
  inputs: number,
  forward: (identity: Value) => Value,
): Value {
  const ones = new Float32Array(inputs * inputs);
  for (let i = 0; i < inputs; i++) ones[i * (inputs + 1)] = 1;
  const matrix = forward(g.constant(float32([inputs, inputs], ones)));
  const rank = dy.shape.length;
  const last = [...Array(rank).keys()].filter((i) => i !== axis).concat(axis);
  const back = Array.from({ length: rank }, (_, i) => last.indexOf(i));
  return g.transpose(g.matmul(g.transpose(dy, last), g.transpose(matrix, [1, 0])), back);
}
