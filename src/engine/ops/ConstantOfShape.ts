import { fill, inputInts, op } from "./op.ts";

export default op({
  kind: "other",
  attributes: { shape: inputInts(0), value: fill(0) },
  infer: (_, { shape }) => [{ dtype: "float32", shape }],
});
