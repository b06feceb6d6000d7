import { float, op, sameType } from "./op.ts";

export default op({
  kind: "activation",
  attributes: { alpha: float(0.01) },
  infer: sameType,
  gradient: ({ inputs: [x], attributes: { alpha }, dy, g }) => [g.where(g.greater(x, 0), dy, g.mul(dy, alpha))],
  reach: "same",
});
