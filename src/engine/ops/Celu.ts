import { float, op, sameType } from "./op.ts";

// Below zero y = α(e^(x/α) − 1), so dy/dx = y/α + 1.
export default op({
  kind: "activation",
  attributes: { alpha: float(1) },
  infer: sameType,
  gradient: ({ inputs: [x], outputs: [y], attributes: { alpha }, dy, g }) => [
    g.where(g.greater(x, 0), dy, g.mul(dy, g.add(g.div(y, alpha), 1))),
  ],
  reach: "same",
});
