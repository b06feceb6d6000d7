import type { Attributes } from "../../../../src/engine/ops/op.ts";
import type { Shape } from "../../../../src/shared/tensor.ts";
import { batches, constant, type Rows, type Variant } from "../rows.ts";
import { written } from "../written.ts";

const layer =
  (op: string) =>
  (name: string, x: Shape, w: Shape, attributes: Attributes = {}, { bias = 0, asWritten = false } = {}) => {
    const inputs = (g: Parameters<Variant["build"]>[0]) => [constant(g, w), ...(bias ? [constant(g, [bias], 8)] : [])];
    return batches(name, {
      by: [x],
      build: (g, v) => g.one(op, [v, ...inputs(g)], attributes),
      ...(asWritten && {
        written: (g, v) => {
          const all = [v, ...inputs(g)];
          const [type] = g.op(op, all, attributes);
          return written(g, op, all, attributes, type!);
        },
      }),
    });
  };
const conv = layer("Conv");
const transposed = layer("ConvTranspose");
const w = [3, 2, 3, 3];
const asWritten = true;

export const convolutions: Rows = {
  Conv: {
    ...conv("same", [2, 5, 5], w, { pads: [1, 1, 1, 1] }, { bias: 3 }),
    ...conv("no padding", [2, 5, 4], w),
    ...conv("one by one", [2, 3, 3], [4, 2, 1, 1]),
    ...conv("one by one with a stride and a remainder", [2, 6, 5], [4, 2, 1, 1], { strides: [2, 3] }),
    ...conv("stride with a remainder", [2, 6, 7], w, { strides: [2, 3] }),
    ...conv("stride without a remainder", [2, 7, 6], w, { strides: [2, 3] }),
    ...conv("stride larger than the kernel", [2, 8, 9], [3, 2, 2, 2], { strides: [3, 4] }),
    ...conv("uneven pads", [2, 5, 6], w, { pads: [0, 1, 2, 0] }),
    ...conv("uneven pads with a stride", [2, 6, 6], w, { strides: [2, 2], pads: [0, 0, 1, 1] }),
    ...conv("uneven pads with a stride and a remainder", [2, 7, 6], w, { strides: [3, 2], pads: [1, 0, 0, 2] }),
    ...conv("more padding than the kernel reaches", [2, 4, 4], [3, 2, 2, 2], { pads: [2, 1, 3, 2] }),
    ...conv("even kernel", [2, 5, 5], [3, 2, 4, 2], { pads: [1, 0, 2, 1] }),
    ...conv("oblong kernel", [2, 5, 6], [3, 2, 1, 5], { pads: [0, 2, 0, 2] }),
    ...conv("dilated", [2, 7, 7], w, { dilations: [2, 2] }),
    ...conv("dilated unevenly, padded", [2, 6, 7], w, { dilations: [2, 3], pads: [2, 3, 2, 3] }),
    ...conv("dilated with a stride", [2, 8, 9], w, { dilations: [2, 1], strides: [2, 3], pads: [1, 0, 0, 1] }),
    ...conv("groups", [4, 5, 5], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }, { bias: 6 }),
    ...conv("groups with a stride and a remainder", [4, 6, 6], [6, 2, 3, 3], { group: 2, strides: [2, 2] }),
    ...conv("depthwise", [4, 5, 5], [4, 1, 3, 3], { group: 4, pads: [1, 1, 1, 1] }),
    ...conv("depthwise with a stride", [4, 6, 5], [4, 1, 3, 3], { group: 4, strides: [2, 2], pads: [1, 1, 1, 1] }),
    ...conv("depthwise, dilated", [3, 6, 6], [3, 1, 3, 3], { group: 3, dilations: [2, 2], pads: [2, 2, 2, 2] }),
    ...conv("depthwise with a multiplier", [3, 4, 4], [6, 1, 3, 3], { group: 3 }),
    ...conv("one axis", [2, 9], [3, 2, 3], { strides: [2], pads: [1, 0] }),
    ...conv("one axis, stride 1", [2, 6], [3, 2, 3], { pads: [1, 1] }),
    ...conv("three axes", [2, 4, 3, 4], [2, 2, 3, 2, 3], { pads: [1, 1, 1, 1, 0, 1] }),
    ...conv("three axes with a stride", [1, 4, 5, 4], [2, 1, 2, 3, 2], {
      strides: [2, 2, 1],
      pads: [0, 1, 0, 1, 0, 1],
    }),
    ...conv("SAME_UPPER", [2, 6, 5], w, { auto_pad: "SAME_UPPER", strides: [2, 2] }, { asWritten }),
    ...conv("SAME_LOWER", [2, 6, 5], w, { auto_pad: "SAME_LOWER", strides: [2, 2] }, { asWritten }),
    ...conv("SAME_UPPER, stride 3", [2, 7, 8], w, { auto_pad: "SAME_UPPER", strides: [3, 3] }, { asWritten }),
    ...conv("SAME_LOWER, even kernel", [2, 5, 5], [3, 2, 2, 4], { auto_pad: "SAME_LOWER" }, { asWritten }),
    ...conv(
      "SAME_UPPER, stride beyond the kernel",
      [2, 7, 7],
      [3, 2, 1, 1],
      { auto_pad: "SAME_UPPER", strides: [2, 2] },
      { asWritten },
    ),
    ...conv("VALID", [2, 6, 5], w, { auto_pad: "VALID", strides: [2, 1] }, { asWritten }),
  },
  ConvTranspose: {
    ...transposed("plain", [3, 4, 4], w, {}, { bias: 2 }),
    ...transposed("stride", [3, 3, 3], w, { strides: [2, 2] }),
    ...transposed("stride and pads", [3, 4, 3], w, { strides: [2, 3], pads: [1, 0, 0, 1] }),
    ...transposed("output padding", [3, 3, 4], w, { strides: [2, 3], pads: [1, 1, 1, 1], output_padding: [1, 2] }),
    ...transposed("stride larger than the kernel", [3, 3, 3], [3, 2, 2, 2], { strides: [3, 3] }),
    ...transposed("dilated", [3, 4, 4], w, { dilations: [2, 2], pads: [1, 1, 1, 1] }),
    ...transposed("groups", [4, 3, 3], [4, 3, 3, 3], { group: 2, strides: [2, 2] }, { bias: 6 }),
    ...transposed("depthwise", [3, 3, 3], [3, 1, 4, 4], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }),
    ...transposed("groups with output padding", [4, 3, 3], [4, 1, 3, 3], {
      group: 2,
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      output_padding: [1, 1],
    }),
    ...transposed("one axis", [3, 5], [3, 2, 4], { strides: [2], pads: [1, 1] }),
    ...transposed("three axes", [2, 2, 3, 2], [2, 2, 2, 2, 3], { strides: [2, 1, 2] }),
    ...transposed("SAME_UPPER", [3, 4, 3], w, { auto_pad: "SAME_UPPER", strides: [2, 2] }, { asWritten }),
    ...transposed("SAME_LOWER", [3, 4, 3], w, { auto_pad: "SAME_LOWER", strides: [2, 2] }, { asWritten }),
    ...transposed("VALID", [3, 4, 3], w, { auto_pad: "VALID", strides: [2, 2] }, { asWritten }),
    ...transposed("output shape", [3, 4, 3], w, { output_shape: [8, 6], strides: [2, 2] }, { asWritten }),
    ...transposed("larger output shape", [3, 3, 3], w, { output_shape: [8, 8], strides: [2, 2] }, { asWritten }),
  },
};
