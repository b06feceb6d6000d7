import type { Stepped } from "./synthesis.ts";

/** Of a step, and of all that came of it, where it stood and what it was worth. */
export const steppedOf = ({
  octave,
  octaves,
  step,
  steps,
  done,
  total,
  objective,
  losses,
  terms,
}: Stepped): Stepped => ({
  octave,
  octaves,
  step,
  steps,
  done,
  total,
  losses,
  ...(objective !== undefined && { objective }),
  ...(terms && { terms }),
});
