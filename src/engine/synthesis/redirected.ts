import type { Attributes } from "../ops/op.ts";
import type { Propagation, Rule } from "../propagation/propagation.ts";

/** Steps at the start during which the gradient may be redirected. */
export const redirectedSteps = 16;
/**
 * Of so many steps those at the start during which what goes into a rectifier is raised where nothing woke it. By trying:
 * fewer leave parts of the picture asleep, more are missed by what is awake.
 */
export const wakingSteps = (steps: number): number => Math.ceil(steps / 8);
/** After which a picture that wakes nothing was made by other means. */
export const lastRedirected = (steps: number, isWaking: boolean): number =>
  isWaking ? Math.max(redirectedSteps, wakingSteps(steps)) : redirectedSteps;

/**
 * Lucid's way out where an activation is shut or full everywhere and nothing would get through it: the signal passes, except
 * where it would push a value further into what is flat. Where anything gets through, it is the gradient.
 */
const redirect =
  (flatBeyond: (attributes: Attributes) => Flat): Rule =>
  ({ inputs: [x], attributes, dy, g, gradient }) => {
    const gradients = gradient(dy);
    const [through] = gradients;
    // One that weighs its input by another is flat where that one is, which is redirected by itself.
    if (!through || gradients.length > 1) return gradients;
    const { below, above } = flatBeyond(attributes);
    const upwardsOnly = g.where(g.and(g.less(x, below), g.less(dy, 0)), 0, dy);
    const redirected =
      above === Infinity ? upwardsOnly : g.where(g.and(g.greater(x, above), g.greater(dy, 0)), 0, upwardsOnly);
    const axes = through.shape.map((_, axis) => axis);
    const something = g.greater(g.sum(g.one("Abs", [through]), axes), 0);
    return [g.where(something, through, redirected)];
  };

/** Where an activation has no slope left, if it has none anywhere: below the one, or above the other. */
interface Flat {
  readonly below: number;
  readonly above: number;
}

const ofRectifier = ({ max }: Attributes): Flat => ({ below: 0, above: typeof max === "number" ? max : Infinity });

/** Sigmoid, tanh, hard ones, Clip: flat on both sides of where they are steepest; HardSwish and its kin on one. */
function ofActivation({ min, max, alpha, beta }: Attributes): Flat {
  // ThresholdedRelu's threshold. Of the others with an alpha alone, such as ELU, what is flat everywhere is far below anyway.
  if (typeof alpha === "number" && beta === undefined) return { below: Math.max(0, alpha), above: Infinity };
  const middle =
    typeof min === "number" && typeof max === "number"
      ? (min + max) / 2
      : typeof alpha === "number" && typeof beta === "number"
        ? (0.5 - beta) / alpha
        : 0;
  return { below: middle, above: middle };
}

export const redirected: Propagation = {
  name: "redirected",
  rules: { rectifier: redirect(ofRectifier), activation: redirect(ofActivation) },
};
