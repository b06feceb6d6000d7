/** Points in (0, 1) and their weights, which sum to 1. */
export interface Quadrature {
  readonly points: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Gauss–Legendre quadrature with `n` points: exact for polynomials up to degree 2n − 1. The points are the roots of
 * the Legendre polynomial Pₙ, found by Newton's method from Tricomi's estimate (Abramowitz & Stegun 22.16.6, 25.4.30).
 */
export function gaussLegendre(n: number): Quadrature {
  const roots = Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [previous, value] = [1, x];
      for (let k = 2; k <= n; k++) [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
      slope = (n * (x * value - previous)) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    return { point: (1 - x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
  return { points: roots.map(({ point }) => point), weights: roots.map(({ weight }) => weight) };
}

/** The right end of each of `n` equal steps. */
export const rightRiemann = (n: number): Quadrature => ({
  points: Array.from({ length: n }, (_, i) => (i + 1) / n),
  weights: Array.from({ length: n }, () => 1 / n),
});
