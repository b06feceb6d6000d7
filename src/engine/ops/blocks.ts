import { float32, type Shape } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";

// The runtime's convolutions work in blocks of 8 or 16 channels. What else knows that layout keeps it; everything between
// costs a pass through memory on the way out and another on the way in. On the way back through a residual network those
// passes took as long as a seventh of the whole step.

/** Channels that come in whole blocks are a multiple of this. */
export const block = 16;

/** What else keeps the layout where all of its inputs have it. */
const keeping: ReadonlySet<string> = new Set([
  "Add",
  "Clip",
  "HardSigmoid",
  "LeakyRelu",
  "Mul",
  "Relu",
  "Sigmoid",
  "Tanh",
]);
/** What makes it of whatever comes in. */
const pooling: ReadonlySet<string> = new Set(["AveragePool", "GlobalAveragePool", "MaxPool"]);

export const hasBlocks = ({ dtype, shape }: Value): boolean =>
  dtype === "float32" && shape.length === 4 && shape[1]! % block === 0;

interface Known {
  /** Nodes of the graph that were looked at. */
  nodes: number;
  readonly inBlocks: Set<Value | undefined>;
}
const graphs = new WeakMap<Graph, Known>();

/** Whether the runtime has `value` in blocks of channels where it is made. */
export function isInBlocks(graph: Graph, value: Value): boolean {
  const known = graphs.get(graph) ?? { nodes: 0, inBlocks: new Set() };
  graphs.set(graph, known);
  for (; known.nodes < graph.nodes.length; known.nodes++) {
    const node = graph.nodes[known.nodes] as Node; // within bounds
    const [y] = node.outputs;
    if (y && hasBlocks(y) && makesBlocks(node, y, known.inBlocks)) known.inBlocks.add(y);
  }
  return known.inBlocks.has(value);
}

function makesBlocks({ op, inputs, attributes, opaque }: Node, y: Value, inBlocks: Known["inBlocks"]): boolean {
  if (opaque) return false;
  const sameShape = (x: Value | undefined) => x?.shape.every((n, i) => n === y.shape[i]);
  if (op === "Conv") {
    const [outs = 0, ins = 0] = inputs[1]?.shape ?? [];
    const { group } = attributes;
    const isDepthwise = group === outs && ins === 1;
    // Few channels are read as they come.
    return isDepthwise || (group === 1 ? ins < 8 || ins % block === 0 : false);
  }
  if (pooling.has(op)) return true;
  if (op === "Concat") return attributes.axis === 1 && inputs.every((x) => inBlocks.has(x));
  return keeping.has(op) && inputs.every((x) => inBlocks.has(x) && sameShape(x));
}

/** The same numbers, in blocks of channels. */
export const inBlocks = (g: Builder, x: Value): Value => (isInBlocks(g.graph, x) ? x : depthwise(g, x, [[1]]));

interface Depthwise {
  readonly strides?: Shape;
  readonly pads?: Shape;
  /** Added to every sum. */
  readonly bias?: number;
}

/** Every channel by itself with the same kernel, in blocks of channels. */
export function depthwise(
  g: Builder,
  x: Value,
  kernel: readonly (readonly number[])[],
  { strides = [1, 1], pads = [0, 0, 0, 0], bias }: Depthwise = {},
): Value {
  const channels = x.shape[1]!;
  const size = [kernel.length, kernel[0]!.length];
  // Written once, the program stays small, and the runtime spreads it when it is prepared.
  const weights = g.expand(g.constant(float32([1, 1, ...size], kernel.flat())), [channels, 1, ...size]);
  const added = bias === undefined ? [] : [g.full([channels], bias)];
  return g.one("Conv", [x, weights, ...added], { group: channels, strides, pads });
}
