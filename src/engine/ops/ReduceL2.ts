import { op } from "./op.ts";
import { completeAxes, kept, reducedReach, reducedType, reduction } from "./reduce.ts";

export default op({
  kind: "other",
  attributes: reduction,
  normalize: completeAxes,
  infer: reducedType,
  // At zero the norm has a kink; the gradient there is zero, as in PyTorch.
  gradient({ inputs: [x], outputs: [y], attributes: { axes }, dy, g }) {
    const norm = kept(g, y, x, axes);
    return [g.mul(x, g.where(g.greater(norm, 0), g.div(kept(g, dy, x, axes), norm), 0))];
  },
  reach: reducedReach,
});
