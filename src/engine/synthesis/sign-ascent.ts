import type { Optimizer } from "./optimizers.ts";

/** Every number by the same step, up or down as its gradient says: the steepest way where the largest change counts. */
export function signAscent(size: number): Optimizer {
  let factor = size;
  return {
    step: (gradient) => gradient.map((g) => factor * Math.sign(g)),
    halve: () => {
      factor /= 2;
    },
  };
}
