import { dtype, need, op } from "./op.ts";

export default op({
  kind: "shape",
  attributes: { to: dtype("float32") },
  infer: (inputs, { to }) => [{ dtype: to, shape: need(inputs, 0).shape }],
  // Through whole numbers and truth values nothing can be differentiated, and nothing flows.
  gradient: ({ inputs: [x], attributes: { to }, dy }) => (x.dtype === "float32" && to === "float32" ? [dy] : []),
  reach: "same",
});
