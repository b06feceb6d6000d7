import { int, ints, need, op } from "./op.ts";
import { completeWindow, slide } from "./window.ts";

export default op({
  kind: "other",
  attributes: { kernel_shape: ints(), strides: ints(), pads: ints(), dilations: ints(), ceil_mode: int(0), p: int(2) },
  normalize: (inputs, given) =>
    completeWindow(need(inputs, 0).shape.slice(2), given.kernel_shape as readonly number[], given),
  infer(inputs, { kernel_shape, ceil_mode, ...window }) {
    const x = need(inputs, 0);
    return [
      {
        dtype: x.dtype,
        shape: [...x.shape.slice(0, 2), ...slide(x.shape.slice(2), kernel_shape, window, ceil_mode === 1)],
      },
    ];
  },
});
