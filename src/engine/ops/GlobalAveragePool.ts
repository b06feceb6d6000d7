import { size } from "../../shared/tensor.ts";
import { need, op } from "./op.ts";
import { axesFrom, mixing } from "./reach.ts";

export default op({
  kind: "sum",
  attributes: {},
  infer(inputs) {
    const x = need(inputs, 0);
    return [{ dtype: x.dtype, shape: x.shape.map((n, i) => (i < 2 ? n : 1)) }];
  },
  gradient: ({ inputs: [x], dy, g }) => [g.expand(g.div(dy, size(x.shape.slice(2))), x.shape)],
  reach: ({ inputs: [{ shape }] }) => mixing(shape, axesFrom(shape, 2)),
});
