import { size } from "../../shared/tensor.ts";
import type { Attributes } from "../ops/op.ts";
import { Builder } from "./builder.ts";
import { completed, definitionOf, kindOf } from "./definitions.ts";
import type { Graph, Node, Operand, Value } from "./graph.ts";

/** Where a value stands among a node's inputs, and where the scale and the zero point of its whole numbers do. */
type Place = readonly [at: number, scale?: number, zero?: number];

/** What an operator on quantized numbers is but for rounding: an operator on floats, of some of its inputs. */
export interface Kin {
  readonly op: string;
  readonly attributes: Attributes;
  readonly operands: readonly Place[];
  /** Where a bias stands that the operator on floats has no operand for. */
  readonly bias?: number;
  /** Where the scale and the zero point of its first output stand: among the inputs, or the two outputs that follow. */
  readonly output?: readonly [scale: number, zero: number] | "beside";
}

interface Entry extends Omit<Kin, "attributes" | "operands"> {
  readonly operands: readonly Place[] | ((inputs: number) => readonly Place[]);
}

const first: Place = [0, 1, 2];
const second: Place = [3, 4, 5];
const ofOne = (op: string): Entry => ({ op, operands: [first], output: [3, 4] });
const ofTwo = (op: string): Entry => ({ op, operands: [first, second], output: [6, 7] });

/** ONNX's operators on quantized numbers, and those that are ONNX Runtime's own. */
const entries: Readonly<Record<string, Entry>> = {
  QuantizeLinear: { op: "Identity", operands: [[0]], output: [1, 2] },
  DequantizeLinear: { op: "Identity", operands: [first] },
  DynamicQuantizeLinear: { op: "Identity", operands: [[0]], output: "beside" },
  ConvInteger: { op: "Conv", operands: [[0], [1]] },
  MatMulInteger: { op: "MatMul", operands: [[0], [1]] },
  MatMulIntegerToFloat: {
    op: "MatMul",
    operands: [
      [0, 2, 4],
      [1, 3, 5],
    ],
    bias: 6,
  },
  DynamicQuantizeMatMul: { op: "MatMul", operands: [[0], [1, 2, 3]], bias: 4 },
  QLinearConv: { op: "Conv", operands: [first, second, [8]], output: [6, 7] },
  QLinearMatMul: ofTwo("MatMul"),
  QGemm: { op: "Gemm", operands: [first, second, [6]], output: [7, 8] },
  QLinearAdd: ofTwo("Add"),
  QLinearMul: ofTwo("Mul"),
  QLinearConcat: {
    op: "Concat",
    operands: (inputs) => Array.from({ length: (inputs - 2) / 3 }, (_, i) => [3 * i + 2, 3 * i + 3, 3 * i + 4]),
    output: [0, 1],
  },
  QLinearAveragePool: ofOne("AveragePool"),
  QLinearGlobalAveragePool: ofOne("GlobalAveragePool"),
  QLinearReduceMean: ofOne("ReduceMean"),
  QLinearLeakyRelu: ofOne("LeakyRelu"),
  QLinearSigmoid: ofOne("Sigmoid"),
  QLinearSoftmax: ofOne("Softmax"),
};

/** Undefined where none is known: of other operators, and of those that have channels last or flatten as old ONNX did. */
export function kinOf(op: string, domain: string, inputs: readonly Operand[], given: Attributes): Kin | undefined {
  const entry = (domain === "" || domain === "com.microsoft") && Object.hasOwn(entries, op) ? entries[op] : undefined;
  if (!entry || given.channels_last === 1 || (op === "QLinearSoftmax" && Number(given.opset) < 13)) return undefined;
  const operands = typeof entry.operands === "function" ? entry.operands(inputs.length) : entry.operands;
  const definition = definitionOf(entry.op);
  const taken = operands.map(([at]) => inputs[at]);
  return { ...entry, operands, attributes: completed(definition, definition.normalize?.(taken, given) ?? given) };
}

/**
 * An operator on quantized numbers as the one on floats that it is but for rounding; any other node itself. Scales and zero
 * points are left out: found as the network runs, they hang on the whole picture, but only say how numbers are rounded.
 */
export function floatKin(node: Node): Node {
  const { opaque, ...rest } = node;
  if (!opaque?.kin) return node;
  const { op, attributes, operands } = opaque.kin;
  return {
    ...rest,
    op,
    attributes,
    inputs: operands.map(([at]) => node.inputs[at]),
    outputs: node.outputs.slice(0, 1),
  };
}

/** What whole numbers stand for: (q − zero) · scale. */
export interface Step {
  readonly scale: Value;
  /** Left out: 0. */
  readonly zero: Operand;
}

const stepAt = (scale: Operand, zero: Operand): Step | undefined =>
  scale?.dtype === "float32" ? { scale, zero } : undefined;

const found = new WeakMap<Graph, ReadonlyMap<Value, Step>>();

/** Of a network's values that hold whole numbers in place of floats, as far as the graph says what they stand for. */
export function stepsIn(graph: Graph): ReadonlyMap<Value, Step> {
  const known = found.get(graph);
  if (known) return known;
  const steps = new Map<Value, Step>();
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    const step = output && stepAfter(node, output, steps);
    if (step) steps.set(output, step);
  }
  found.set(graph, steps);
  return steps;
}

function stepAfter(node: Node, output: Value, known: ReadonlyMap<Value, Step>): Step | undefined {
  const { inputs, outputs, opaque } = node;
  const places = opaque?.kin?.output;
  if (output.dtype === "float32") return undefined;
  if (places === "beside") return stepAt(outputs[1], outputs[2]);
  if (places) return stepAt(inputs[places[0]], inputs[places[1]]);
  // What chooses or moves numbers leaves them what they stand for.
  if (!["shape", "maximum"].includes(kindOf(node))) return undefined;
  const alike = inputs.filter((input) => input?.dtype === output.dtype);
  const [step, ...others] = alike.map((input) => input && known.get(input));
  return others.every((other) => other?.scale === step?.scale && other?.zero === step?.zero) ? step : undefined;
}

/** What a node's weights stand for; undefined where they are floats, or it is not known. */
export function weightStep({ inputs, opaque }: Node, weight: Value): Step | undefined {
  const place = opaque?.kin?.operands.find(([at]) => inputs[at] === weight);
  const [, scale, zero] = place ?? [];
  return scale === undefined ? undefined : stepAt(inputs[scale], zero === undefined ? undefined : inputs[zero]);
}

/** What a value holds whole numbers in place of, as a value of the same graph; itself where it means what it says. */
export function inFloats(graph: Graph, value: Value): Value {
  const step = stepsIn(graph).get(value);
  return step ? dequantized(graph, value, step, 1) : value;
}

interface Floats extends Step {
  readonly axis: number;
  readonly made: Value;
}

/** Made once: what is new in a graph is compiled. Weights that layers share may stand for other numbers in each. */
const floats = new WeakMap<Value, readonly Floats[]>();

/** (q − zero) · scale, where there may be one scale for each place along `axis`. */
export function dequantized(graph: Graph, value: Value, { scale, zero }: Step, axis: number): Value {
  const known = floats.get(value) ?? [];
  const same = known.find((each) => each.scale === scale && each.zero === zero && each.axis === axis);
  if (same) return same.made;
  const g = new Builder(graph);
  const along = (v: Value) =>
    g.reshape(v, size(v.shape) === 1 ? [] : value.shape.map((_, i) => (i === axis ? size(v.shape) : 1)));
  const whole = g.cast(value, "float32");
  const made = g.mul(zero ? g.sub(whole, along(g.cast(zero, "float32"))) : whole, along(scale));
  floats.set(value, [...known, { scale, zero, axis, made }]);
  return made;
}
