import type { DType, TensorData } from "../../../shared/tensor.ts";

type ArrayType = new (buffer: ArrayBuffer) => TensorData;

/** Bits stand for themselves where JavaScript has no such numbers. */
const arrays: Readonly<Record<DType, ArrayType>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  string: Uint8Array,
  unknown: Uint8Array,
};

/** Bytes as elements of that type; they must own their buffer. */
export const arrayOf = (dtype: DType, bytes: Uint8Array<ArrayBuffer>): TensorData => new arrays[dtype](bytes.buffer);
