/** ONNX's element types that Glassbox reads. In a graph every floating type is float32 (`engine/graph`). */
export type DType =
  | "float32"
  | "float16"
  | "bfloat16"
  | "float64"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint64"
  | "uint32"
  | "uint16"
  | "uint8"
  | "bool"
  | "string"
  | "unknown";

export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

export type TensorData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

export interface Tensor extends TensorType {
  readonly data: TensorData;
}

/** A float32 tensor: what pictures, activations and attributions are. */
export interface FloatTensor extends Tensor {
  readonly dtype: "float32";
  readonly data: Float32Array;
}

export const size = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

export const float32 = (shape: Shape, data: Float32Array | readonly number[]): FloatTensor => ({
  dtype: "float32",
  shape,
  data: data instanceof Float32Array ? data : Float32Array.from(data),
});

export const zeros = (shape: Shape): FloatTensor => float32(shape, new Float32Array(size(shape)));

export const int64 = (values: readonly number[], shape: Shape = [values.length]): Tensor => ({
  dtype: "int64",
  shape,
  data: BigInt64Array.from(values, BigInt),
});

/** The elements as JavaScript numbers, whatever they are stored as. */
export const numbers = ({ data }: Tensor): number[] => Array.from(data as ArrayLike<number | bigint>, Number);

/** A shape as people write it: "64 × 55 × 55". */
export const shapeText = (shape: Shape): string => shape.join(" × ");

/** A shape as a table shows it: the last two axes are rows and columns. Those of length 1 at its end, as a 1 × 1 kernel has, tell nothing. */
export function tableShape(shape: Shape): Shape {
  const last = shape.findLastIndex((n) => n !== 1);
  return shape.slice(0, Math.max(last + 1, Math.min(2, shape.length)));
}
