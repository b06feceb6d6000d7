import { elementwise, int, op } from "./op.ts";

// y = a − b · n, where n is a whole number that does not change with either.
export default op({
  kind: "other",
  attributes: { fmod: int(0) },
  infer: elementwise(),
  gradient: ({ inputs: [a, b], outputs: [y], dy, g }) => [
    g.sumTo(dy, a),
    g.sumTo(g.neg(g.mul(dy, g.one("Round", [g.div(g.sub(a, y), b!)]))), b!),
  ],
  reach: "same",
});
