import { size, type Shape } from "../../shared/tensor.ts";

// Loops: spread over the arguments of a function, the numbers of a wide layer overflow its stack.

/** Of each index along `axis`, the sum of all that has it. */
export function sumsAlong(data: ArrayLike<number>, shape: Shape, axis: number): Float32Array<ArrayBuffer> {
  const count = shape[axis] ?? 1;
  const stride = size(shape.slice(axis + 1));
  const sums = new Float32Array(count);
  for (let i = 0; i < data.length; i++) sums[Math.floor(i / stride) % count]! += data[i]!;
  return sums;
}

/** The square root of the sum of squares. */
export function lengthOf(vector: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += vector[i]! ** 2;
  return Math.sqrt(squares);
}
