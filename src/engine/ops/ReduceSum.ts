import { op } from "./op.ts";
import { completeAxes, kept, reducedReach, reducedType, reduction } from "./reduce.ts";

export default op({
  kind: "sum",
  attributes: reduction,
  normalize: completeAxes,
  infer: reducedType,
  gradient: ({ inputs: [x], attributes: { axes }, dy, g }) => [g.expand(kept(g, dy, x, axes), x.shape)],
  reach: reducedReach,
});
