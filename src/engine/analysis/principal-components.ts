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

/** Principal components by subspace iteration: the product with the covariance, again and again, made orthogonal each time. `next`: normal numbers to start from. */
export function principalComponents(
  points: readonly ArrayLike<number>[],
  wanted: number,
  next: () => number,
): Components {
  const length = points[0]?.length ?? 0;
  const mean = new Float64Array(length);
  for (const point of points) for (let i = 0; i < length; i++) mean[i]! += point[i]! / points.length;
  const centered = points.map((point) => Float64Array.from(mean, (m, i) => point[i]! - m));
  const total = centered.reduce((sum, point) => sum + dot(point, point), 0);
  let vectors: readonly Float64Array[] = Array.from({ length: Math.min(wanted + beside, length) }, () =>
    Float64Array.from({ length }, next),
  );
  for (let i = 0; i < iterations; i++) vectors = orthogonal(vectors.map((vector) => covaried(centered, vector)));
  const found = vectors
    .map((vector) => ({ vector: upright(vector), along: centered.map((point) => dot(point, vector)) }))
    .map(({ vector, along }) => ({ vector, variance: along.reduce((sum, x) => sum + x * x, 0) }))
    .sort((a, b) => b.variance - a.variance)
    .slice(0, wanted);
  return {
    places: centered.map((point) => Float64Array.from(found, ({ vector }) => dot(point, vector))),
    shares: found.map(({ variance }) => (total > 0 ? variance / total : 0)),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function covaried(points: readonly Float64Array[], vector: Float64Array): Float64Array {
  const sum = new Float64Array(vector.length);
  for (const point of points) {
    const along = dot(point, vector);
    for (let i = 0; i < sum.length; i++) sum[i]! += along * point[i]!;
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

/** A vector and its opposite are both right: the same one is given every time. */
function upright(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
  return largest < 0 ? vector.map((x) => -x) : vector;
}
