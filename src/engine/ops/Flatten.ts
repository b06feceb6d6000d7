import { size } from "../../shared/tensor.ts";
import { int, need, op } from "./op.ts";

export default op({
  kind: "shape",
  attributes: { axis: int(1) },
  infer(inputs, { axis }) {
    const x = need(inputs, 0);
    const from = axis < 0 ? axis + x.shape.length : axis;
    return [{ dtype: x.dtype, shape: [size(x.shape.slice(0, from)), size(x.shape.slice(from))] }];
  },
  gradient: ({ inputs: [x], dy, g }) => [g.reshape(dy, x.shape)],
  reach: "regroup",
});
