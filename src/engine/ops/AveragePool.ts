import { float32, size, type Shape } from "../../shared/tensor.ts";
import { int, ints, need, op } from "./op.ts";
import { completePool, slide, spread, windowTaps, type Window } from "./window.ts";
import { spatial } from "./reach.ts";

export default op({
  kind: "sum",
  attributes: {
    kernel_shape: ints(),
    strides: ints(),
    pads: ints(),
    dilations: ints(),
    ceil_mode: int(0),
    count_include_pad: int(0),
  },
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
  gradient({ inputs: [x], attributes: { kernel_shape, ceil_mode: _, count_include_pad, ...window }, dy, g }) {
    const spatial = x.shape.slice(2);
    const shares = reciprocalCounts(spatial, kernel_shape, dy.shape.slice(2), window, count_include_pad === 1);
    const share = g.constant(float32([1, 1, ...dy.shape.slice(2)], shares));
    return [spread(g, g.mul(dy, share), spatial, kernel_shape, window)];
  },
  reach: ({ inputs: [x], attributes: { kernel_shape, ...window } }) =>
    spatial(windowTaps(x.shape.slice(2), kernel_shape, window), "kept"),
});

/** One over the number of elements that each window averages. Beyond the padding nothing counts, as in PyTorch. */
function reciprocalCounts(spatial: Shape, kernel: Shape, out: Shape, window: Window, padding: boolean): Float32Array {
  const perAxis = spatial.map((n, i) => {
    const [before, after] = padding ? [window.pads[i]!, window.pads[i + spatial.length]!] : [0, 0];
    return Array.from({ length: out[i]! }, (_, o) => {
      const start = o * window.strides[i]! - window.pads[i]!;
      const taps = Array.from({ length: kernel[i]! }, (_, k) => start + k * window.dilations[i]!);
      return taps.filter((t) => t >= -before && t < n + after).length;
    });
  });
  return Float32Array.from({ length: size(out) }, (_, flat) => {
    let rest = flat;
    let count = 1;
    for (let i = out.length - 1; i >= 0; i--) {
      count *= perAxis[i]![rest % out[i]!]!;
      rest = Math.floor(rest / out[i]!);
    }
    return 1 / count;
  });
}
