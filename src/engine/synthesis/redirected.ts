import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { Attributes } from "../ops/op.ts";
import { differentiate } from "../propagation/differentiate.ts";
import type { Propagation, Rule } from "../propagation/propagation.ts";
import { gatedIn } from "./before-rectifier.ts";

/** Steps at the start during which the gradient may be redirected. */
export const redirectedSteps = 16;
/**
 * Of so many steps those at the start during which what goes into a rectifier is raised where nothing woke it. By trying:
 * fewer leave parts of the picture asleep, more are missed by what is awake.
 */
export const wakingSteps = (steps: number): number => Math.ceil(steps / 8);
/** Up to which step it may take until something wakes. Where there is another way to the picture, that is not tried for long. */
export const lastAsleep = (steps: number, hasOtherWay: boolean): number =>
  Math.max(redirectedSteps, hasOtherWay ? wakingSteps(steps) : Math.ceil(steps / 2));

/**
 * Lucid's way out where an activation is shut or full everywhere and nothing would get through it: the signal passes, except
 * where it would push a value further into what is flat. Where anything gets through, it is the gradient.
 */
const redirect =
  (flatBeyond: (attributes: Attributes) => Flat): Rule =>
  ({ inputs: [x], attributes, dy, g, gradient }) => {
    const gradients = gradient(dy);
    const [through] = gradients;
    // A PReLU is flat only where its slope says so, which is learned: it may fall below zero as well.
    if (!through || gradients.length > 1) return gradients;
    return [substituted(g, { x, dy, through }, flatBeyond(attributes))];
  };

/** A hard swish that is written out is redirected as one: x decides what its gate does to it, and the gate nothing by itself. */
const redirectWritten: Rule = ({ outputs: [y], dy, g, gradient }) => {
  const product = g.graph.producer(y);
  const x = product && gatedIn(g.graph, product);
  if (!x) return gradient(dy);
  const [through] = differentiate(g.graph, y, dy, [x]);
  const redirected = substituted(g, { x, dy, through: through as Value }, bentAt0); // one gradient for one value
  return product.inputs.map((input) => input && (input === x ? redirected : g.zeros(input.shape)));
};

interface Signal {
  readonly x: Value;
  readonly dy: Value;
  readonly through: Value;
}

function substituted(g: Builder, { x, dy, through }: Signal, { below, above, falls }: Flat): Value {
  const upwardsOnly = g.where(g.and(g.less(x, below), g.less(dy, 0)), 0, dy);
  const redirected =
    above === Infinity ? upwardsOnly : g.where(g.and(g.greater(x, above), g.greater(dy, 0)), 0, upwardsOnly);
  // What is to rise, and is lowered for it, goes the way down into what is flat.
  const counted = falls ? g.where(g.and(g.greater(dy, 0), g.less(through, 0)), 0, through) : through;
  const axes = through.shape.map((_, axis) => axis);
  return g.where(g.greater(g.sum(g.one("Abs", [counted]), axes), 0), through, redirected);
}

/** Where an activation has no slope left, if it has none anywhere: below the one, or above the other. */
interface Flat {
  readonly below: number;
  readonly above: number;
  /** Whether it may fall at first on the way up from there, as a hard swish does from −3 to −1.5. */
  readonly falls?: boolean;
}

const bentAt0: Flat = { below: 0, above: 0, falls: true };

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
  return { ...bentAt0, below: middle, above: middle };
}

export const redirected: Propagation = {
  name: "redirected",
  rules: { rectifier: redirect(ofRectifier), activation: redirect(ofActivation), other: redirectWritten },
};
