import { dot, productsOf } from "./products.ts";
import { turns } from "./turns.ts";

/** Points, row by row, by what varies most among them. */
export interface Components {
  /** For each point its place along each component, the one that varies most first. */
  readonly places: readonly Float64Array[];
  /** Of the whole variance. */
  readonly shares: readonly number[];
}

const iterations = 60;
/** Vectors that are turned beside those that are wanted: the more, the sooner these stand. */
const beside = 4;

/**
 * Principal components by subspace iteration: the product with the covariance, again and again, made orthogonal each time.
 * Where there are fewer points than numbers in each, it is their products that are taken, which have the same variances: no
 * matrix is larger than the fewer of both are many. `next`: normal numbers to start from.
 */
export async function principalComponents(
  points: readonly ArrayLike<number>[],
  wanted: number,
  next: () => number,
  signal?: AbortSignal,
): Promise<Components> {
  const length = points[0]?.length ?? 0;
  const mean = new Float64Array(length);
  for (const point of points) for (let i = 0; i < length; i++) mean[i]! += point[i]! / points.length;
  return points.length < length
    ? byPoints(points, mean, wanted, next, signal)
    : byNumbers(points, mean, wanted, next, signal);
}

async function byNumbers(
  points: readonly ArrayLike<number>[],
  mean: Float64Array,
  wanted: number,
  next: () => number,
  signal: AbortSignal | undefined,
): Promise<Components> {
  const centered = points.map((point) => mean.map((m, i) => point[i]! - m));
  const total = centered.reduce((sum, point) => sum + dot(point, point), 0);
  const vectors = await subspace((vector) => covaried(centered, vector), mean.length, wanted, next, signal);
  const found = vectors
    .map((vector) => ({ vector: upright(vector), along: centered.map((point) => dot(point, vector)) }))
    .map(({ vector, along }) => ({ vector, variance: dot(along, along) }))
    .sort((a, b) => b.variance - a.variance)
    .slice(0, wanted);
  return {
    places: centered.map((point) => Float64Array.from(found, ({ vector }) => dot(point, vector))),
    shares: found.map(({ variance }) => (total > 0 ? variance / total : 0)),
  };
}

/** With X the centered points: where X Xᵀ u = σ² u and |u| = 1, the component is Xᵀ u / σ, and the places along it σ u. */
async function byPoints(
  points: readonly ArrayLike<number>[],
  mean: Float64Array,
  wanted: number,
  next: () => number,
  signal: AbortSignal | undefined,
): Promise<Components> {
  const n = points.length;
  const centered = points.map((point) => Float32Array.from(mean, (m, i) => point[i]! - m));
  const products = await productsOf(centered, signal);
  const rows = points.map((_, i) => products.subarray(i * n, (i + 1) * n));
  const total = rows.reduce((sum, row, i) => sum + row[i]!, 0);
  const vectors = await subspace((u) => Float64Array.from(rows, (row) => dot(row, u)), n, wanted, next, signal);
  const found = vectors
    .map((u) => ({
      u,
      variance: Math.max(
        0,
        dot(
          u,
          Float64Array.from(rows, (row) => dot(row, u)),
        ),
      ),
    }))
    .sort((a, b) => b.variance - a.variance)
    .slice(0, wanted)
    .map(({ u, variance }) => ({ u: upright(u, combined(centered, u)), variance }));
  return {
    places: points.map((_, i) => Float64Array.from(found, ({ u, variance }) => Math.sqrt(variance) * u[i]!)),
    shares: found.map(({ variance }) => (total > 0 ? variance / total : 0)),
  };
}

/** The vectors that a symmetric matrix stretches most. */
async function subspace(
  times: (vector: Float64Array) => Float64Array,
  length: number,
  wanted: number,
  next: () => number,
  signal: AbortSignal | undefined,
): Promise<readonly Float64Array[]> {
  const turn = turns(signal);
  let vectors: readonly Float64Array[] = Array.from({ length: Math.min(wanted + beside, length) }, () =>
    Float64Array.from({ length }, next),
  );
  for (let i = 0; i < iterations; i++) {
    const turned: Float64Array[] = [];
    for (const vector of vectors) {
      await turn();
      turned.push(times(vector));
    }
    vectors = orthogonal(turned);
  }
  return vectors;
}

const covaried = (points: readonly Float64Array[], vector: Float64Array): Float64Array =>
  combined(
    points,
    points.map((point) => dot(point, vector)),
  );

function combined(points: readonly ArrayLike<number>[], weights: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(points[0]?.length ?? 0);
  for (const [k, point] of points.entries()) {
    const weight = weights[k]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * point[i]!;
  }
  return sum;
}

/** Gram and Schmidt's; what there is nothing of stays zero. */
function orthogonal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const own = vector.slice();
    const before = Math.sqrt(dot(own, own));
    for (const other of [...done, ...done]) {
      const along = dot(own, other);
      for (let i = 0; i < own.length; i++) own[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(own, own));
    done.push(own.map((x) => (length > 1e-10 * before && length > 0 ? x / length : 0)));
  }
  return done;
}

/** A vector and its opposite are both right: the same one is given every time, that whose component's largest number is positive. */
function upright(vector: Float64Array, component = vector): Float64Array {
  const largest = component.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
  return largest < 0 ? vector.map((x) => -x) : vector;
}
