import { op } from "./op.ts";
import { completeAxes, kept, reducedReach, reducedType, reduction } from "./reduce.ts";

export default op({
  kind: "sum",
  attributes: reduction,
  normalize: completeAxes,
  infer: reducedType,
  gradient({ inputs: [x], attributes: { axes }, dy, g }) {
    const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
    return [g.expand(g.div(kept(g, dy, x, axes), count), x.shape)];
  },
  reach: reducedReach,
});
