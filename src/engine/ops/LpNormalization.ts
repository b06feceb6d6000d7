import { axisOf, int, op, sameType } from "./op.ts";
import { sharing } from "./reach.ts";

export default op({
  kind: "normalization",
  attributes: { axis: int(-1), p: int(2) },
  infer: sameType,
  gradient({ inputs: [x], outputs: [y], attributes: { axis, p }, dy, g }) {
    const axes = [axisOf(axis, x.shape.length)];
    const magnitude = g.one("Abs", [x]);
    const norm = p === 1 ? g.sum(magnitude, axes) : g.sqrt(g.sum(g.mul(x, x), axes));
    const direction = p === 1 ? g.one("Sign", [x]) : y;
    return [g.div(g.sub(dy, g.mul(direction, g.sum(g.mul(dy, y), axes))), norm)];
  },
  reach: ({ inputs: [{ shape }], attributes: { axis } }) => sharing(shape, [axisOf(axis, shape.length)]),
});
