import { int, ints, need, op } from "./op.ts";
import { completePool, slide, spread, windowTaps } from "./window.ts";
import { spatial } from "./reach.ts";

// y = (Σ |x|ᵖ)^(1/p), so dx = x · |x|^(p−2) · Σ' dy · y^(1−p), where Σ' runs over the windows that hold x.
export default op({
  kind: "other",
  attributes: { kernel_shape: ints(), strides: ints(), pads: ints(), dilations: ints(), ceil_mode: int(0), p: int(2) },
  normalize: (inputs, given) => completePool(need(inputs, 0).shape.slice(2), given),
  infer(inputs, { kernel_shape, ceil_mode, ...window }) {
    const x = need(inputs, 0);
    return [
      {
        dtype: x.dtype,
        shape: [...x.shape.slice(0, 2), ...slide(x.shape.slice(2), kernel_shape, window, ceil_mode === 1)],
      },
    ];
  },
  gradient({ inputs: [x], outputs: [y], attributes: { kernel_shape, ceil_mode: _, p, ...window }, dy, g }) {
    const share = p === 1 ? dy : g.mul(dy, g.where(g.greater(y, 0), g.pow(y, 1 - p), 0));
    const back = spread(g, share, x.shape.slice(2), kernel_shape, window);
    const power = p === 2 ? x : g.mul(g.one("Sign", [x]), p === 1 ? 1 : g.pow(g.one("Abs", [x]), p - 1));
    return [g.mul(power, back)];
  },
  reach: ({ inputs: [x], attributes: { kernel_shape, ...window } }) =>
    spatial(windowTaps(x.shape.slice(2), kernel_shape, window), "kept"),
});
