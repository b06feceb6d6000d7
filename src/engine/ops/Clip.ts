import { inputFloat, op, sameType } from "./op.ts";

// ReLU6 is a Clip from 0 to 6. At the bounds themselves nothing passes, as in PyTorch's hardtanh.
export default op({
  kind: ({ min }) => (min === 0 ? "rectifier" : "activation"),
  attributes: { min: inputFloat(1, -3.4028234663852886e38), max: inputFloat(2, 3.4028234663852886e38) },
  infer: sameType,
  gradient: ({ inputs: [x], attributes: { min, max }, dy, g }) => [
    g.where(g.and(g.greater(x, min), g.less(x, max)), dy, 0),
  ],
  reach: "same",
});
