import { op } from "./op.ts";
import { completeAxes, towardsExtremes, reducedReach, reducedType, reduction } from "./reduce.ts";

export default op({
  kind: "maximum",
  attributes: reduction,
  normalize: completeAxes,
  infer: reducedType,
  gradient: ({ inputs: [x], outputs: [y], attributes: { axes }, dy, g }) => [towardsExtremes(g, x, y, dy, axes)],
  reach: reducedReach,
});
