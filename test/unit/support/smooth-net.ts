import { Builder } from "../../../src/engine/graph/builder.ts";
import { float32, size } from "../../../src/shared/tensor.ts";
import { fileOf } from "./onnx-nets.ts";
import { random } from "./random.ts";

const weights = (g: Builder, shape: readonly number[], seed: number) =>
  g.constant(float32(shape, random(seed, size(shape))));

/** A classifier of [1, 3, 8, 8] with one smooth activation in place of ReLU; "before" is what it reads. */
export function smoothFile(activation: "Tanh" | "Swish" | "Gelu"): string {
  const g = new Builder();
  const x = g.graph.input("image", { dtype: "float32", shape: [1, 3, 8, 8] });
  const kernel = weights(g, [4, 3, 3, 3], 21);
  const [z] = g.graph.add("Conv", [x, kernel], { pads: [1, 1, 1, 1] }, { name: "conv", outputs: ["before"] });
  const a = g.one(activation, [z]);
  const flat = g.one("Flatten", [g.one("GlobalAveragePool", [g.one("Conv", [a, weights(g, [4, 4, 3, 3], 22)])])]);
  return fileOf(g, [g.one("Gemm", [flat, weights(g, [3, 4], 23)], { transB: 1 })]);
}
