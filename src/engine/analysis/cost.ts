import { size, type DType } from "../../shared/tensor.ts";
import { definitionOf } from "../graph/definitions.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { floatKin } from "../graph/quantized.ts";
import { numbersIn, weightsOf } from "../graph/weights.ts";
import type { CostContext } from "../ops/op.ts";

/** What one run of a network, or of some of its nodes, takes. */
export interface Cost {
  /**
   * As torchvision and fvcore count: the products of convolutions (transposed ones too) and of matrices, padding
   * included. Biases, normalisations, activations and pooling count nothing.
   */
  readonly multiplyAdds: number;
  /** Learned numbers, each counted once; running statistics and settings (the 6 of ReLU6) are none. */
  readonly parameters: number;
  /** Of all that the nodes give, were it kept. */
  readonly bytes: number;
  /** Operators whose products are not counted, since only the runtime understands them. */
  readonly uncounted: readonly string[];
}

/**
 * What these nodes take. `reached`: everything that depends on the picture, or on another input; what is computed of
 * constants alone is computed once. `counted`: weights that belong to what was asked about before; those of `nodes` are added to it.
 */
export function costOf(
  graph: Graph,
  nodes: readonly Node[],
  reached: ReadonlySet<Value>,
  counted = new Set<Value>(),
): Cost {
  const live = nodes.filter(({ outputs }) => outputs.some((output) => reached.has(output)));
  return {
    multiplyAdds: sum(live.map((node) => multiplyAddsOf(node) ?? 0)),
    parameters: numbersIn(weightsOf(live, graph, reached, { seen: counted, learned: true })),
    bytes: sum(live.flatMap(({ outputs }) => outputs.map(bytesOf))),
    uncounted: [...new Set(live.flatMap((node) => (multiplyAddsOf(node) === undefined ? [node.op] : [])))],
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

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
