import { random } from "../images/arithmetic.ts";
import type { Canvas } from "./canvas.ts";
import type { Climb } from "./climb.ts";
import { grow, type Stage } from "./grow.ts";
import { ascent } from "./optimizers.ts";
import { ball, rootMeanSquare, type Norm } from "./parameterizations/ball.ts";
import { signAscent } from "./sign-ascent.ts";
import type { Grown } from "./technique.ts";

/** A climb that stays near a picture. */
export interface Attack extends Pick<Climb, "evaluate" | "steps" | "what" | "waking" | "isCarriedOn"> {
  readonly center: Canvas;
  /** The largest change, of 255. */
  readonly radius: number;
  readonly norm: Norm;
  readonly start: (center: Canvas, radius: number) => Canvas;
  /** How many times the radius all steps together would go, if none turned. */
  readonly reach: number;
  readonly done?: number;
}

export const start = {
  center: (center: Canvas): Canvas => center,
  /** Anywhere in the largest change (Madry et al. 2018). */
  chance:
    (seed: number) =>
    (center: Canvas, radius: number): Canvas => {
      const next = random(seed);
      return { ...center, data: center.data.map((x) => x + radius * (2 * next() - 1)) };
    },
};

export function attack(plan: Attack, stage: Stage, signal: AbortSignal): AsyncGenerator<Grown, void> {
  const { center, radius, norm, steps, reach } = plan;
  const step = (reach * radius) / steps;
  return grow(
    {
      ...plan,
      parameterization: ball(center, radius, norm, plan.start(center, radius)),
      optimizer: norm === "linf" ? signAscent(step) : ascent(step, "rms"),
    },
    stage,
    signal,
  );
}

/** In whole numbers, as a file holds them, and not further away than `radius`. */
export function steady(canvas: Canvas, center: Canvas, radius: number, norm: Norm): Canvas {
  const whole = canvas.data.map(Math.round);
  if (norm === "linf") {
    const most = Math.floor(radius);
    return {
      ...canvas,
      data: whole.map((x, i) => Math.min(center.data[i]! + most, Math.max(center.data[i]! - most, x))),
    };
  }
  if (rootMeanSquare(whole, center.data) <= radius) return { ...canvas, data: whole };
  // Towards the centre rounding never goes further away.
  const inwards = canvas.data.map((x, i) => center.data[i]! + Math.trunc(x - center.data[i]!));
  return { ...canvas, data: inwards };
}

/** In words. */
export function sizeOfChange(canvas: Canvas, center: Canvas): string {
  const largest = canvas.data.reduce((most, x, i) => Math.max(most, Math.abs(x - center.data[i]!)), 0);
  const root = rootMeanSquare(canvas.data, center.data);
  const length = (root * Math.sqrt(center.data.length)) / 255;
  return `No number changed by more than ${largest.toPrecision(3)} of 255 (root mean square ${root.toPrecision(3)}; L2 ${length.toPrecision(3)} where white is 1).`;
}
