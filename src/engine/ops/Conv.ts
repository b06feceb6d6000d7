import { size } from "../../shared/tensor.ts";
import { need, int, ints, op } from "./op.ts";
import { completeWindow, remainder, slide, transposedKernel, windowTaps } from "./window.ts";
import { ofFirst, spatial } from "./reach.ts";
import { inPhases } from "./phases.ts";

export default op({
  kind: "weighted",
  attributes: { strides: ints(), pads: ints(), dilations: ints(), group: int(1) },
  normalize: (inputs, given) => completeWindow(need(inputs, 0).shape.slice(2), need(inputs, 1).shape.slice(2), given),
  infer(inputs, { group, ...window }) {
    const [x, w] = [need(inputs, 0), need(inputs, 1)];
    const [n, channels] = x.shape as [number, number];
    const [outs, perGroup, ...kernel] = w.shape as [number, number, ...number[]];
    if (x.shape.length !== w.shape.length || perGroup * group !== channels)
      throw new RangeError(
        `a kernel of [${w.shape.join(", ")}] in ${group} group(s) does not fit an input of [${x.shape.join(", ")}]`,
      );
    return [{ dtype: x.dtype, shape: [n, outs, ...slide(x.shape.slice(2), kernel, window)] }];
  },
  // At stride 1 the gradient is a convolution with the flipped kernel, two to three times faster than ConvTranspose.
  gradient({ inputs: [x, w], attributes, dy, g }) {
    const kernel = w!.shape.slice(2);
    const spatial = x.shape.slice(2);
    const { strides, pads, dilations, group } = attributes;
    const full = kernel.map((k, i) => dilations[i]! * (k - 1));
    const flippedPads = [...full.map((f, i) => f - pads[i]!), ...full.map((f, i) => f - pads[i + full.length]!)];
    if (strides.every((s) => s === 1) && flippedPads.every((p) => p >= 0))
      return [g.one("Conv", [dy, transposedKernel(g, w!, group)], { strides, pads: flippedPads, dilations, group })];
    const ofPicture = inPhases(g, dy, w!, spatial, attributes);
    if (ofPicture) return [ofPicture];
    const output_padding = remainder(spatial, kernel, dy.shape.slice(2), attributes);
    return [g.one("ConvTranspose", [dy, w], { ...attributes, output_padding })];
  },
  reach: ofFirst(({ inputs: [x, w], attributes }) =>
    spatial(windowTaps(x.shape.slice(2), w!.shape.slice(2), attributes), "mixed"),
  ),
  // A product for every tap of every filter at every place of the output.
  cost: ({ inputs: [, w], outputs: [y] }) => size(y.shape) * size(w!.shape.slice(1)),
});
