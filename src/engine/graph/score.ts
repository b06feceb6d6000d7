import { size } from "../../shared/tensor.ts";
import type { Graph, Node, Value } from "./graph.ts";

/** Where a classifier's decision is read off. */
export interface Score {
  /** One number per class, before any softmax. Its first dimension is the batch, all others but one are 1. */
  readonly value: Value;
  readonly classes: number;
  /** What the file makes of the scores: how a probability comes of one. */
  readonly activation: "softmax" | "sigmoid";
  /** The operators that stand after the score in the file and were stepped over. */
  readonly steppedOver: readonly string[];
}

/** Only the shape is changed by these, not what the numbers mean. */
const transparent: ReadonlySet<string> = new Set(["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast"]);

/** Finds the score of each class. Undefined where no output is one number per class. */
export function scoreOf(graph: Graph, outputs: readonly Value[], batch: number): Score | undefined {
  const rows = outputs.filter(({ shape, dtype }) => isRow(shape, batch) && dtype === "float32");
  // Inception's and GoogLeNet's side heads come after the main one in every exporter's order.
  for (const output of rows) {
    const found = before(graph, output);
    const classes = size(found.value.shape) / batch;
    if (classes > 1) return { ...found, classes };
    // One number for each picture answers yes or no.
    if (classes === 1) return { ...found, classes, activation: "sigmoid" };
  }
  return undefined;
}

const isRow = (shape: readonly number[], batch: number) =>
  shape.length >= 2 && shape[0] === batch && shape.slice(1).filter((n) => n !== 1).length <= 1;

function before(graph: Graph, output: Value): Omit<Score, "classes"> {
  const passed: string[] = [];
  let value = output;
  for (let node = graph.producer(value); node; node = graph.producer(value)) {
    const [source] = node.inputs;
    if (!source) break;
    if (node.op === "Softmax" || node.op === "LogSoftmax" || node.op === "Sigmoid") {
      const activation = node.op === "Sigmoid" ? "sigmoid" : "softmax";
      return { value: source, activation, steppedOver: [...passed, node.op] };
    }
    // tf2onnx and others write log(softmax) as two nodes.
    if (!transparent.has(node.op) && node.op !== "Log") break;
    passed.push(node.op);
    value = source;
  }
  return { value: output, activation: "softmax", steppedOver: [] };
}

/** The end that class activation maps need: maps, averaged over space, and one linear layer. */
export type CamForm = { readonly maps: Value; readonly pooled: Value } | { readonly reason: string };

/** Zhou et al. 2016: follows the score back to one linear layer and the global average pooling before it. */
export function camForm(graph: Graph, score: Value): CamForm {
  let node = graph.producer(score);
  const back = () => {
    while (node && transparent.has(node.op)) node = producerOf(graph, node);
  };
  back();
  if (node?.op === "Add" && node.inputs.some((input) => input && graph.constants.has(input)))
    node = producerOf(graph, node);
  back();
  if (node && poolingInput(node))
    return {
      reason:
        "no linear layer follows its global average pooling; its last convolution gives one map per class, which Grad-CAM shows",
    };
  if (!node || !isLinear(node, graph))
    return { reason: `its scores come out of ${node?.op ?? "the input"}, not out of one linear layer` };
  const linear = node;
  node = producerOf(graph, node);
  back();
  const maps = node && poolingInput(node);
  if (!node || !maps)
    return { reason: `before its last linear layer stands ${node?.op ?? "the input"}, not global average pooling` };
  return { maps, pooled: linear.inputs[0] as Value }; // producerOf found it
}

const producerOf = (graph: Graph, node: Node): Node | undefined => {
  const source = node.inputs.find((input) => input && !graph.constants.has(input));
  return source && graph.producer(source);
};

const isLinear = ({ op, inputs, outputs }: Node, graph: Graph): boolean => {
  const [x, w] = inputs;
  const constant = w !== undefined && !isComputed(graph, w);
  if (op === "Gemm" || op === "MatMul") return constant && x !== undefined && !graph.constants.has(x);
  // A 1 × 1 convolution on a 1 × 1 map is a linear layer.
  return (
    op === "Conv" && constant && size(outputs[0]?.shape.slice(2) ?? []) === 1 && size(x?.shape.slice(2) ?? []) === 1
  );
};

const isComputed = (graph: Graph, value: Value) =>
  !graph.constants.has(value) && graph.producer(value)?.op !== "Transpose";

/** The maps that a node averages over all of space; undefined where it does not. */
function poolingInput({ op, inputs: [x], attributes }: Node): Value | undefined {
  if (!x || x.shape.length !== 4) return undefined;
  const spatial = x.shape.slice(2);
  if (op === "GlobalAveragePool") return x;
  if (op === "ReduceMean") return String([...(attributes.axes as readonly number[])].sort()) === "2,3" ? x : undefined;
  const whole = op === "AveragePool" && String(attributes.kernel_shape) === String(spatial);
  return whole && (attributes.pads as readonly number[]).every((p) => p === 0) ? x : undefined;
}
