import type { Propagation, Rule } from "../propagation/propagation.ts";

/** Steps at the start during which the gradient may be redirected. */
export const redirectedSteps = 16;

/**
 * Lucid's way out where a rectifier is shut everywhere and nothing would get through it: the signal passes, except where
 * it would push a value further into what is shut. Where anything gets through, it is the gradient.
 */
const redirect: Rule = ({ inputs: [x], attributes, dy, g, gradient }) => {
  const [through] = gradient(dy);
  if (!through) return [];
  const downwards = g.and(g.less(x, 0), g.less(dy, 0));
  const { max } = attributes;
  const belowTop = g.where(downwards, 0, dy);
  const redirected =
    typeof max === "number" ? g.where(g.and(g.greater(x, max), g.greater(dy, 0)), 0, belowTop) : belowTop;
  const axes = through.shape.map((_, axis) => axis);
  const something = g.greater(g.sum(g.one("Abs", [through]), axes), 0);
  return [g.where(something, through, redirected)];
};

export const redirected: Propagation = { name: "redirected", rules: { rectifier: redirect } };
