import type { Around } from "../../../shared/climb-state.ts";
import type { Canvas } from "../canvas.ts";
import type { StepInProgram } from "../step-in-program.ts";

/** Numbers that stand for a picture, and are changed in its place. Has to be released. */
export interface Parameterization {
  /** What the numbers are: those of one kind, for pictures of one shape, mean the same. */
  readonly kind: string;
  /** The pictures that numbers of zero stand for, where these are not grey. */
  readonly around?: Around | undefined;
  /** As a tensor. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  picture(): Promise<Canvas>;
  /** The gradient with respect to the values, from one with respect to the latest picture. */
  pullBack(gradient: Canvas): Promise<Float32Array>;
  /** The values after an optimizer's step along such a gradient, at once; undefined where that cannot be: no step is taken then. */
  readonly ahead?: (gradient: Canvas, step: StepInProgram) => Promise<Float32Array | undefined>;
  /** Adds to the values, as far as they make a valid picture. */
  move(by: Float32Array): void;
  /** Takes values that it had before. */
  set(values: Float32Array): void;
  /** Takes another picture; only where pixels are what is changed. */
  readonly repaint?: (canvas: Canvas) => void;
  release(): Promise<void>;
}
