import { float32, size } from "../../shared/tensor.ts";
import { Builder } from "./builder.ts";
import { kindOf } from "./definitions.ts";
import type { Graph, Node, Value } from "./graph.ts";
import { floatKin } from "./quantized.ts";

/** Where a classifier's decision is read off. */
export interface Score {
  /** One number per class, before any softmax. Its first dimension is the batch, all others but one are 1. */
  readonly value: Value;
  readonly classes: number;
  /** What the file makes of the scores: how a probability comes of one. */
  readonly activation: "softmax" | "sigmoid";
  /** The operators that stand after the score in the file and were stepped over. */
  readonly steppedOver: readonly string[];
  /** The file's own value that it is read off: the score itself, or the probabilities whose logarithm it is. */
  readonly readOff: Value;
}

/** Only the shape is changed by these, not what the numbers mean. */
const transparent: ReadonlySet<string> = new Set(["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast"]);

/** Finds the score of each class. Undefined where no output is one number per class. */
export function scoreOf(graph: Graph, outputs: readonly Value[], batch: number): Score | undefined {
  const rows = outputs.filter(({ shape, dtype }) => isRow(shape, batch) && dtype === "float32");
  const isFlat = ({ shape }: Value) => shape.length === 1;
  // Inception's and GoogLeNet's side heads come after the main one in every exporter's order.
  for (const output of [...rows.filter((row) => !isFlat(row)), ...rows.filter(isFlat)]) {
    const found = before(graph, output, batch);
    // A list of one number for each picture may be of anything; a sigmoid makes it an answer.
    if (isFlat(output) && !found.steppedOver.includes("Sigmoid")) continue;
    const classes = size(found.value.shape) / batch;
    if (classes > 1) return { ...found, readOff: found.value, classes };
    // One number for each picture answers yes or no.
    if (classes === 1) return { ...found, readOff: found.value, classes, activation: "sigmoid" };
  }
  return undefined;
}

const isRow = (shape: readonly number[], batch: number) =>
  shape[0] === batch && shape.slice(1).filter((n) => n !== 1).length <= 1;

type Found = Pick<Score, "value" | "activation" | "steppedOver">;

/** Steps over what makes probabilities of scores, or their logarithms, and over what changes their shape before and after. */
function before(graph: Graph, output: Value, batch: number): Found {
  const passed: string[] = [];
  // How many logarithms are taken of the probabilities: log(softmax) is two nodes to tf2onnx, exp(log_softmax) to others.
  let logarithms = 0;
  let value = output;
  for (let made = graph.producer(value); made; made = graph.producer(value)) {
    const node = floatKin(made);
    const [source] = node.inputs;
    if (!source) break;
    const found = squashed(graph, node, batch);
    if (found) {
      const left = logarithms + (node.op === "LogSoftmax" ? 1 : 0);
      if (left !== 0 && left !== 1) break;
      return { ...found, steppedOver: [...passed, ...found.steppedOver] };
    }
    if (!isPassable(node, batch)) break;
    if (node.op === "Log") logarithms++;
    if (node.op === "Exp") logarithms--;
    passed.push(node.op);
    value = source;
  }
  return { value: output, activation: "softmax", steppedOver: [] };
}

/** Whether a class's number stays that class's number, and as probable as it was. */
function isPassable({ op, inputs: [x], outputs: [y], attributes }: Node, batch: number): boolean {
  const [from, to] = [x?.shape ?? [], y?.shape ?? []];
  if (op === "Clip") return (attributes.min as number) <= hardly && (attributes.max as number) >= 1 - hardly;
  if (op === "Transpose")
    return batch === 1 ? isLine(from) : isRow(from, batch) && (attributes.perm as readonly number[])[0] === 0;
  if (op === "Gather") return size(from) === batch && size(to) === batch;
  return op === "Log" || op === "Exp" || transparent.has(op);
}

/** Probabilities are kept from 0 and 1 by less, for the sake of a logarithm. */
const hardly = 1e-3;

const isLine = (shape: readonly number[]) => shape.filter((n) => n !== 1).length <= 1;

/** The scores of which a node makes probabilities. */
function squashed(graph: Graph, node: Node, batch: number): Found | undefined {
  const [value] = node.inputs;
  if (value?.dtype !== "float32") return undefined;
  if (node.op === "Softmax" || node.op === "LogSoftmax")
    return { value, activation: "softmax", steppedOver: [node.op] };
  return node.op === "Sigmoid"
    ? { value, activation: "sigmoid", steppedOver: [node.op] }
    : writtenOut(graph, node, batch);
}

/** A softmax that is written out, as JAX has it: exp(x) or exp(x − max(x)), divided by its sum. */
function writtenOut(graph: Graph, node: Node, batch: number): Found | undefined {
  const [powers, sum] = node.inputs;
  const [exp, summed] = [powers && graph.producer(powers), sum && graph.producer(sum)];
  const isSoftmax = node.op === "Div" && exp?.op === "Exp" && summed?.op === "ReduceSum" && summed.inputs[0] === powers;
  const [value] = exp?.inputs ?? [];
  if (!isSoftmax || !value || size(sum?.shape ?? []) !== batch) return undefined;
  const shift = graph.producer(value);
  const [scores, taken] = shift?.inputs ?? [];
  // What is taken off all classes alike changes nothing.
  return shift?.op === "Sub" && scores && size(taken?.shape ?? []) === batch && size(scores.shape) === size(value.shape)
    ? { value: scores, activation: "softmax", steppedOver: ["Div", "Exp", "Sub"] }
    : { value, activation: "softmax", steppedOver: ["Div", "Exp"] };
}

/** Of these, probabilities may be made otherwise than by one softmax or sigmoid at the end. */
const normalizing: ReadonlySet<string> = new Set(["Softmax", "Sigmoid", "Exp", "Div", "LpNormalization"]);

/**
 * The operators between a score and the weighted ones before it by which it may be probabilities already: of the mean of two
 * softmaxes, say. None where a softmax or sigmoid was stepped over.
 */
export function normalizersOf(graph: Graph, { value, steppedOver }: Score): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<Value>();
  const open = steppedOver.length ? [] : [value];
  for (let at = open.pop(); at; at = open.pop()) {
    const made = graph.producer(at);
    const node = made && floatKin(made);
    if (!node || seen.has(at) || kindOf(node) === "weighted") continue;
    seen.add(at);
    if (normalizing.has(node.op) || node.opaque) found.add(node.op);
    open.push(...node.inputs.filter((input) => input !== undefined));
  }
  return found;
}

/** How far the probabilities of all classes together may be from 1. */
const rounding = 1e-3;

/** What makes probabilities of a network's numbers, where they are some already; `rows`: of several pictures. */
export function activationOf(
  rows: readonly ArrayLike<number>[],
  normalizers: ReadonlySet<string>,
): Score["activation"] | undefined {
  const all = rows.map((row) => Array.from(row));
  if (!all.length || !all.every((row) => row.every((p) => p >= 0 && p <= 1 + rounding))) return undefined;
  const sums = all.map((row) => row.reduce((sum, p) => sum + p, 0));
  if (all.every((row) => row.length > 1) && sums.every((sum) => Math.abs(sum - 1) <= rounding)) return "softmax";
  return normalizers.has("Sigmoid") ? "sigmoid" : undefined;
}

/** Less than this has no logarithm worth telling apart. */
const leastProbability = 1e-30;

/** The score of which softmax, or sigmoid, makes the probabilities that the file gives: their logarithms, or those of their odds. */
export function scoreOfProbabilities(graph: Graph, score: Score, activation: Score["activation"]): Score {
  const g = new Builder(graph);
  const logarithm = (p: Value) => g.one("Log", [g.one("Max", [p, g.constant(float32([], [leastProbability]))])]);
  const p = score.value;
  const value = activation === "softmax" ? logarithm(p) : g.sub(logarithm(p), logarithm(g.sub(1, p)));
  return { ...score, value, activation };
}

/** The end that class activation maps need: maps, averaged over space, and one linear layer. */
export type CamForm = { readonly maps: Value; readonly pooled: Value } | { readonly reason: string };

/** Zhou et al. 2016: follows the score back to one linear layer and the global average pooling before it. */
export function camForm(graph: Graph, score: Value): CamForm {
  let node = graph.producer(score);
  const back = () => {
    while (node && isReshaping(node)) node = producerOf(graph, node);
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

/** Of one picture's numbers in a line, a Transpose changes no more than the shape either. */
const isReshaping = ({ op, inputs: [x] }: Node): boolean =>
  transparent.has(op) || (op === "Transpose" && isLine(x?.shape ?? []));

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
