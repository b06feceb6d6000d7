import { op } from "./op.ts";
import { completeAxes, kept, reducedReach, reducedType, reduction } from "./reduce.ts";

export default op({
  kind: "other",
  attributes: reduction,
  normalize: completeAxes,
  infer: reducedType,
  gradient: ({ inputs: [x], attributes: { axes }, dy, g }) => [g.mul(g.one("Sign", [x]), kept(g, dy, x, axes))],
  reach: reducedReach,
});
