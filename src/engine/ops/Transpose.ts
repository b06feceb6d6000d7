import { ints, need, op } from "./op.ts";

export default op({
  kind: "shape",
  attributes: { perm: ints() },
  normalize(inputs, given) {
    const perm = given.perm as readonly number[] | undefined;
    return {
      perm: perm?.length
        ? perm
        : need(inputs, 0)
            .shape.map((_, i) => i)
            .reverse(),
    };
  },
  infer(inputs, { perm }) {
    const x = need(inputs, 0);
    if (perm.length !== x.shape.length)
      throw new RangeError(`[${perm.join(", ")}] does not order [${x.shape.join(", ")}]`);
    return [{ dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]!) }];
  },
  gradient: ({ attributes: { perm }, dy, g }) => [
    g.transpose(
      dy,
      perm.map((_, i) => perm.indexOf(i)),
    ),
  ],
  reach: ({ attributes: { perm } }) => perm.map((_, axis) => ({ to: perm.indexOf(axis) })),
});
