import type { DType, Tensor, TensorType } from "../../shared/tensor.ts";

/** A constant that stays in its file: `length` bytes at `offset`, elements of type `stored`. */
export interface Place extends TensorType {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly stored: DType;
}
export type Constant = Tensor | Place;

/** A constant of which all is known but its numbers: `absent` says why, as "tensor w needs a file that is not there". */
export interface Absent extends TensorType {
  readonly absent: string;
}
export const isPlace = (constant: Constant | Absent): constant is Place => "file" in constant;
export const isAbsent = (constant: Constant | Absent): constant is Absent => "absent" in constant;
export const isHeld = (constant: Constant | Absent): constant is Tensor => "data" in constant;
