import type { DType } from "../../shared/tensor.ts";
import { definitionOf } from "./definitions.ts";
import type { Graph, Node, Value } from "./graph.ts";

/** Indices and shapes are int64 and int32. */
const learnedTypes: readonly DType[] = ["float32", "int8", "uint8"];

/**
 * The constants that nodes read, in order, also where one is reshaped or dequantized before it is used. A lone number is a
 * setting (the 6 of ReLU6), not something learned. `seen`: what was found for others, which is passed over and added to.
 * `learned`: without a normalisation's running mean and variance, which were measured.
 */
export function weightsOf(
  nodes: readonly Node[],
  graph: Graph,
  reached: ReadonlySet<Value>,
  { seen = new Set<Value>(), learned = false }: { readonly seen?: Set<Value>; readonly learned?: boolean } = {},
): Value[] {
  const found: Value[] = [];
  const measured = (node: Node) => (node.opaque || !learned ? [] : (definitionOf(node.op).statistics ?? []));
  const open = nodes.flatMap((node) => node.inputs.filter((_, i) => !measured(node).includes(i))).reverse();
  while (open.length) {
    const value = open.pop();
    if (!value || reached.has(value) || seen.has(value)) continue;
    seen.add(value);
    const constant = graph.constants.get(value);
    if (!constant) open.push(...(graph.producer(value)?.inputs ?? []).toReversed());
    else if (learnedTypes.includes(constant.dtype) && constant.shape.length > 0) found.push(value);
  }
  return found;
}
