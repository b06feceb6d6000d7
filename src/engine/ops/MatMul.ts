import { size } from "../../shared/tensor.ts";
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
  reach({ inputs: [a, second], outputs: [y], input }) {
    const b = second!;
    const rank = (input === 0 ? a : b).shape.length;
    const inner = input === 0 ? rank - 1 : Math.max(0, rank - 2);
    // Without the rows of a vector on the left, or the columns of one on the right, the axes before lie one further back.
    const missing = Number(input === 0 ? b.shape.length === 1 : a.shape.length === 1);
    return Array.from({ length: rank }, (_, axis) => {
      if (axis === inner) return undefined;
      const fromEnd = rank - axis - (axis < rank - 2 || input === 0 ? missing : 0);
      return { to: y.shape.length - fromEnd };
    });
  },
  cost: ({ inputs: [a], outputs: [y] }) => size(y.shape) * a.shape.at(-1)!,
});

const swapped = (g: Builder, matrices: Value) => {
  const rank = matrices.shape.length;
  return g.transpose(matrices, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
};
