import { axisOf, inputInts, need, op } from "./op.ts";

export default op({
  kind: "shape",
  attributes: { axes: inputInts(1) },
  normalize(inputs, given) {
    const axes = given.axes as readonly number[];
    const rank = need(inputs, 0).shape.length + axes.length;
    return { axes: axes.map((axis) => axisOf(axis, rank)) };
  },
  infer(inputs, { axes }) {
    const x = need(inputs, 0);
    const rest = [...x.shape];
    const shape = Array.from({ length: x.shape.length + axes.length }, (_, i) =>
      axes.includes(i) ? 1 : rest.shift()!,
    );
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x], dy, g }) => [g.reshape(dy, x.shape)],
  reach: "regroup",
});
