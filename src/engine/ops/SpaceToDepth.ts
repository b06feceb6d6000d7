import { int, need, op } from "./op.ts";

export default op({
  kind: "shape",
  attributes: { blocksize: int(1) },
  infer(inputs, { blocksize: b }) {
    const x = need(inputs, 0);
    const [n, c, h, w] = x.shape as [number, number, number, number];
    return [{ dtype: x.dtype, shape: [n, c * b * b, h / b, w / b] }];
  },
  gradient: ({ attributes: { blocksize }, dy, g }) => [g.one("DepthToSpace", [dy], { blocksize, mode: "DCR" })],
});
