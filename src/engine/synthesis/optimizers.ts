import type { OptimizerState } from "../../shared/climb-state.ts";

/** Moves numbers uphill. It keeps what it learned of the way so far. */
export interface Optimizer {
  /** How far the numbers are to be moved along `gradient`, which is used up; what is returned is used again. */
  step(gradient: Float32Array): Float32Array;
  /** Told before each step where the numbers stand and what they are worth: for those that look whether a step was good. */
  readonly look?: (values: Float32Array, worth: number) => void;
  /** For one that goes along the gradient: how far, divided by what. */
  readonly along?: { readonly by: Normalization; distance(): number };
  /** Half as far from now on. */
  halve(): void;
  /** What it learned, as a copy. */
  state(): OptimizerState;
  /** Goes on with what one of its own kind has learned; leaves any other's alone. */
  take(state: OptimizerState): void;
}

/** What one remembers that only knows how often it was told to halve its steps. */
export function halvings(kind: string) {
  let count = 0;
  return {
    /** What steps are multiplied by. */
    share: () => 0.5 ** count,
    halve: () => void count++,
    state: (): OptimizerState => ({ kind, numbers: [count], vectors: [] }),
    take(state: OptimizerState) {
      if (state.kind === kind) [count = 0] = state.numbers;
    },
  };
}

function sumOfMagnitudes(g: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += Math.abs(g[i]!);
  return sum;
}

function sumOf(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  return sum;
}

function sumOfSquares(g: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += g[i]! * g[i]!;
  return sum;
}

const magnitudes = {
  /** google/deepdream's: the mean of |g|. */
  mean: (g: Float32Array) => sumOfMagnitudes(g) / g.length,
  /** Steps of one length, whatever the size. */
  l2: (g: Float32Array) => Math.sqrt(sumOfSquares(g)),
  rms: (g: Float32Array) => Math.sqrt(sumOfSquares(g) / g.length),
  /** The gradient as it is. */
  none: () => 1,
};
export type Normalization = keyof typeof magnitudes;

/** Along the gradient, divided by its own magnitude. */
export function ascent(size: number, by: Normalization): Optimizer {
  const { share, halve, state, take } = halvings("ascent");
  return {
    step(gradient) {
      const magnitude = magnitudes[by](gradient);
      const scale = magnitude > 0 ? (size * share()) / magnitude : 0;
      for (let i = 0; i < gradient.length; i++) gradient[i]! *= scale;
      return gradient;
    },
    along: { by, distance: () => size * share() },
    halve,
    state,
    take,
  };
}

/** The same steps, so many times as large. */
export const times = (optimizer: Optimizer, factor: number): Optimizer =>
  factor === 1
    ? optimizer
    : {
        ...optimizer,
        ...(optimizer.along && {
          along: { by: optimizer.along.by, distance: () => factor * (optimizer.along?.distance() ?? 0) },
        }),
        step(gradient) {
          const move = optimizer.step(gradient);
          for (let i = 0; i < move.length; i++) move[i]! *= factor;
          return move;
        },
      };

/**
 * Kingma & Ba 2015, uphill. `damping`: what is added to ε, as a share of the root mean square of what it knows of the
 * gradient: numbers that matter far less than the others then move less, too.
 */
export function adam(size: number, { first = 0.9, second = 0.999, epsilon = 1e-8, damping = 0 } = {}): Optimizer {
  let halvings = 0;
  let steps = 0;
  let [mean, square, move] = [new Float32Array(0), new Float32Array(0), new Float32Array(0)];
  return {
    step(gradient) {
      const { length } = gradient;
      if (mean.length !== length) [mean, square, steps] = [new Float32Array(length), new Float32Array(length), 0];
      if (move.length !== length) move = new Float32Array(length);
      steps++;
      const along = (size * 0.5 ** halvings) / (1 - first ** steps);
      const across = 1 / Math.sqrt(1 - second ** steps);
      const [means, squares, moves] = [mean, square, move]; // plain names make the loop twice as fast
      const usual = damping && Math.sqrt((second * sumOf(square) + (1 - second) * sumOfSquares(gradient)) / length);
      const least = epsilon + damping * usual * across;
      for (let i = 0; i < length; i++) {
        const g = gradient[i]!;
        const average = first * means[i]! + (1 - first) * g;
        const power = second * squares[i]! + (1 - second) * g * g;
        means[i] = average;
        squares[i] = power;
        moves[i] = (along * average) / (Math.sqrt(power) * across + least);
      }
      return moves;
    },
    halve: () => void halvings++,
    state: () => ({ kind: "adam", numbers: [steps, halvings], vectors: [mean.slice(), square.slice()] }),
    take({ kind, numbers, vectors }) {
      if (kind !== "adam") return;
      [steps = 0, halvings = 0] = numbers;
      [mean, square] = [Float32Array.from(vectors[0] ?? []), Float32Array.from(vectors[1] ?? [])];
    },
  };
}
