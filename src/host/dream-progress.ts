import type { DreamProgress, Place } from "../shared/dream-panel.ts";
import type { Frame } from "../shared/synthesis.ts";

/** Octaves are known with the first frame. */
export const beforeFirst = ({ done, total }: Pick<Place, "done" | "total">): DreamProgress => ({
  octave: 1,
  octaves: 1,
  step: Math.floor(done),
  steps: total,
  done,
  total,
  inAll: true,
});

/** `done`: with the part of the step that is at work after this frame. */
export const afterFrame = (
  { octave, octaves, step, steps, total, making }: Frame,
  done: number,
  pace: Pick<DreamProgress, "perSecond" | "secondsLeft">,
): DreamProgress => ({ octave, octaves, step, steps, done, total, ...(making && { making }), ...pace });
