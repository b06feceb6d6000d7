import type { DType } from "../../shared/tensor.ts";
import { kindOf } from "../graph/definitions.ts";
import { isHeld, type Graph, type Node, type Value } from "../graph/graph.ts";
import { gatesOf } from "../graph/gates.ts";
import { floatKin, stepsIn } from "../graph/quantized.ts";
import type { Bound } from "../model.ts";
import { descendants } from "../propagation/differentiate.ts";

/** What is known of the range of a value: whether zero means silent, and the upper bound at which it is full. */
export interface Rectifier {
  readonly rectified: boolean;
  readonly bound: number | undefined;
}

export const unrectified: Rectifier = { rectified: false, bound: undefined };

const found = new WeakMap<Bound, ReadonlyMap<Value, Rectifier>>();

/** Of the values that come out of a rectifier or a clip, also where poolings, joins and reshapes stand in between. */
export function rectifiersOf(bound: Bound): ReadonlyMap<Value, Rectifier> {
  const known = found.get(bound);
  if (known) return known;
  const { graph } = bound.network;
  const gates = gatesOf(graph, graph.nodes);
  const made = descendants(
    graph.nodes,
    graph.nodes.filter(makes).flatMap(({ outputs }) => outputs),
  );
  const rectifiers = new Map<Value, Rectifier>();
  for (const node of graph.nodes) {
    if (gates.has(node) || (node.opaque && !node.opaque.kin)) continue;
    const its = node.opaque ? afterQuantized(node, graph, rectifiers, made) : after(node, graph, rectifiers);
    if (its.rectified || its.bound !== undefined) for (const output of node.outputs) rectifiers.set(output, its);
  }
  found.set(bound, rectifiers);
  return rectifiers;
}

/** Whether what it writes is no longer the picture itself: it multiplies by weights, or nobody knows what it does. */
function makes(node: Node): boolean {
  const kin = floatKin(node);
  return kin.opaque !== undefined || kindOf(kin) === "weighted";
}

/** They choose, average or move their inputs' values: zero stays zero, and nothing rises above the bound. */
const passing: ReadonlySet<string> = new Set(
  (
    "Identity Cast MaxPool AveragePool GlobalMaxPool GlobalAveragePool ReduceMax ReduceMean Reshape Flatten Squeeze " +
    "Unsqueeze Transpose Slice Split Gather DepthToSpace SpaceToDepth Concat"
  ).split(" "),
);

const leastOf: Partial<Record<DType, number>> = { uint8: 0, int8: -128, uint16: 0, int16: -32768 };

/**
 * Where zero is the least number that can be written, writing it is a ReLU: that is how quantizers leave one out. Not of
 * what is still the picture (`made` lacks it), whose colours are no channels that fire. Bounds are rounded.
 */
function afterQuantized(
  node: Node,
  graph: Graph,
  known: ReadonlyMap<Value, Rectifier>,
  made: ReadonlySet<Value>,
): Rectifier {
  const [output] = node.outputs;
  const step = output && stepsIn(graph).get(output);
  const zero = step?.zero && graph.constants.get(step.zero);
  const zeroPoint = step && !step.zero ? 0 : zero && isHeld(zero) ? Number(zero.data[0]) : undefined;
  const clips =
    output !== undefined && made.has(output) && zeroPoint !== undefined && zeroPoint === leastOf[output.dtype];
  return { rectified: clips || after(floatKin(node), graph, known).rectified, bound: undefined };
}

/** Beyond this a bound is none: what ONNX writes for "no upper limit" is the greatest float32. */
const limitless = 1e30;

function after(node: Node, graph: Graph, known: ReadonlyMap<Value, Rectifier>): Rectifier {
  const { op, attributes } = node;
  const inputs = node.inputs.filter((input) => input !== undefined);
  const of = (input: Value | undefined) => (input && known.get(input)) ?? unrectified;
  switch (op) {
    case "Relu":
    case "ThresholdedRelu":
      return { rectified: true, bound: undefined };
    case "Clip": {
      const [min, max] = [attributes.min as number, attributes.max as number];
      return { rectified: min === 0, bound: max < limitless ? max : of(inputs[0]).bound };
    }
    case "HardSigmoid":
      return { rectified: false, bound: 1 };
    // As some exporters write ReLU and ReLU6.
    case "Max":
    case "Min": {
      const [limit, value] = limited(inputs, graph);
      if (limit === undefined) return unrectified;
      const before = of(value);
      if (op === "Max") return { rectified: limit === 0, bound: before.bound };
      return { rectified: before.rectified && limit > 0, bound: Math.min(limit, before.bound ?? Infinity) };
    }
    case "Resize": // cubic interpolation overshoots
      return attributes.mode === "cubic" ? unrectified : of(inputs[0]);
    case "Pad":
      return attributes.mode !== "constant" || attributes.value === 0 || !attributes.value
        ? of(inputs[0])
        : unrectified;
  }
  if (!passing.has(op)) return unrectified;
  const all = inputs.filter((input) => !graph.constants.has(input)).map(of);
  const bounds = new Set(all.map(({ bound }) => bound));
  return {
    rectified: all.length > 0 && all.every(({ rectified }) => rectified),
    bound: bounds.size === 1 ? [...bounds][0] : undefined,
  };
}

/** The lone number among two inputs, and the other one. */
function limited(inputs: readonly Value[], graph: Graph): readonly [number | undefined, Value | undefined] {
  if (inputs.length !== 2) return [undefined, undefined];
  for (const [i, input] of inputs.entries()) {
    const constant = graph.constants.get(input);
    if (constant && isHeld(constant) && constant.data.length === 1) return [Number(constant.data[0]), inputs[1 - i]];
  }
  return [undefined, undefined];
}
