import { elementwise, op } from "./op.ts";

export default op({
  kind: "other",
  attributes: {},
  infer: elementwise(),
  gradient: ({ inputs: [a, b], outputs: [y], dy, g }) => [
    g.sumTo(g.div(dy, b!), a),
    g.sumTo(g.neg(g.div(g.mul(dy, y), b!)), b!),
  ],
  reach: "same",
});
