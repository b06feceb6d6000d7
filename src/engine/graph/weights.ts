import { size, type DType } from "../../shared/tensor.ts";
import { definitionOf } from "./definitions.ts";
import type { Graph, Node, Value } from "./graph.ts";
import { floatKin } from "./quantized.ts";

/** Indices and shapes are int64 and int32. */
const learnedTypes: readonly DType[] = ["float32", "int8", "uint8"];

/**
 * The constants that nodes read, in order, also where one is reshaped or dequantized before it is used. A lone number is a
 * setting (the 6 of ReLU6), not something learned. `learned`: without a normalisation's running mean and variance, which
 * were measured.
 */
export function weightsOf(
  nodes: readonly Node[],
  graph: Graph,
  reached: ReadonlySet<Value>,
  { learned = false }: { readonly learned?: boolean } = {},
): Value[] {
  const seen = new Set<Value>();
  const found: Value[] = [];
  const measured = (node: Node) => (node.opaque || !learned ? [] : (definitionOf(node.op).statistics ?? []));
  // Scales and zero points are settings, too; among what else is read of whole numbers there may be a convolution's bias.
  const quantized = new Set(nodes.flatMap((node) => (node.opaque?.kin ? floatKin(node).inputs : [])));
  const biasOf = ({ inputs, opaque }: Node) => (opaque?.kin?.bias === undefined ? [] : [inputs[opaque.kin.bias]]);
  const read = (node: Node) => (learned ? [...floatKin(node).inputs, ...biasOf(node)] : node.inputs);
  const open = nodes.flatMap((node) => read(node).filter((_, i) => !measured(node).includes(i))).reverse();
  while (open.length) {
    const value = open.pop();
    if (!value || reached.has(value) || seen.has(value)) continue;
    seen.add(value);
    const constant = graph.constants.get(value);
    if (!constant) open.push(...(graph.producer(value)?.inputs ?? []).toReversed());
    else if ((learnedTypes.includes(constant.dtype) || quantized.has(value)) && constant.shape.length > 0)
      found.push(value);
  }
  return found;
}

export const numbersIn = (values: readonly Value[]): number => values.reduce((sum, { shape }) => sum + size(shape), 0);
