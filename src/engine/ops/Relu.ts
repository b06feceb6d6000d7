import { whereBetween } from "./mask.ts";
import { op, sameType } from "./op.ts";

export default op({
  kind: "rectifier",
  attributes: {},
  infer: sameType,
  gradient: ({ outputs: [y], dy, g }) => [whereBetween(g, y, 0, Infinity, dy)],
  reach: "same",
});
