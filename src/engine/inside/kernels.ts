import { shown } from "../../shared/shown.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { dequantized, floatKin, weightStep } from "../graph/quantized.ts";
import { lostLayer } from "../lost-layers.ts";
import { UnknownLayer, type Bound, type OpenModel } from "../model.ts";
import { fixedNumbers } from "./fixed-numbers.ts";

/** A node that multiplies by weights, and its filters as convolutions have them. */
export interface Kernels {
  readonly node: Node;
  readonly weight: Value;
  /** [O, I, kh, kw] */
  readonly shape: readonly [number, number, number, number];
  readonly groups: number;
  readonly isMatrix: boolean;
  readonly data: Float32Array;
}

/** Float32 numbers that are looked at together: half a gigabyte. */
const mostWeights = 2 ** 27;

/** The filters of a layer, or those that a weight holds, by name. Throws UnknownLayer or TypeError where there are none. */
export async function kernelsOf(model: OpenModel, bound: Bound, name: string, signal: AbortSignal): Promise<Kernels> {
  const { node, weight, numbers } = weightedNode(model, bound, name);
  const order = orderOf(node, weight);
  const count = weight.shape.reduce((product, n) => product * n, 1);
  if (count > mostWeights)
    throw new RangeError(`${shown(weight.name)} has ${count} numbers, too many to be looked at together.`);
  const { data } = await fixedNumbers(model, bound, numbers(), signal);
  const [outs, ins, height, width] = order.shape;
  const filter = ins * height * width;
  const kernel = height * width;
  if (order.at === undefined) return { node, weight, ...order, data };
  const ordered = new Float32Array(data.length);
  for (let o = 0; o < outs; o++)
    for (let i = 0; i < ins; i++) {
      const from = order.at(o, i) * kernel;
      for (let k = 0; k < kernel; k++) ordered[o * filter + i * kernel + k] = data[from + k]!;
    }
  return { node, weight, ...order, data: ordered };
}

interface Order {
  readonly shape: Kernels["shape"];
  readonly groups: number;
  readonly isMatrix: boolean;
  /** Which kernel of the file is that from input `i` to output `o`; left out where they are in this order. */
  readonly at?: (o: number, i: number) => number;
}

function orderOf(node: Node, weight: Value): Order {
  const { shape } = weight;
  const groups = (node.attributes.group as number | undefined) ?? 1;
  const [first = 1, second = 1] = shape;
  if (node.op === "Conv" || node.op === "ConvTranspose") {
    if (shape.length > 4) throw new TypeError(`${shown(weight.name)} has kernels in ${shape.length - 2} dimensions.`);
    const [height, width] = shape.length === 3 ? [1, shape[2] ?? 1] : [shape[2] ?? 1, shape[3] ?? 1];
    if (node.op === "Conv") return { shape: [first, second, height, width], groups, isMatrix: false };
    const ins = first / groups; // of each group
    return {
      shape: [second * groups, ins, height, width],
      groups,
      isMatrix: false,
      at: (o, i) => (Math.floor(o / second) * ins + i) * second + (o % second),
    };
  }
  if (shape.length !== 2) throw new TypeError(`${shown(weight.name)} is no matrix of weights.`);
  const rowsAreOutputs = node.op === "Gemm" ? node.attributes.transB === 1 : node.inputs[0] === weight;
  return rowsAreOutputs
    ? { shape: [first, second, 1, 1], groups: 1, isMatrix: true }
    : { shape: [second, first, 1, 1], groups: 1, isMatrix: true, at: (o, i) => i * second + o };
}

interface Weighted {
  /** As it is on floats. */
  readonly node: Node;
  readonly weight: Value;
  /** The value that holds what it multiplies by: what the weight stands for, where that is quantized. */
  numbers(): Value;
}

function weightedNode(model: OpenModel, bound: Bound, name: string): Weighted {
  const { network, layers, lost, reached } = bound;
  const weighted = (node: Node): Weighted[] => {
    const kin = floatKin(node);
    const weight = weightOf(kin, reached);
    return weight ? [{ node: kin, weight, numbers: () => floatWeight(network.graph, node, weight) }] : [];
  };
  const isWeighted = (node: Node) => weighted(node).length > 0;
  const layer = layers.find((each) => each.name === name) ?? lostLayer(lost, name);
  const [ofLayer] = layer?.nodes.flatMap(weighted) ?? [];
  if (ofLayer) return ofLayer;
  // Weights are read from the file: what stands in the way of running a layer is no matter.
  const readers = [...network.graph.nodes, ...network.lost.nodes].filter(({ outputs }) =>
    outputs.some((output) => reached.has(output) || output.dtype === "unknown"),
  );
  const ofWeight = readers.flatMap(weighted).find(({ weight }) => stands(weight, name, network.graph));
  if (ofWeight) return ofWeight;
  if (layer) throw new TypeError(withoutFilters(name, "it"));
  if (network.values.has(name) && !reached.has(network.values.get(name) as Value))
    throw new TypeError(
      `${shown(name)} holds no filters: no convolution and no matrix product reads it as its weights.`,
    );
  const value = model.value(bound, name);
  const [ofValue] =
    layers.find(({ nodes }) => nodes.some(({ outputs }) => outputs.includes(value)))?.nodes.flatMap(weighted) ?? [];
  if (ofValue) return ofValue;
  const within = layers.filter(
    (each) => /^[/.]/.test(each.name.slice(name.length)) && each.name.startsWith(name) && each.nodes.some(isWeighted),
  );
  const hint = within.length ? ` These within it have some: ${within.map((each) => shown(each.name)).join(", ")}.` : "";
  throw new UnknownLayer(`${withoutFilters(name, "its layer")}${hint}`);
}

/** Other operators may well have weights: a learned scale, a normalization. */
const withoutFilters = (name: string, where: string): string =>
  `${shown(name)} has no filters: no convolution and no matrix product in ${where} has weights.`;

/** What a convolution or a matrix product multiplies by, where that is the same for every picture. */
function weightOf({ op, inputs, opaque }: Node, reached: ReadonlySet<Value>): Value | undefined {
  if (opaque || !["Conv", "ConvTranspose", "Gemm", "MatMul"].includes(op)) return undefined;
  const fixed = (op === "MatMul" ? inputs.slice(0, 2) : inputs.slice(1, 2)).filter(
    (input) => input !== undefined && input.dtype !== "unknown" && !reached.has(input),
  );
  return fixed.length === 1 ? fixed[0] : undefined;
}

function floatWeight(graph: Graph, node: Node, weight: Value): Value {
  if (!node.opaque) return weight;
  const step = weightStep(node, weight);
  if (!step)
    throw new TypeError(
      `${shown(weight.name)} holds whole numbers, and ${shown(node.op)} does not say on what scale: they are not shown as filters.`,
    );
  const { op, attributes } = floatKin(node);
  const outputs = op === "Conv" ? 0 : op === "Gemm" && attributes.transB === 1 ? 0 : weight.shape.length - 1;
  return dequantized(graph, weight, step, outputs);
}

/** Whether a weight goes by this name, or is made of a constant that does. */
function stands(weight: Value, name: string, graph: Graph): boolean {
  const open = [weight];
  for (let value = open.pop(); value; value = open.pop()) {
    if (value.name === name) return true;
    for (const input of graph.producer(value)?.inputs ?? []) if (input) open.push(input);
  }
  return false;
}
