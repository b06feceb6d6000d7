/** Moves numbers uphill. It keeps what it learned of the way so far. */
export interface Optimizer {
  /** How far the numbers are to be moved along `gradient`, which is used up; what is returned is used again. */
  step(gradient: Float32Array): Float32Array;
  /** Told before each step where the numbers stand and what they are worth: for those that look whether a step was good. */
  readonly look?: (values: Float32Array, worth: number) => void;
  /** Half as far from now on. */
  halve(): void;
}

function sumOfMagnitudes(g: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += Math.abs(g[i]!);
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
  let factor = size;
  return {
    step(gradient) {
      const magnitude = magnitudes[by](gradient);
      const scale = magnitude > 0 ? factor / magnitude : 0;
      for (let i = 0; i < gradient.length; i++) gradient[i]! *= scale;
      return gradient;
    },
    halve: () => {
      factor /= 2;
    },
  };
}

/** The same steps, so many times as large. */
export const times = (optimizer: Optimizer, factor: number): Optimizer =>
  factor === 1
    ? optimizer
    : {
        ...optimizer,
        step(gradient) {
          const move = optimizer.step(gradient);
          for (let i = 0; i < move.length; i++) move[i]! *= factor;
          return move;
        },
      };

/** Kingma & Ba 2015, uphill. */
export function adam(size: number, { first = 0.9, second = 0.999, epsilon = 1e-8 } = {}): Optimizer {
  let factor = size;
  let steps = 0;
  let [mean, square, move] = [new Float32Array(0), new Float32Array(0), new Float32Array(0)];
  return {
    step(gradient) {
      if (mean.length !== gradient.length)
        [mean, square, move] = [0, 0, 0].map(() => new Float32Array(gradient.length)) as [
          Float32Array<ArrayBuffer>,
          Float32Array<ArrayBuffer>,
          Float32Array<ArrayBuffer>,
        ];
      steps++;
      const [toMean, toSquare] = [1 - first ** steps, 1 - second ** steps];
      for (let i = 0; i < move.length; i++) {
        const g = gradient[i]!;
        mean[i] = first * mean[i]! + (1 - first) * g;
        square[i] = second * square[i]! + (1 - second) * g * g;
        move[i] = (factor * (mean[i]! / toMean)) / (Math.sqrt(square[i]! / toSquare) + epsilon);
      }
      return move;
    },
    halve: () => {
      factor /= 2;
    },
  };
}
