import { integers, node, value, weight, type Parts } from "./onnx-nets.ts";
import { random } from "./random.ts";

/** A small vision transformer's skeleton: patches of 4 × 4 as tokens, a class token before them, one attention. */
export const transformer: Parts = {
  nodes: [
    node("Conv", ["image", "w"], "patches", { strides: [4, 4], kernel_shape: [4, 4] }),
    node("Reshape", ["patches", "flat"], "flattened"),
    node("Transpose", ["flattened"], "words", { perm: [0, 2, 1] }),
    node("Concat", ["class", "words"], "tokens", { axis: 1 }),
    node("Add", ["tokens", "places"], "placed"),
    node("MatMul", ["placed", "q"], "queries"),
    node("Reshape", ["queries", "heads"], "split"),
    node("Transpose", ["split"], "headed", { perm: [0, 2, 1, 3] }),
    node("Transpose", ["split"], "turned", { perm: [0, 2, 3, 1] }),
    node("MatMul", ["headed", "turned"], "attention"),
    node("Softmax", ["attention"], "shares", { axis: 3 }),
    node("MatMul", ["shares", "headed"], "attended"),
    node("Transpose", ["attended"], "back", { perm: [0, 2, 1, 3] }),
    node("Reshape", ["back", "joined"], "merged"),
    node("Add", ["merged", "placed"], "residual"),
    node("Slice", ["residual", "one", "many", "one"], "classless"),
    node("Gather", ["residual", "zero"], "pooled", { axis: 1 }),
    node("Gemm", ["pooled", "fc"], "scores"),
  ],
  weights: [
    weight("w", [6, 3, 4, 4], random(1, 288)),
    weight("class", [1, 1, 6], random(2, 6)),
    weight("places", [1, 7, 6], random(3, 42)),
    weight("q", [6, 6], random(4, 36)),
    weight("fc", [6, 5], random(6, 30)),
    integers("flat", [1, 6, 6]),
    integers("heads", [1, 7, 2, 3]),
    integers("joined", [1, 7, 6]),
    integers("one", [1]),
    integers("many", [1000]),
    integers("zero", [0], []),
  ],
  inputs: [value("image", [1, 3, 8, 12])],
  outputs: [value("scores", [1, 5]), value("classless", [1, 6, 6])],
};
