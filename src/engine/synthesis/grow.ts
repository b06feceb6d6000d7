import type { Canvas } from "./canvas.ts";
import { climb, type Climb } from "./climb.ts";
import type { Grown } from "./technique.ts";

/** One climb among several that make a picture together. */
export interface Stage {
  /** Counted from 1. */
  readonly octave: number;
  readonly octaves: number;
  readonly remark?: string | undefined;
  /** The whole picture, of which this climb makes a part. */
  readonly show?: (canvas: Canvas) => Canvas;
}

/** A climb, told as a part of a run in which every octave has as many steps. */
export async function* grow(plan: Climb, stage: Stage, signal: AbortSignal): AsyncGenerator<Grown, void> {
  const { parameterization, steps } = plan;
  const { octave, octaves, show = (canvas) => canvas } = stage;
  let { remark } = stage;
  for await (const step of climb(plan, signal)) {
    const canvas = await parameterization.picture();
    yield {
      ...(remark !== undefined && { remark }),
      ...step,
      canvas: show(canvas),
      octave,
      octaves,
      steps,
      done: (octave - 1) * steps + step.step,
      total: octaves * steps,
      // The picture itself, whatever it is made of: what goes on from it may be made of something else.
      checkpoint: () => ({ octave, step: step.step, shape: canvas.shape, values: canvas.data.slice() }),
    };
    remark = undefined;
  }
}
