import { axisOf, inputInts, need, op } from "./op.ts";

export default op({
  kind: "shape",
  attributes: { axes: inputInts(1) },
  normalize(inputs, given) {
    const { shape } = need(inputs, 0);
    const named = given.axes as readonly number[] | undefined;
    return {
      axes: named?.length
        ? named.map((axis) => axisOf(axis, shape.length))
        : shape.flatMap((n, i) => (n === 1 ? [i] : [])),
    };
  },
  infer(inputs, { axes }) {
    const x = need(inputs, 0);
    if (axes.some((axis) => x.shape[axis] !== 1))
      throw new RangeError(`axes ${axes.join(", ")} of [${x.shape.join(", ")}] are not all 1`);
    return [{ dtype: x.dtype, shape: x.shape.filter((_, i) => !axes.includes(i)) }];
  },
  gradient: ({ inputs: [x], dy, g }) => [g.reshape(dy, x.shape)],
  reach: "regroup",
});
