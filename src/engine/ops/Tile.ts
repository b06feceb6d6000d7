import { inputInts, need, op } from "./op.ts";
import { taps } from "./reach.ts";

export default op({
  kind: "shape",
  attributes: { repeats: inputInts(1) },
  infer(inputs, { repeats }) {
    const x = need(inputs, 0);
    return [{ dtype: x.dtype, shape: x.shape.map((n, i) => n * repeats[i]!) }];
  },
  gradient({ inputs: [x], attributes: { repeats }, dy, g }) {
    const pairs = x.shape.flatMap((n, i) => [repeats[i]!, n]);
    return [
      g.sum(
        g.reshape(dy, pairs),
        x.shape.map((_, i) => 2 * i),
        false,
      ),
    ];
  },
  reach: ({ inputs: [x], attributes: { repeats } }) =>
    x.shape.map((n, to) =>
      repeats[to] === 1
        ? { to }
        : {
            to,
            taps: () =>
              taps(
                Array.from({ length: n }, (_, o) => [o]),
                n,
                { shift: 0 },
              ),
          },
    ),
});
