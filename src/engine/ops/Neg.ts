import { op, sameType } from "./op.ts";

export default op({
  kind: "sum",
  attributes: {},
  infer: sameType,
  gradient: ({ dy, g }) => [g.neg(dy)],
  reach: "same",
});
