import { size } from "../../shared/tensor.ts";
import type { Value } from "../graph/graph.ts";
import { int, ints, need, op } from "./op.ts";
import { remember } from "./sent-back.ts";
import { unpool } from "./unpool.ts";
import { completePool, slide, windowTaps } from "./window.ts";
import { spatial } from "./reach.ts";

export default op({
  kind: "maximum",
  attributes: { kernel_shape: ints(), strides: ints(), pads: ints(), dilations: ints(), ceil_mode: int(0) },
  optionalOutputs: true,
  normalize: (inputs, given) => completePool(need(inputs, 0).shape.slice(2), given),
  infer(inputs, { kernel_shape, ceil_mode, ...window }) {
    const x = need(inputs, 0);
    const shape = [...x.shape.slice(0, 2), ...slide(x.shape.slice(2), kernel_shape, window, ceil_mode === 1)];
    return [
      { dtype: x.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  // The second output says where in x each maximum was. Windows may overlap, so what they send back adds up.
  gradient({ inputs: [x], outputs: [y, where], attributes: { kernel_shape, ...window }, dy, g }) {
    const flat = (v: Value) => g.reshape(v, [size(v.shape)]);
    const scattered = (dy: Value) =>
      g.one("ScatterElements", [flat(g.zeros(x.shape)), flat(where!), flat(dy)], { reduction: "add" });
    const send = (dy: Value) => unpool(g, x, kernel_shape, window, dy) ?? g.reshape(scattered(dy), x.shape);
    return [remember({ x, y, dy, send })];
  },
  reach: ({ inputs: [x], attributes: { kernel_shape, ...window } }) =>
    spatial(windowTaps(x.shape.slice(2), kernel_shape, window), "kept"),
});
