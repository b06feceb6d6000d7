import { int, need, op } from "./op.ts";
import { spatial, taps } from "./reach.ts";

export default op({
  kind: "shape",
  attributes: { blocksize: int(1) },
  infer(inputs, { blocksize: b }) {
    const x = need(inputs, 0);
    const [n, c, h, w] = x.shape as [number, number, number, number];
    return [{ dtype: x.dtype, shape: [n, c * b * b, h / b, w / b] }];
  },
  gradient: ({ attributes: { blocksize }, dy, g }) => [g.one("DepthToSpace", [dy], { blocksize, mode: "DCR" })],
  reach: ({ inputs: [x], attributes: { blocksize } }) =>
    spatial(
      x.shape.slice(2).map((n) => taps([[...Array(blocksize).keys()]], n, { shift: blocksize })),
      "mixed",
    ),
});
