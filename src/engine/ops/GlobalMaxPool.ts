import { need, op } from "./op.ts";
import { towardsExtremes } from "./reduce.ts";
import { axesFrom, mixing } from "./reach.ts";

export default op({
  kind: "maximum",
  attributes: {},
  infer(inputs) {
    const x = need(inputs, 0);
    return [{ dtype: x.dtype, shape: x.shape.map((n, i) => (i < 2 ? n : 1)) }];
  },
  gradient: ({ inputs: [x], outputs: [y], dy, g }) => [
    towardsExtremes(
      g,
      x,
      y,
      dy,
      x.shape.slice(2).map((_, i) => i + 2),
    ),
  ],
  reach: ({ inputs: [{ shape }] }) => mixing(shape, axesFrom(shape, 2)),
});
