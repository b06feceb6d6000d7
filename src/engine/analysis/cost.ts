import { size, type DType } from "../../shared/tensor.ts";
import { definitionOf } from "../graph/definitions.ts";
import type { Node, Value } from "../graph/graph.ts";
import { floatKin } from "../graph/quantized.ts";
import type { CostContext } from "../ops/op.ts";

/** What one run of a network, or of some of its nodes, takes. */
export interface Cost {
  /**
   * As torchvision and fvcore count: the products of convolutions (transposed ones too) and of matrices, padding
   * included. Biases, normalisations, activations and pooling count nothing.
   */
  readonly multiplyAdds: number;
  /** Operators whose products are not counted, since only the runtime understands them. */
  readonly uncounted: readonly string[];
}

/** What these nodes take. `reached`: all that depends on an input; what is computed of constants alone is computed once. */
export function costOf(nodes: readonly Node[], reached: ReadonlySet<Value>): Cost {
  const live = nodes.filter(({ outputs }) => outputs.some((output) => reached.has(output)));
  return {
    multiplyAdds: live.reduce((total, node) => total + (multiplyAddsOf(node) ?? 0), 0),
    uncounted: [...new Set(live.flatMap((node) => (multiplyAddsOf(node) === undefined ? [node.op] : [])))],
  };
}

/** Undefined of an operator that only the runtime understands. */
export function multiplyAddsOf(node: Node): number | undefined {
  const kin = floatKin(node);
  if (kin.opaque) return undefined;
  return definitionOf(kin.op).cost?.(kin as unknown as CostContext) ?? 0; // every node with a cost has a first input and a first output
}

const widths: Readonly<Record<DType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
  string: 0,
  unknown: 0,
};

/** Bytes that a value takes while it is kept. */
export const bytesOf = ({ dtype, shape }: Value): number => widths[dtype] * size(shape);
