import { isHeld } from "../graph/constants.ts"; // the graph itself is made of what stands in this folder
import type { Graph, Value } from "../graph/graph.ts";

/** Of finite numbers these make finite ones, whatever comes in; what feeds them need not be looked at. */
const computing: ReadonlySet<string> = new Set([
  "BatchNormalization",
  "Conv",
  "ConvTranspose",
  "Gemm",
  "GroupNormalization",
  "HardSigmoid",
  "InstanceNormalization",
  "LRN",
  "LayerNormalization",
  "MatMul",
  "Sigmoid",
  "Softmax",
  "Tanh",
]);

/** These hand on, choose, bound or add up what comes in. */
const handing: ReadonlySet<string> = new Set([
  "Add",
  "AveragePool",
  "Cast",
  "Clip",
  "Concat",
  "Dropout",
  "Elu",
  "Expand",
  "Flatten",
  "Gelu",
  "GlobalAveragePool",
  "HardSwish",
  "Identity",
  "LeakyRelu",
  "Max",
  "MaxPool",
  "Mean",
  "Min",
  "Mish",
  "Mul",
  "PRelu",
  "Pad",
  "Relu",
  "Reshape",
  "Resize",
  "Selu",
  "Slice",
  "Split",
  "Squeeze",
  "Sub",
  "Sum",
  "Swish",
  "Transpose",
  "Unsqueeze",
]);

/**
 * Whether nothing between `x` and the layers that compute it puts an infinity in: some exporters pad with −∞ before a
 * pooling. Where it is not known, it may.
 */
export function isKnownFinite(graph: Graph, x: Value): boolean {
  const open = new Set([x]);
  for (const value of open) {
    const constant = graph.constants.get(value);
    // What is not held are weights in the file: too many to look at, and learned.
    if (constant && isHeld(constant) && !constant.data.every((n) => Number.isFinite(Number(n)))) return false;
    const node = graph.producer(value);
    if (!node || (!node.opaque && computing.has(node.op))) continue;
    if (node.opaque || !handing.has(node.op)) return false;
    if (node.op === "Pad" && !Number.isFinite(node.attributes.value)) return false;
    for (const input of node.inputs) if (input) open.add(input);
  }
  return true;
}
