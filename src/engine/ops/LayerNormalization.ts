import { axisOf, float, int, need, op } from "./op.ts";
import { standardized } from "./standardize.ts";
import { axesFrom, sharing, ofFirst } from "./reach.ts";

export default op({
  kind: "normalization",
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  optionalOutputs: true,
  infer(inputs, { axis }) {
    const x = need(inputs, 0);
    const first = axisOf(axis, x.shape.length);
    const statistics = { dtype: x.dtype, shape: x.shape.map((n, i) => (i < first ? n : 1)) };
    return [{ dtype: x.dtype, shape: x.shape }, statistics, statistics];
  },
  gradient({ inputs: [x, scale], attributes: { axis, epsilon }, dys, dy, g }) {
    if (dys[1] ?? dys[2]) throw new TypeError("nothing is known of the way back from its mean and deviation");
    const first = axisOf(axis, x.shape.length);
    const axes = x.shape.flatMap((_, i) => (i < first ? [] : [i]));
    return [standardized(g, x, g.mul(dy, scale!), axes, epsilon)];
  },
  reach: ofFirst(({ inputs: [{ shape }], attributes: { axis } }) =>
    sharing(shape, axesFrom(shape, axisOf(axis, shape.length))),
  ),
});
