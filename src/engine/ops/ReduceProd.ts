import { op } from "./op.ts";
import { completeAxes, reducedReach, reducedType, reduction } from "./reduce.ts";

export default op({
  kind: "other",
  attributes: reduction,
  normalize: completeAxes,
  infer: reducedType,
  reach: reducedReach,
});
