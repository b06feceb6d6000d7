import { int, need, op, text } from "./op.ts";
import { spatial, taps } from "./reach.ts";

export default op({
  kind: "shape",
  attributes: { blocksize: int(1), mode: text("DCR") },
  infer(inputs, { blocksize: b }) {
    const x = need(inputs, 0);
    const [n, c, h, w] = x.shape as [number, number, number, number];
    return [{ dtype: x.dtype, shape: [n, c / (b * b), h * b, w * b] }];
  },
  gradient({ inputs: [x], attributes: { blocksize: b, mode }, dy, g }) {
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const blocks = g.reshape(dy, [n, c / (b * b), h, b, w, b]);
    const perm = mode === "DCR" ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4];
    return [g.reshape(g.transpose(blocks, perm), x.shape)];
  },
  reach: ({ inputs: [x], attributes: { blocksize } }) =>
    spatial(
      x.shape.slice(2).map((n) => taps(Array<[number]>(blocksize).fill([0]), n)),
      "mixed",
    ),
});
