import { elementwise, op } from "./op.ts";

export default op({
  kind: "sum",
  attributes: {},
  infer: elementwise(),
  gradient: ({ inputs, dy, g }) => inputs.map((input) => g.sumTo(dy, input)),
  reach: "same",
});
