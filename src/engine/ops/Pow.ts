import { elementwise, op } from "./op.ts";

// The exponent is a constant in every network that was met; where it is not, its gradient is y · ln a.
export default op({
  kind: "other",
  attributes: {},
  infer: elementwise(),
  gradient: ({ inputs: [a, b], outputs: [y], dy, g }) => [
    g.sumTo(g.mul(dy, g.mul(g.cast(b!, "float32"), g.pow(a, g.sub(g.cast(b!, "float32"), 1)))), a),
    g.sumTo(g.mul(dy, g.mul(y, g.one("Log", [a]))), b!),
  ],
  reach: "same",
});
