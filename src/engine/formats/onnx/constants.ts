import { float32, int64, size, type DType, type Tensor } from "../../../shared/tensor.ts";
import type { Absent, Constant } from "../../graph/graph.ts";
import { shown } from "../../../shared/shown.ts";
import { widened } from "./normalize.ts";
import { loadTensor, type NodeRecord, type Stored } from "./structure.ts";

/** A stored constant as the graph has it, or the reason why it cannot be had. Halves and doubles become float32. */
export function constantOf(stored: Stored): Constant | Absent | string {
  const { name, dims: shape } = stored;
  if (stored.kind === "broken") {
    const absent = `tensor ${shown(name)} ${stored.reason}`;
    return stored.dtype !== "unknown" && isPossible(shape) ? { dtype: widened(stored.dtype), shape, absent } : absent;
  }
  if (stored.dtype === "unknown" || stored.kind === "texts")
    return `tensor ${shown(name)} holds elements of a type that cannot be computed with`;
  const dtype = widened(stored.dtype);
  if (stored.kind === "inline") return { ...loadTensor(stored, "float32"), dtype, shape };
  const { file, offset, length } = stored;
  return { dtype, shape, file, offset, length, stored: stored.dtype };
}

/** What layers are told by: sizes that a tensor can have, whatever became of its numbers. */
const isPossible = (shape: readonly number[]) =>
  shape.every((n) => Number.isSafeInteger(n) && n >= 0) && Number.isSafeInteger(size(shape));

export function constantAttribute(node: NodeRecord): Constant | Absent {
  for (const [name, { kind, value }] of node.attributes) {
    if (kind === "tensor") {
      const constant = constantOf(value);
      if (typeof constant === "string") throw new TypeError(constant);
      return constant;
    }
    if (name === "value_float") return float32([], [value as number]);
    if (name === "value_floats") return float32([(value as number[]).length], value as number[]);
    if (name === "value_int") return int64([value as number], []);
    if (name === "value_ints") return int64(value as number[]);
  }
  throw new TypeError("it holds no tensor of numbers");
}

export function filled(shape: readonly number[], node: NodeRecord): Tensor {
  const given = node.attributes.get("value");
  const tensor: { dtype: DType; data: ArrayLike<number | bigint> } =
    given?.kind === "tensor" ? loadTensor(given.value, "float32") : float32([1], [0]);
  const count = size(shape);
  const first = Number(tensor.data[0] ?? 0);
  if (tensor.dtype === "float32") return float32(shape, new Float32Array(count).fill(first));
  if (tensor.dtype === "int64") return { dtype: "int64", shape, data: new BigInt64Array(count).fill(BigInt(first)) };
  if (tensor.dtype === "int32") return { dtype: "int32", shape, data: new Int32Array(count).fill(first) };
  if (tensor.dtype === "bool") return { dtype: "bool", shape, data: new Uint8Array(count).fill(first) };
  throw new TypeError(`a fill of ${tensor.dtype} is not understood`);
}
