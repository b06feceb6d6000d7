import type { DType } from "../../shared/tensor.ts";

/** ONNX's numbers for element types (TensorProto.DataType). */
export const elementType: Readonly<Partial<Record<DType, number>>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

export function elementNumber(dtype: DType): number {
  const number = elementType[dtype];
  if (number === undefined) throw new TypeError(`tensors of ${dtype} cannot be handed to ONNX Runtime`);
  return number;
}
