import { kindOf } from "../graph/definitions.ts";
import { gatesOf } from "../graph/gates.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";

/** Some of a layer's channels, as another value holds them. */
export interface Part {
  readonly value: Value;
  /** What a rectifier makes of that, or a hard activation, where there is one. */
  readonly rectified?: Value;
  /** The layer's channel that the value begins with. */
  readonly first: number;
}

/** What gives its input as it is, in a network that is not trained. */
const passedOn: ReadonlySet<string> = new Set(["Identity", "Dropout"]);

/**
 * What goes into the rectifiers and hard activations that a layer comes from, which says how far below zero it is, where the
 * layer is flat: one part for each of the values that it puts side by side. The layer itself where there is none. `axis`:
 * its channels.
 */
export function beforeRectifiers(graph: Graph, layer: Value, axis: number): readonly Part[] {
  const node = graph.producer(layer);
  const source = node && beforeFlat(graph, node);
  if (source) return [{ value: source, rectified: layer, first: 0 }];
  const [input] = node?.inputs ?? [];
  if (node && input && passedOn.has(node.op)) return beforeRectifiers(graph, input, axis);
  if (node?.op !== "Concat" || node.attributes.axis !== axis) return [{ value: layer, first: 0 }];
  let first = 0;
  return node.inputs.flatMap((part) => {
    if (!part) return [];
    const own = beforeRectifiers(graph, part, axis).map((each) => ({ ...each, first: first + each.first }));
    first += part.shape[axis] ?? 1;
    return own;
  });
}

/**
 * Whether a channel comes from a hard activation. What that gives is least within reach, as a hard swish is at −1.5, where
 * what a rectifier gives is 0 all the way down.
 */
export function isOfHardActivation(graph: Graph, layer: Value, axis: number, channel: number): boolean {
  const rectified = beforeRectifiers(graph, layer, axis).findLast(({ first }) => first <= channel)?.rectified;
  const node = rectified && graph.producer(rectified);
  return node !== undefined && kindOf(node) !== "rectifier";
}

/** Those that are flat far below zero, beside the rectifiers. */
const hard: ReadonlySet<string> = new Set(["HardSigmoid", "HardSwish", "ThresholdedRelu"]);
/** The least that a Clip can be told: it is not flat there. */
const lowest = -3e38;

function beforeFlat(graph: Graph, node: Node): Value | undefined {
  const { op, inputs, attributes } = node;
  if (node.opaque) return undefined;
  const isClip = op === "Clip" && Number(attributes.min) > lowest;
  if (kindOf(node) === "rectifier" || hard.has(op) || isClip) return inputs[0];
  const product = scaled(graph, node);
  return product && gatedIn(graph, product);
}

/** What is only divided or multiplied by a constant after it: x · clip(x + 3, 0, 6) / 6. */
function scaled(graph: Graph, node: Node): Node | undefined {
  if (node.op !== "Mul" && node.op !== "Div") return undefined;
  const [only, ...more] = node.inputs.filter((input) => input && !graph.constants.has(input));
  return only && !more.length ? graph.producer(only) : node;
}

/** What a product is a hard swish of, where it is one that is written out: x · clip(x + 3, 0, 6), or x · HardSigmoid(x). */
export function gatedIn(graph: Graph, product: Node): Value | undefined {
  const { op, opaque, inputs } = product;
  if (op !== "Mul" || opaque) return undefined;
  const [clip] = gatesOf(graph, [product]);
  const before = clip
    ? graph.leadingTo(clip.outputs).flatMap((node) => node.inputs)
    : inputs.map((input) => {
        const maker = input && graph.producer(input);
        return maker?.op === "HardSigmoid" ? maker.inputs[0] : undefined;
      });
  return inputs.find((input) => input && before.includes(input));
}
