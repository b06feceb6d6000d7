import { broadcast, need, op } from "./op.ts";
import type { Value } from "../graph/graph.ts";
import type { Builder } from "../graph/builder.ts";

// Stacks of matrices broadcast over their leading axes; a vector is a matrix with one row (left) or column (right).
export default op({
  kind: "weighted",
  attributes: {},
  infer(inputs) {
    const [a, b] = [need(inputs, 0), need(inputs, 1)];
    const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
    const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
    if (left.at(-1) !== right.at(-2))
      throw new RangeError(`[${a.shape.join(", ")}] and [${b.shape.join(", ")}] cannot be multiplied`);
    const stack = broadcast([left.slice(0, -2), right.slice(0, -2)]);
    const rows = a.shape.length === 1 ? [] : [left.at(-2)!];
    const columns = b.shape.length === 1 ? [] : [right.at(-1)!];
    return [{ dtype: a.dtype, shape: [...stack, ...rows, ...columns] }];
  },
  gradient({ inputs: [a, second], dy, g }) {
    const b = second!;
    const left = a.shape.length === 1 ? g.reshape(a, [1, a.shape[0]!]) : a;
    const right = b.shape.length === 1 ? g.reshape(b, [b.shape[0]!, 1]) : b;
    const stack = broadcast([left.shape.slice(0, -2), right.shape.slice(0, -2)]);
    const d = g.reshape(dy, [...stack, left.shape.at(-2)!, right.shape.at(-1)!]);
    const da = g.sumTo(g.matmul(d, swapped(g, right)), left);
    const db = g.sumTo(g.matmul(swapped(g, left), d), right);
    return [g.reshape(da, a.shape), g.reshape(db, b.shape)];
  },
});

const swapped = (g: Builder, matrices: Value) => {
  const rank = matrices.shape.length;
  return g.transpose(matrices, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
};
