import { axisOf, int, op, sameType } from "./op.ts";
import { sharing } from "./reach.ts";

// Over one axis, as from opset 13 on; the importer rewrites the older, flattening kind.
export default op({
  kind: "other",
  attributes: { axis: int(-1) },
  infer: sameType,
  gradient({ outputs: [y], attributes: { axis }, dy, g }) {
    const flow = g.mul(dy, y);
    return [g.sub(flow, g.mul(y, g.sum(flow, [axisOf(axis, y.shape.length)])))];
  },
  reach: ({ inputs: [{ shape }], attributes: { axis } }) => sharing(shape, [axisOf(axis, shape.length)]),
});
