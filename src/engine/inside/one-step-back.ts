import { definitionOf, kindOf } from "../graph/definitions.ts";
import type { Node, Value } from "../graph/graph.ts";
import type { Layer } from "../graph/layers.ts";
import { copyNode } from "../graph/transplant.ts";
import type { Bound } from "../model.ts";
import { differentiate } from "../propagation/differentiate.ts";

// The way from a layer back to the layers before it, as a small network of its own: the nodes in between once more, on the
// outputs of those layers, with the derivative to each of them. Where one of them is made of another (the two sides of a
// skip connection), each is held fast while the other varies.

export interface StepBack {
  /** Outputs of the layers before, or the network's input. */
  readonly sources: readonly Value[];
  /** What stands for them and has to be fed. */
  readonly leaves: readonly Value[];
  /** The layer's numbers before its activation, of the shape of its output. */
  readonly result: Value;
  /** Whether an activation follows: the layer's own numbers are others. */
  readonly activated: boolean;
  /** Whether the way is linear at any one photo: what the sources do not explain are biases and constants. */
  readonly linear: boolean;
  /** To be fed: one where the unit is, zero elsewhere. */
  readonly seed: Value;
  /** The derivative of the unit to each source. */
  readonly derivatives: readonly Value[];
}

const known = new WeakMap<Bound, Map<Value, StepBack>>();

/** Throws NotDifferentiable where the way crosses an operator without a gradient. */
export function stepBack(bound: Bound, value: Value): StepBack {
  const steps = known.get(bound) ?? new Map<Value, StepBack>();
  known.set(bound, steps);
  const found = steps.get(value) ?? build(bound, value);
  steps.set(value, found);
  return found;
}

function build(bound: Bound, value: Value): StepBack {
  const { graph } = bound.network;
  const own = layerOf(bound, value);
  const y = own ? beforeActivation(value, own, bound) : value;
  const { sources, between } = reachedFrom(y, own, bound);
  const copies = new Map<Value, Value>(
    sources.map((source) => [source, graph.input(`before ${value.name}: ${source.name}`, source)]),
  );
  const leaves = [...copies.values()];
  for (const node of between) copyNode(node, graph, (input) => copies.get(input) ?? input, copies);
  const result = copies.get(y) as Value; // it is a source, or made of them
  const seed = graph.input(`unit of ${value.name}`, { dtype: "float32", shape: result.shape });
  const derivatives = differentiate(graph, result, seed, leaves);
  const linear = between.every((node) => isLinearByParts(node, varying(node, bound)));
  return { sources, leaves, result, activated: y !== value, linear, seed, derivatives };
}

/** The inputs that depend on the picture. */
const varying = ({ inputs }: Node, { reached }: Bound): readonly Value[] =>
  inputs.filter((input): input is Value => input !== undefined && reached.has(input));

const layerOf = ({ layers }: Bound, value: Value): Layer | undefined =>
  layers.find(({ nodes }) => nodes.some(({ outputs }) => outputs.includes(value)));

/** The nearest outputs of layers on every way back from `y`, and the nodes in between, in order. */
function reachedFrom(y: Value, own: Layer | undefined, bound: Bound) {
  const { graph, input } = bound.network;
  const layers = new Map<Value, Layer>();
  for (const layer of bound.layers)
    for (const { outputs } of layer.nodes) for (const value of outputs) layers.set(value, layer);
  const isSource = (value: Value) => {
    if (value === input) return true;
    const layer = layers.get(value);
    return layer !== undefined && layer !== own && value.dtype === "float32" && !onlyPasses(layer);
  };
  const sources = new Set<Value>();
  const needed = new Set<Node>();
  const open = [y];
  for (let value = open.pop(); value; value = open.pop()) {
    const node = graph.producer(value);
    if (isSource(value) || !node) sources.add(value);
    else if (!needed.has(node)) {
      needed.add(node);
      const captured = node.opaque?.captured ?? [];
      for (const each of [...node.inputs, ...captured]) if (each && bound.reached.has(each)) open.push(each);
    }
  }
  const order = graph.leadingTo([y]);
  return {
    sources: [...sources].sort((a, b) => placeOf(a, order) - placeOf(b, order)),
    between: order.filter((node) => needed.has(node)),
  };
}

const placeOf = (value: Value, order: readonly Node[]) => order.findIndex(({ outputs }) => outputs.includes(value));

/** Whether a layer only joins, moves, adds or pools what it gets, so that a contribution goes through it unchanged. */
const onlyPasses = ({ nodes }: Layer): boolean =>
  nodes.every((node) => !node.opaque && passing.has(kindOf(node)) && !chooses.has(node.op));

const passing: ReadonlySet<string> = new Set(["sum", "shape", "maximum"]);
/** Of several inputs, element by element: with a constant among them that is a rectifier. */
const chooses: ReadonlySet<string> = new Set(["Max", "Min"]);

/**
 * The value whose elements a layer's last activation takes one by one: `value` itself where nothing follows what is linear,
 * or where more than an activation does.
 */
function beforeActivation(value: Value, { nodes }: Layer, bound: Bound): Value {
  const { graph } = bound.network;
  const linear = new Set<Value>();
  const own = new Set(nodes);
  const isLinear = (v: Value) => linear.has(v) || !own.has(graph.producer(v) as Node);
  for (const node of nodes) {
    const inputs = varying(node, bound);
    if (isLinearIn(node, inputs) && inputs.every(isLinear)) for (const output of node.outputs) linear.add(output);
  }
  const ends = new Set<Value>();
  const open = [value];
  const visited = new Set(open);
  for (let at = open.pop(); at; at = open.pop()) {
    if (isLinear(at)) {
      ends.add(at);
      continue;
    }
    const node = graph.producer(at) as Node; // it is one of the layer's
    if (node.opaque || definitionOf(node.op).reach !== "same") return value;
    for (const input of varying(node, bound))
      if (!visited.has(input)) {
        visited.add(input);
        open.push(input);
      }
  }
  const [end, ...more] = ends;
  return end && !more.length && sameShape(end, value) ? end : value;
}

/** `inputs`: those that depend on the picture. */
function isLinearIn(node: Node, inputs: readonly Value[]): boolean {
  if (node.opaque) return false;
  switch (kindOf(node)) {
    case "sum":
    case "shape":
      return true;
    case "maximum":
      return !chooses.has(node.op);
    case "weighted":
      // What is added may be made of the picture, too.
      return node.inputs.filter((input, i) => i < 2 && input && inputs.includes(input)).length < 2;
    case "normalization":
      return node.op === "BatchNormalization";
    case "other":
      return inputs.length === 1 && (node.op === "Mul" || (node.op === "Div" && inputs[0] === node.inputs[0]));
    case "rectifier":
    case "activation":
      return false;
  }
}

/** Whether it is linear at any one photo, be it with other slopes and constants at the next. */
const isLinearByParts = (node: Node, inputs: readonly Value[]): boolean =>
  isLinearIn(node, inputs) || (!node.opaque && (kindOf(node) === "rectifier" || inParts.has(node.op)));

const inParts: ReadonlySet<string> = new Set([...chooses, "Where", "Clip", "LeakyRelu", "PRelu", "Abs"]);

const sameShape = (a: Value, b: Value) =>
  a.shape.length === b.shape.length && a.shape.every((n, i) => n === b.shape[i]);
