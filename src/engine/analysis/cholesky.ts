import { turns } from "./turns.ts";

/** Cholesky's: the lower triangle L of a positive matrix L Lᵀ of n rows, in its place; what is above is left as it was. */
export async function factorize(a: Float64Array, n: number, signal?: AbortSignal): Promise<void> {
  const turn = turns(signal);
  for (let i = 0; i < n; i++) {
    await turn();
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!;
    }
  }
}

/** x for which L Lᵀ x is the right side. */
export function solved(l: Float64Array, right: ArrayLike<number>, n: number): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}
