import type { Optimizer, Place } from "./optimizers.ts";

/** How far the numbers moved, and how the slope turned on the way. */
interface Pair {
  readonly moved: Float32Array;
  readonly turned: Float32Array;
  /** moved · turned, above zero. */
  readonly curvature: number;
}

interface Sloping extends Place {
  readonly gradient: Float32Array;
}

/** Armijo's condition: what a step has to gain, as a share of what the slope promised. */
const least = 1e-4;
/** What 32-bit sums cannot tell apart. */
const noise = 1e-6;
const mostHalves = 8;

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((x, i) => x - b[i]!);

/**
 * L-BFGS uphill (Nocedal 1980): the gradient, turned by what the latest steps showed of the curvature. A step that gained too
 * little is shortened, one evaluation at a time. `first`: the root mean square of the first step.
 */
export function lbfgs(first: number, { memory = 10 } = {}): Optimizer {
  let reach = first;
  let pairs: Pair[] = [];
  let best: Sloping | undefined;
  let here: Place | undefined;
  let way = new Float32Array(0);
  let share = 1;
  let halves = 0;

  const startAgain = (gradient: Float32Array) => {
    pairs = [];
    const size = Math.sqrt(dot(gradient, gradient) / gradient.length);
    return gradient.map((g) => (size > 0 ? (reach * g) / size : 0));
  };

  function accept(gradient: Float32Array, values: Float32Array, worth: number): Float32Array {
    if (best) {
      const [moved, turned] = [difference(values, best.values), difference(best.gradient, gradient)];
      const curvature = dot(moved, turned);
      // Elsewhere the hill bends upwards, which no quadratic with a top has.
      if (curvature > 1e-10 * dot(turned, turned)) pairs = [...pairs, { moved, turned, curvature }].slice(-memory);
    }
    best = { values: values.slice(), gradient: gradient.slice(), worth };
    [share, halves] = [1, 0];
    way = pairs.length ? turnedBy(pairs, gradient) : startAgain(gradient);
    if (!(dot(way, gradient) > 0)) way = startAgain(gradient);
    return way;
  }

  function shorten(from: Sloping, values: Float32Array): Float32Array {
    share /= 2;
    if (++halves > mostHalves) {
      [share, halves] = [1, 0];
      reach /= 4;
      way = startAgain(from.gradient);
    }
    return way.map((w, i) => from.values[i]! + share * w - values[i]!);
  }

  return {
    look(values, worth) {
      here = { values, worth };
    },
    step(gradient) {
      const { values, worth } = here ?? { values: new Float32Array(gradient.length), worth: NaN };
      if (!best) return accept(gradient, values, worth);
      const promised = dot(difference(values, best.values), best.gradient);
      const gained = worth - best.worth;
      const enough = gained >= least * promised - noise * Math.abs(best.worth);
      return enough ? accept(gradient, values, worth) : shorten(best, values);
    },
    best: () => best,
    halve() {
      reach /= 2;
      [pairs, best] = [[], undefined];
    },
    state: () => ({
      kind,
      numbers: [reach, share, halves, best?.worth ?? NaN, ...pairs.map(({ curvature }) => curvature)],
      vectors: best ? [best.values, best.gradient, way, ...pairs.flatMap(({ moved, turned }) => [moved, turned])] : [],
    }),
    take(state) {
      if (state.kind !== kind) return;
      const [worth = NaN, ...curvatures] = state.numbers.slice(3);
      [reach = first, share = 1, halves = 0] = state.numbers;
      const [values, gradient, latest, ...others] = state.vectors.map((vector) => Float32Array.from(vector));
      best = values && gradient && { values, gradient, worth };
      way = latest ?? new Float32Array(0);
      pairs = curvatures.map((curvature, i) => ({ moved: others[2 * i]!, turned: others[2 * i + 1]!, curvature }));
    },
  };
}

const kind = "l-bfgs";

/** The two loops of Nocedal 1980: the gradient times the inverse curvature that the pairs stand for. */
function turnedBy(pairs: readonly Pair[], gradient: Float32Array): Float32Array<ArrayBuffer> {
  const way = Float32Array.from(gradient);
  const add = (vector: Float32Array, factor: number) => {
    for (let i = 0; i < way.length; i++) way[i]! += factor * vector[i]!;
  };
  const shares = pairs
    .map((pair) => pair)
    .reverse()
    .map(({ moved, turned, curvature }) => {
      const share = dot(moved, way) / curvature;
      add(turned, -share);
      return share;
    })
    .reverse();
  const latest = pairs.at(-1)!;
  const scale = latest.curvature / dot(latest.turned, latest.turned);
  for (let i = 0; i < way.length; i++) way[i]! *= scale;
  pairs.forEach(({ moved, turned, curvature }, k) => add(moved, shares[k]! - dot(turned, way) / curvature));
  return way;
}
