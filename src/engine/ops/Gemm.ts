import { size } from "../../shared/tensor.ts";
import { float, int, need, op } from "./op.ts";

// y = alpha · A' · B' + beta · C, where ' transposes on request.
export default op({
  kind: "weighted",
  attributes: { alpha: float(1), beta: float(1), transA: int(0), transB: int(0) },
  infer(inputs, { transA, transB }) {
    const [a, b] = [need(inputs, 0), need(inputs, 1)];
    const inner = [a.shape[1 - transA], b.shape[transB]];
    if (a.shape.length !== 2 || b.shape.length !== 2 || inner[0] !== inner[1])
      throw new RangeError(`[${a.shape.join(", ")}] and [${b.shape.join(", ")}] cannot be multiplied`);
    return [{ dtype: a.dtype, shape: [a.shape[transA]!, b.shape[1 - transB]!] }];
  },
  gradient({ inputs: [a, b, c], attributes: { alpha, beta, transA, transB }, dy, g }) {
    const da = transA
      ? g.one("Gemm", [b, dy], { alpha, transA: transB, transB: 1 })
      : g.one("Gemm", [dy, b], { alpha, transB: 1 - transB });
    const db = transB
      ? g.one("Gemm", [dy, a], { alpha, transA: 1, transB: transA })
      : g.one("Gemm", [a, dy], { alpha, transA: 1 - transA });
    return [da, db, c && g.sumTo(g.mul(dy, beta), c)];
  },
  reach({ inputs: [a, b], attributes: { transA, transB }, input }) {
    if (input > 1) return "same";
    const inner = input === 0 ? 1 - transA : transB;
    return (input === 0 ? a : b!).shape.map((_, axis) => (axis === inner ? undefined : { to: input }));
  },
  cost: ({ inputs: [a], outputs: [y], attributes: { transA } }) => size(y.shape) * a.shape[1 - transA]!,
});
