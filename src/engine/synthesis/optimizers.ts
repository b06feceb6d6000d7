import type { OptimizerState } from "../../shared/climb-state.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { axesOf, meanMagnitude, type StepInProgram } from "./step-in-program.ts";

/** Moves numbers uphill. It keeps what it learned of the way so far. */
export interface Optimizer {
  /** How far the numbers are to be moved along `gradient`, which is used up; what is returned is used again. */
  step(gradient: Float32Array): Float32Array;
  /** Told before each step where the numbers stand and what they are worth: for those that look whether a step was good. */
  readonly look?: (values: Float32Array, worth: number) => void;
  /** The latest place that was good enough to go on from, for those that only try where the numbers stand; the same object until there is another. */
  readonly best?: () => Place | undefined;
  /** Where numbers stood that its latest step has led to these, for those that can tell it from what they learned. */
  readonly before?: (values: Float32Array) => Float32Array | undefined;
  /** The same step as part of a program, where it can be. */
  readonly inProgram?: StepInProgram;
  /** Half as far from now on. */
  halve(): void;
  /** What it learned. It writes into none of that any more. */
  state(): OptimizerState;
  /** Goes on with what one of its own kind has learned; leaves any other's alone. */
  take(state: OptimizerState): void;
}

/** Where numbers stood, and what they were worth there. */
export interface Place {
  readonly values: Float32Array;
  readonly worth: number;
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

export const magnitudes = {
  /** google/deepdream's: the mean of |g|. */
  mean: (g: Float32Array) => sumOfMagnitudes(g) / g.length,
  /** Steps of one length, whatever the size. */
  l2: (g: Float32Array) => Math.sqrt(sumOfSquares(g)),
  rms: (g: Float32Array) => Math.sqrt(sumOfSquares(g) / g.length),
  /** The gradient as it is. */
  none: () => 1,
};
export type Normalization = keyof typeof magnitudes;

/** The same in a program; none where nothing is divided by it. */
const divisors: Readonly<Record<Normalization, (g: Builder, gradient: Value) => Value | undefined>> = {
  mean: meanMagnitude,
  l2: (g, gradient) => g.sqrt(g.sum(g.mul(gradient, gradient), axesOf(gradient))),
  rms: (g, gradient) => g.sqrt(g.mean(g.mul(gradient, gradient), axesOf(gradient))),
  none: () => undefined,
};

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
    inProgram: {
      kind: `ascent by ${by}`,
      given: () => ({ numbers: [size * share()], memory: [] }),
      build(g, gradient, { numbers: [distance] }) {
        const divisor = divisors[by](g, gradient);
        return { move: g.mul(gradient, divisor ? g.div(distance!, divisor) : distance!), memory: [], divisor };
      },
      took: () => undefined,
    },
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
        ...(optimizer.inProgram && { inProgram: timesInProgram(optimizer.inProgram, factor) }),
        step(gradient) {
          const move = optimizer.step(gradient);
          for (let i = 0; i < move.length; i++) move[i]! *= factor;
          return move;
        },
      };

const timesInProgram = (step: StepInProgram, factor: number): StepInProgram => ({
  ...step,
  given(length) {
    const { numbers, memory } = step.given(length);
    return { numbers: numbers.map((each, i) => (i === 0 ? factor * each : each)), memory };
  },
});

/**
 * Kingma & Ba 2015, uphill. `damping`: what is added to ε, as a share of the root mean square of what it knows of the
 * gradient: numbers that matter far less than the others then move less, too.
 */
export function adam(size: number, { first = 0.9, second = 0.999, epsilon = 1e-8, damping = 0 } = {}): Optimizer {
  let halvings = 0;
  let steps = 0;
  let [mean, square]: [Float32Array, Float32Array] = [new Float32Array(0), new Float32Array(0)];
  let move = new Float32Array(0);
  /** Whether somebody holds them as they are: then the next step writes elsewhere. */
  let isHeld = false;
  const prepare = (length: number): void => {
    if (mean.length !== length) [mean, square, steps] = [new Float32Array(length), new Float32Array(length), 0];
  };
  /** What makes up for averages that began at nothing, the step's length among it. */
  const corrections = (step: number) => ({
    along: (size * 0.5 ** halvings) / (1 - first ** step),
    across: 1 / Math.sqrt(1 - second ** step),
  });
  return {
    step(gradient) {
      const { length } = gradient;
      prepare(length);
      if (isHeld) [mean, square, isHeld] = [mean.slice(), square.slice(), false];
      if (move.length !== length) move = new Float32Array(length);
      steps++;
      const { along, across } = corrections(steps);
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
    before(values) {
      if (!steps || mean.length !== values.length) return undefined;
      const { along, across } = corrections(steps);
      const least = epsilon + damping * Math.sqrt(sumOf(square) / values.length) * across;
      return values.map((x, i) => x - (along * mean[i]!) / (Math.sqrt(square[i]!) * across + least));
    },
    inProgram: {
      kind: `adam ${first} ${second} ${epsilon} ${damping}`,
      given(length) {
        prepare(length);
        const { along, across } = corrections(steps + 1);
        return { numbers: [along, across], memory: [mean, square] };
      },
      build(g, gradient, { numbers: [along, across], memory: [means, squares] }) {
        const average = g.add(g.mul(means!, first), g.mul(gradient, 1 - first));
        const power = g.add(g.mul(squares!, second), g.mul(g.mul(gradient, gradient), 1 - second));
        const root = damping
          ? g.add(g.sqrt(power), g.mul(g.sqrt(g.mean(power, axesOf(power))), damping))
          : g.sqrt(power);
        const move = g.div(g.mul(average, along!), g.add(g.mul(root, across!), epsilon));
        return { move, memory: [average, power] };
      },
      took([means, squares]) {
        steps++;
        [mean, square, isHeld] = [means!, squares!, false];
      },
    },
    halve: () => void halvings++,
    state() {
      isHeld = true;
      return { kind: "adam", numbers: [steps, halvings], vectors: [mean, square] };
    },
    take({ kind, numbers, vectors }) {
      if (kind !== "adam") return;
      [steps = 0, halvings = 0] = numbers;
      [mean, square] = [Float32Array.from(vectors[0] ?? []), Float32Array.from(vectors[1] ?? [])];
    },
  };
}
