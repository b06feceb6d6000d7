import { float32, size, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** An optimizer's step as part of a program of the runtime. */
export interface StepInProgram {
  /** Those of one kind are built alike. */
  readonly kind: string;
  /** For the next step along a gradient of so many numbers. */
  given(length: number): Given<number, Float32Array>;
  /** `gradient` of any shape; what is remembered has the same. */
  build(g: Builder, gradient: Value, given: Given<Value, Value>): Built;
  /** Told what it is to remember once the step is taken. */
  took(memory: readonly Float32Array[]): void;
}

interface Given<Single, Vector> {
  /** What it is told. The move grows with the first as it does. */
  readonly numbers: readonly Single[];
  /** What it learned of the gradients so far. */
  readonly memory: readonly Vector[];
}

interface Built {
  readonly move: Value;
  readonly memory: readonly Value[];
  /** What the move was divided by, where that may be too small or too large for single precision. */
  readonly divisor?: Value | undefined;
}

/** A step within a program: its inputs are fed for each run. */
export interface BuiltStep extends Built {
  feeds(step: StepInProgram): (readonly [Value, Tensor])[];
}

/** Adds the step along `gradient` to a program. */
export function withStep(g: Builder, step: StepInProgram, gradient: Value): BuiltStep {
  const { shape } = gradient;
  const length = size(shape);
  const told = step.given(length);
  const numbers = told.numbers.map((_, i) => g.graph.input(`step:${i}`, { dtype: "float32", shape: [] }));
  const memory = told.memory.map((_, i) => g.graph.input(`memory:${i}`, { dtype: "float32", shape }));
  return {
    ...step.build(g, gradient, { numbers, memory }),
    feeds(next) {
      const given = next.given(length);
      return [
        ...numbers.map((input, i) => [input, float32([], [given.numbers[i]!])] as const),
        ...memory.map((input, i) => [input, float32(shape, given.memory[i]!)] as const),
      ];
    },
  };
}

/** How steep a gradient is: the mean of |g|. Nothing goes back where it is 0; where it is no number, some of it is none. */
export const meanMagnitude = (g: Builder, gradient: Value): Value => g.mean(g.one("Abs", [gradient]), axesOf(gradient));

export const axesOf = ({ shape }: Value): number[] => shape.map((_, axis) => axis);

export const took = (step: StepInProgram, memory: readonly Tensor[]): void =>
  step.took(memory.map((each) => (each as FloatTensor).data)); // as they were fed
