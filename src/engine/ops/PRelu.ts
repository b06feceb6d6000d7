import { op, sameType } from "./op.ts";

export default op({
  kind: "activation",
  attributes: {},
  infer: sameType,
  gradient: ({ inputs: [x, slope], dy, g }) => [
    g.where(g.greater(x, 0), dy, g.mul(dy, slope!)),
    g.sumTo(g.where(g.greater(x, 0), 0, g.mul(dy, x)), slope!),
  ],
  reach: "same",
});
