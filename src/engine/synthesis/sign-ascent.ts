import { halvings, type Optimizer } from "./optimizers.ts";

/** Every number by the same step, up or down as its gradient says: the steepest way where the largest change counts. */
export function signAscent(size: number): Optimizer {
  const { share, halve, state, take } = halvings("sign-ascent");
  return {
    step(gradient) {
      const factor = size * share();
      return gradient.map((g) => factor * Math.sign(g));
    },
    halve,
    state,
    take,
  };
}
