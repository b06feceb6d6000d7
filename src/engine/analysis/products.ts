import { turns } from "./turns.ts";

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The products of every point with every other, row by row: as large as the points are many, however long each is. */
export async function productsOf(points: readonly ArrayLike<number>[], signal?: AbortSignal): Promise<Float64Array> {
  const n = points.length;
  const products = new Float64Array(n * n);
  const turn = turns(signal);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      // Every so many: a turn is a promise, which takes longer than a product of short points.
      if (j % 16 === 0) await turn();
      products[i * n + j] = products[j * n + i] = dot(points[i]!, points[j]!);
    }
  return products;
}
