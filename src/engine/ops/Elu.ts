import { float, op, sameType } from "./op.ts";

// Below zero y = α(eˣ − 1), so dy/dx = y + α.
export default op({
  kind: "activation",
  attributes: { alpha: float(1) },
  infer: sameType,
  gradient: ({ inputs: [x], outputs: [y], attributes: { alpha }, dy, g }) => [
    g.where(g.greater(x, 0), dy, g.mul(dy, g.add(y, alpha))),
  ],
  reach: "same",
});
