import { float, op, sameType } from "./op.ts";

// Klambauer et al. 2017: γ·x above zero, γα(eˣ − 1) below, where dy/dx = y + γα.
export default op({
  kind: "activation",
  attributes: { alpha: float(1.6732632423543772), gamma: float(1.0507009873554805) },
  infer: sameType,
  gradient: ({ inputs: [x], outputs: [y], attributes: { alpha, gamma }, dy, g }) => [
    g.mul(dy, g.where(g.greater(x, 0), gamma, g.add(y, gamma * alpha))),
  ],
  reach: "same",
});
