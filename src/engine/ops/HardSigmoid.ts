import { float, op, sameType } from "./op.ts";

export default op({
  kind: "activation",
  attributes: { alpha: float(0.2), beta: float(0.5) },
  infer: sameType,
  gradient: ({ outputs: [y], attributes: { alpha }, dy, g }) => [
    g.where(g.and(g.greater(y, 0), g.less(y, 1)), g.mul(dy, alpha), 0),
  ],
  reach: "same",
});
