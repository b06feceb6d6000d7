import { elementwise, op } from "./op.ts";

export default op({
  kind: "sum",
  attributes: {},
  infer: elementwise(),
  gradient: ({ inputs: [a, b], dy, g }) => [g.sumTo(dy, a), g.sumTo(g.neg(dy), b!)],
  reach: "same",
});
