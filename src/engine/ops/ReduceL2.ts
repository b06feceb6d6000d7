import { op } from "./op.ts";
import { completeAxes, kept, reducedType, reduction } from "./reduce.ts";

export default op({
  kind: "other",
  attributes: reduction,
  normalize: completeAxes,
  infer: reducedType,
  gradient: ({ inputs: [x], outputs: [y], attributes: { axes }, dy, g }) => [
    g.mul(x, g.div(kept(g, dy, x, axes), kept(g, y, x, axes))),
  ],
});
