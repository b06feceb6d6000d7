/** Points in the plane, two numbers each. */
export interface Embedding {
  readonly places: Float64Array;
  /** Kullback and Leibler's divergence between who is near whom there and here: the less, the truer. */
  readonly divergence: number;
  /** 0: not begun; there is no divergence yet. */
  readonly iteration: number;
}

export interface TsneOptions {
  /** About how many neighbours each point has. */
  readonly perplexity: number;
  readonly iterations: number;
  /** Where the points start: two numbers each, of which the scale does not matter. */
  readonly start: Float64Array;
}

/** At first neighbours count for more, so that clusters form: van der Maaten and Hinton 2008. */
const exaggeration = { factor: 12, until: 100 };
const momentum = { before: 0.5, after: 0.8, from: 100 };
const startDeviation = 1e-4;
/** Between two words on how far it is. */
const between = 20;
/** The same, before the first step: numbers that are compared, and points whose neighbours are weighed. */
const mostWork = 3e7;
const rowsAtOnce = 100;

/** t-SNE, exactly: every point looks at every other. Yields now and then; the last one is the result. Nothing in it is left to chance. */
export function* tsne(
  points: readonly ArrayLike<number>[],
  { perplexity, iterations, start }: TsneOptions,
): Generator<Embedding, void> {
  const n = points.length;
  const rate = Math.max(50, n / exaggeration.factor);
  const places = scaled(start);
  const near = yield* neighborhoods(points, Math.min(perplexity, (n - 1) / 3), {
    places: places.slice(),
    divergence: NaN,
    iteration: 0,
  });
  const gains = new Float64Array(2 * n).fill(1);
  const speed = new Float64Array(2 * n);
  const slope = new Float64Array(2 * n);
  const kernel = new Float64Array(n * n);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const sum = kernels(places, kernel, n);
    const factor = iteration <= exaggeration.until ? exaggeration.factor : 1;
    slopes(places, near, kernel, { n, sum, factor }, slope);
    const kept = iteration <= momentum.from ? momentum.before : momentum.after;
    for (let i = 0; i < 2 * n; i++) {
      gains[i] = Math.max(0.01, slope[i]! > 0 === speed[i]! > 0 ? gains[i]! * 0.8 : gains[i]! + 0.2);
      speed[i] = kept * speed[i]! - rate * gains[i]! * slope[i]!;
      places[i]! += speed[i]!;
    }
    if (iteration % between === 0 || iteration === iterations)
      yield { places: places.slice(), divergence: divergence(near, kernel, sum), iteration };
  }
}

function scaled(start: Float64Array): Float64Array {
  const deviation = Math.sqrt(start.reduce((sum, x) => sum + x * x, 0) / start.length) || 1;
  return start.map((x) => (startDeviation * x) / deviation);
}

/** Student's kernel of every pair; gives their sum. */
function kernels(places: Float64Array, kernel: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const [dx, dy] = [places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!];
      const value = 1 / (1 + dx * dx + dy * dy);
      kernel[i * n + j] = kernel[j * n + i] = value;
      sum += 2 * value;
    }
  return sum;
}

function slopes(
  places: Float64Array,
  near: Float64Array,
  kernel: Float64Array,
  { n, sum, factor }: { readonly n: number; readonly sum: number; readonly factor: number },
  slope: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    let [x, y] = [0, 0];
    for (let j = 0; j < n; j++) {
      const value = kernel[i * n + j]!;
      const pull = 4 * (factor * near[i * n + j]! - value / sum) * value;
      x += pull * (places[2 * i]! - places[2 * j]!);
      y += pull * (places[2 * i + 1]! - places[2 * j + 1]!);
    }
    slope[2 * i] = x;
    slope[2 * i + 1] = y;
  }
}

function divergence(near: Float64Array, kernel: Float64Array, sum: number): number {
  let total = 0;
  for (let at = 0; at < near.length; at++)
    if (near[at]! > 0 && kernel[at]! > 0) total += near[at]! * Math.log((near[at]! * sum) / kernel[at]!);
  return total;
}

/**
 * How near each pair is, both ways, over all 1: each point's bell is as wide as makes it have `perplexity` neighbours. Of
 * many long points that takes a while: meanwhile it gives what there is `before` the first step.
 */
function* neighborhoods(
  points: readonly ArrayLike<number>[],
  perplexity: number,
  before: Embedding,
): Generator<Embedding, Float64Array> {
  const n = points.length;
  const squares = new Float64Array(n * n);
  const length = points[0]?.length ?? 0;
  let work = 0;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      squares[i * n + j] = squares[j * n + i] = squareDistance(points[i]!, points[j]!);
      work += length;
      if (work < mostWork) continue;
      work = 0;
      yield before;
    }
  const own = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    own.set(bell(squares.subarray(i * n, (i + 1) * n), i, Math.log(perplexity)), i * n);
    if (i % rowsAtOnce === rowsAtOnce - 1) yield before;
  }
  return own.map((x, at) => Math.max((x + own[(at % n) * n + Math.floor(at / n)]!) / (2 * n), Number.MIN_VALUE));
}

function squareDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/** By halving: the bell's width at which its entropy is that of `perplexity` equal neighbours. */
function bell(squares: Float64Array, own: number, entropy: number): Float64Array {
  const others = squares.filter((_, j) => j !== own);
  const nearest = others.reduce((least, x) => Math.min(least, x), Infinity);
  const scale = others.reduce((sum, x) => sum + x, 0) / others.length - nearest || 1;
  let [low, high, sharpness] = [0, Infinity, 1 / scale];
  let weights = squares;
  for (let halving = 0; halving < 60; halving++) {
    weights = squares.map((x, j) => (j === own ? 0 : Math.exp(-sharpness * (x - nearest))));
    const sum = weights.reduce((total, x) => total + x, 0);
    weights = weights.map((x) => x / sum);
    const found = -weights.reduce((total, x) => total + (x > 0 ? x * Math.log(x) : 0), 0);
    if (Math.abs(found - entropy) < 1e-5) break;
    if (found > entropy) low = sharpness;
    else high = sharpness;
    sharpness = high === Infinity ? 2 * sharpness : (low + high) / 2;
  }
  return weights;
}
