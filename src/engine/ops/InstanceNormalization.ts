import { float, op, sameType } from "./op.ts";
import { standardized } from "./standardize.ts";
import { axesFrom, sharing, ofFirst } from "./reach.ts";

export default op({
  kind: "normalization",
  attributes: { epsilon: float(1e-5) },
  infer: sameType,
  gradient({ inputs: [x, scale], attributes: { epsilon }, dy, g }) {
    const axes = x.shape.slice(2).map((_, i) => i + 2);
    return [standardized(g, x, g.mul(dy, g.perChannel(scale!, x)), axes, epsilon)];
  },
  reach: ofFirst(({ inputs: [{ shape }] }) => sharing(shape, axesFrom(shape, 2))),
});
