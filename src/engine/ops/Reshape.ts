import { size } from "../../shared/tensor.ts";
import { inputInts, need, op } from "./op.ts";

export default op({
  kind: "shape",
  attributes: { shape: inputInts(1) },
  // 0 keeps a dimension, one -1 takes what is left; afterwards the shape is plain.
  normalize(inputs, { allowzero, ...given }) {
    const from = need(inputs, 0).shape;
    const wanted = (given.shape as readonly number[]).map((n, i) => (n === 0 && !allowzero ? (from[i] ?? 0) : n));
    const known = wanted.reduce((product, n) => (n === -1 ? product : product * n), 1);
    const shape = wanted.map((n) => (n === -1 ? size(from) / known : n));
    return { shape };
  },
  infer(inputs, { shape }) {
    const x = need(inputs, 0);
    if (size(shape) !== size(x.shape))
      throw new RangeError(`[${x.shape.join(", ")}] cannot be reshaped to [${shape.join(", ")}]`);
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x], dy, g }) => [g.reshape(dy, x.shape)],
  reach: "regroup",
});
