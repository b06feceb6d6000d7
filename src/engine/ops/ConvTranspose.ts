import { size } from "../../shared/tensor.ts";
import { int, ints, need, op } from "./op.ts";
import { completeWindow, spreadTaps } from "./window.ts";
import { ofFirst, spatial } from "./reach.ts";

export default op({
  kind: "weighted",
  attributes: { strides: ints(), pads: ints(), dilations: ints(), output_padding: ints(), group: int(1) },
  normalize(inputs, { output_shape, ...given }) {
    const spatial = need(inputs, 0).shape.slice(2);
    const kernel = need(inputs, 1).shape.slice(2);
    const auto = given.auto_pad ?? "NOTSET";
    const { strides, dilations, pads } = completeWindow(spatial, kernel, { ...given, auto_pad: "NOTSET" }) as Record<
      string,
      readonly number[]
    >;
    const padding = given.output_padding as readonly number[] | undefined;
    const output_padding = padding?.length ? padding : spatial.map(() => 0);
    const wanted = output_shape as readonly number[] | undefined;
    if (!wanted?.length && (auto === "NOTSET" || auto === "VALID"))
      return { ...given, strides: strides!, dilations: dilations!, pads: pads!, output_padding };
    const totals = spatial.map((n, i) => {
      const whole = strides![i]! * (n - 1) + output_padding[i]! + dilations![i]! * (kernel[i]! - 1) + 1;
      return whole - (wanted?.length ? wanted[wanted.length - spatial.length + i]! : n * strides![i]!);
    });
    // What is wanted beyond the windows' reach is added at the far edge.
    const cut = totals.map((total) => Math.max(0, total));
    const added = totals.map((total, i) => output_padding[i]! + cut[i]! - total);
    const half = cut.map((n) => Math.floor(n / 2));
    const rest = cut.map((n, i) => n - half[i]!);
    const resolved = auto === "SAME_UPPER" ? [...half, ...rest] : [...rest, ...half];
    return { ...given, strides: strides!, dilations: dilations!, pads: resolved, output_padding: added };
  },
  infer(inputs, { strides, pads, dilations, output_padding, group }) {
    const [x, w] = [need(inputs, 0), need(inputs, 1)];
    const [n, , ...spatial] = x.shape as [number, number, ...number[]];
    const [, channels, ...kernel] = w.shape as [number, number, ...number[]];
    const grow = (s: number, i: number) =>
      (s - 1) * strides[i]! +
      dilations[i]! * (kernel[i]! - 1) +
      1 +
      output_padding[i]! -
      pads[i]! -
      pads[i + spatial.length]!;
    return [{ dtype: x.dtype, shape: [n, channels * group, ...spatial.map(grow)] }];
  },
  gradient: ({ inputs: [, w], attributes: { output_padding: _, ...window }, dy, g }) => [
    g.one("Conv", [dy, w], window),
  ],
  reach: ofFirst(({ inputs: [x, w], attributes }) =>
    spatial(spreadTaps(x.shape.slice(2), w!.shape.slice(2), attributes), "mixed"),
  ),
  // A product for every tap of every filter at every place of the input.
  cost: ({ inputs: [x, w] }) => size(x.shape) * size(w!.shape.slice(1)),
});
