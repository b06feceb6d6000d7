import { op } from "./op.ts";
import { completeAxes, kept, reducedReach, reducedType, reduction } from "./reduce.ts";

export default op({
  kind: "other",
  attributes: reduction,
  normalize: completeAxes,
  infer: reducedType,
  gradient: ({ inputs: [x], outputs: [y], attributes: { axes }, dy, g }) => [
    g.mul(g.exp(g.sub(x, kept(g, y, x, axes))), kept(g, dy, x, axes)),
  ],
  reach: reducedReach,
});
