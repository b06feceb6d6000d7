import { broadcast, need, op } from "./op.ts";

export default op({
  kind: "other",
  attributes: {},
  infer: (inputs) => [{ dtype: need(inputs, 1).dtype, shape: broadcast(inputs.map((_, i) => need(inputs, i).shape)) }],
  gradient: ({ inputs: [test, a, b], dy, g }) => [
    undefined,
    g.sumTo(g.where(test, dy, 0), a!),
    g.sumTo(g.where(test, 0, dy), b!),
  ],
  reach: "same",
});
