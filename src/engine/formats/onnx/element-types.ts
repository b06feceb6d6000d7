import type { DType } from "../../../shared/tensor.ts";

export interface ElementType {
  readonly name: string;
  readonly dtype: DType;
  /** Zero for text, whose elements differ in size. */
  readonly bits: number;
}

const type = (name: string, dtype: DType, bits: number): ElementType => ({ name, dtype, bits });

/** ONNX's element types by their number in a file. */
const elementTypes: Readonly<Record<number, ElementType>> = {
  1: type("float32", "float32", 32),
  2: type("uint8", "uint8", 8),
  3: type("int8", "int8", 8),
  4: type("uint16", "uint16", 16),
  5: type("int16", "int16", 16),
  6: type("int32", "int32", 32),
  7: type("int64", "int64", 64),
  8: type("string", "string", 0),
  9: type("bool", "bool", 8),
  10: type("float16", "float16", 16),
  11: type("float64", "float64", 64),
  12: type("uint32", "uint32", 32),
  13: type("uint64", "uint64", 64),
  14: type("complex64", "unknown", 64),
  15: type("complex128", "unknown", 128),
  16: type("bfloat16", "bfloat16", 16),
  17: type("float8e4m3fn", "unknown", 8),
  18: type("float8e4m3fnuz", "unknown", 8),
  19: type("float8e5m2", "unknown", 8),
  20: type("float8e5m2fnuz", "unknown", 8),
  21: type("uint4", "unknown", 4),
  22: type("int4", "unknown", 4),
  23: type("float4e2m1", "unknown", 4),
  24: type("float8e8m0", "unknown", 8),
  25: type("uint2", "unknown", 2),
  26: type("int2", "unknown", 2),
};

/** Undefined for a number that ONNX had not given out when this was written. */
export const elementType = (code: number): ElementType | undefined => elementTypes[code];

export const dtypeOf = (code: number): DType => elementTypes[code]?.dtype ?? "unknown";
