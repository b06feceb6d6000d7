import { float, op, sameType } from "./op.ts";

export default op({
  kind: "activation",
  attributes: { alpha: float(1) },
  infer: sameType,
  gradient: ({ inputs: [x], attributes: { alpha }, dy, g }) => [g.where(g.greater(x, alpha), dy, 0)],
  reach: "same",
});
