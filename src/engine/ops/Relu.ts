import { op, sameType } from "./op.ts";

export default op({
  kind: "rectifier",
  attributes: {},
  infer: sameType,
  gradient: ({ outputs: [y], dy, g }) => [g.where(g.greater(y, 0), dy, 0)],
  reach: "same",
});
