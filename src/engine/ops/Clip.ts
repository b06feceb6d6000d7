import { whereBetween } from "./mask.ts";
import { inputFloat, op, sameType } from "./op.ts";

/** Where a bound is left out. */
const none = 3.4028234663852886e38;

// ReLU6 is a Clip from 0 to 6. At the bounds themselves nothing passes, as in PyTorch's hardtanh.
export default op({
  kind: ({ min }) => (min === 0 ? "rectifier" : "activation"),
  attributes: { min: inputFloat(1, -none), max: inputFloat(2, none) },
  infer: sameType,
  gradient: ({ outputs: [y], attributes: { min, max }, dy, g }) => [
    whereBetween(g, y, min === -none ? -Infinity : min, max === none ? Infinity : max, dy),
  ],
  reach: "same",
});
