import { axisOf, flat, int, need, op } from "./op.ts";
import { mixing } from "./reach.ts";

export default op({
  kind: "other",
  attributes: { axis: int(0), keepdims: int(1), select_last_index: int(0) },
  infer(inputs, { axis, keepdims }) {
    const { shape } = need(inputs, 0);
    const over = axisOf(axis, shape.length);
    return [{ dtype: "int64", shape: shape.flatMap((n, i) => (i !== over ? [n] : keepdims ? [1] : [])) }];
  },
  gradient: flat,
  reach: ({ inputs: [{ shape }], attributes: { axis, keepdims } }) =>
    mixing(shape, [axisOf(axis, shape.length)], keepdims === 1),
});
