import type { Attributes } from "../../../../src/engine/ops/op.ts";
import type { Shape } from "../../../../src/shared/tensor.ts";
import { batches, constant, type Rows, type Variant } from "../rows.ts";
import { written } from "../written.ts";

const pool = (op: string, at: NonNullable<Variant["at"]>) => (name: string, x: Shape, attributes: Attributes) =>
  batches(name, {
    by: [x],
    at,
    build: (g, v) => g.one(op, [v], attributes),
    ...("auto_pad" in attributes && {
      written: (g, v) => written(g, op, [v], attributes, g.one(op, [v], attributes), 21),
    }),
  });
type Pool = ReturnType<typeof pool>;

const [two, three] = [{ kernel_shape: [2, 2] }, { kernel_shape: [3, 3] }];
const padded = { pads: [1, 1, 1, 1] };
const byTwo = { strides: [2, 2] };

/** What all pools have in common. */
const windows = (pool: Pool) => ({
  ...pool("windows side by side", [2, 4, 6], { ...two, ...byTwo }),
  ...pool("overlapping", [2, 5, 5], three),
  ...pool("overlapping with a stride and a remainder", [1, 6, 8], { ...three, ...byTwo }),
  ...pool("padded", [1, 6, 5], { ...three, ...byTwo, ...padded }),
  ...pool("uneven pads", [1, 5, 6], { ...three, strides: [2, 1], pads: [0, 1, 2, 0] }),
  ...pool("oblong, stride beyond the kernel", [1, 7, 8], { kernel_shape: [1, 2], strides: [2, 3] }),
  ...pool("ceil", [1, 6, 8], { ...three, ...byTwo, ceil_mode: 1 }),
  ...pool("ceil with padding", [1, 6, 5], { ...three, ...byTwo, ...padded, ceil_mode: 1 }),
  ...pool("ceil where the last window would start in the padding", [1, 5, 5], {
    ...two,
    ...byTwo,
    ...padded,
    ceil_mode: 1,
  }),
  ...pool("ceil with uneven pads and stride 3", [1, 6, 7], {
    ...three,
    strides: [3, 3],
    pads: [1, 0, 0, 1],
    ceil_mode: 1,
  }),
  ...pool("dilated", [1, 6, 7], { ...two, dilations: [2, 3] }),
  ...pool("dilated, padded, with a stride", [1, 7, 7], { ...three, dilations: [2, 2], ...byTwo, ...padded }),
  ...pool("dilated, ceil", [1, 8, 6], { ...two, dilations: [2, 2], ...byTwo, ceil_mode: 1 }),
  ...pool("one axis", [2, 7], { kernel_shape: [3], strides: [2], pads: [1, 0] }),
  ...pool("three axes", [1, 4, 3, 4], { kernel_shape: [2, 3, 2], strides: [2, 1, 1], pads: [0, 1, 0, 0, 1, 1] }),
  ...pool("SAME_UPPER", [1, 6, 5], { ...three, ...byTwo, auto_pad: "SAME_UPPER" }),
  ...pool("SAME_LOWER", [1, 6, 5], { ...three, ...byTwo, auto_pad: "SAME_LOWER" }),
  ...pool("VALID", [1, 6, 5], { ...three, ...byTwo, auto_pad: "VALID" }),
});

/** Whatever reads the pooled maps has to agree with ONNX Runtime on how large they are. */
const weighted = (op: string, at: NonNullable<Variant["at"]>, attributes: Attributes): Variant => ({
  by: [[1, 2, 5, 6]],
  at,
  build: (g, x) => {
    const y = g.one(op, [x], { ceil_mode: 1, ...attributes });
    return g.mul(y, constant(g, y.shape));
  },
});
const thenWeighted = (op: string, at: NonNullable<Variant["at"]>) => ({
  "ceil, then weighted": weighted(op, at, { ...three, ...byTwo }),
  "some windows left out, then weighted": weighted(op, at, { ...two, ...byTwo, ...padded }),
  "some windows left out, others not, then weighted": weighted(op, at, { ...two, strides: [2, 5], pads: [1, 0, 1, 0] }),
});

const average = pool("AveragePool", "random");
const counting: Pool = (name, x, attributes) =>
  average(`${name}, padding counts`, x, { ...attributes, count_include_pad: 1 });

export const pooling: Rows = {
  MaxPool: { ...windows(pool("MaxPool", "spaced")), ...thenWeighted("MaxPool", "spaced") },
  AveragePool: {
    ...windows(average),
    ...windows(counting),
    ...thenWeighted("AveragePool", "random"),
    "some windows left out, padding counts, then weighted": weighted("AveragePool", "random", {
      ...two,
      ...byTwo,
      ...padded,
      count_include_pad: 1,
    }),
  },
  LpPool: {
    ...windows(pool("LpPool", "positive")),
    ...thenWeighted("LpPool", "positive"),
    ...pool("LpPool", "spaced")("signed", [1, 4, 4], two),
    ...pool("LpPool", "spaced")("p of 1", [1, 4, 4], { ...two, p: 1 }),
    ...pool("LpPool", "positive")("p of 3", [1, 5, 5], { ...three, ...byTwo, ...padded, p: 3 }),
  },
  GlobalAveragePool: {
    ...batches("image", { by: [[3, 3, 4]], build: (g, x) => g.one("GlobalAveragePool", [x]) }),
    ...batches("one axis", { by: [[3, 4]], build: (g, x) => g.one("GlobalAveragePool", [x]) }),
    ...batches("three axes", { by: [[2, 2, 3, 2]], build: (g, x) => g.one("GlobalAveragePool", [x]) }),
  },
  GlobalMaxPool: {
    ...batches("image", { by: [[3, 3, 4]], at: "spaced", build: (g, x) => g.one("GlobalMaxPool", [x]) }),
    ...batches("one axis", { by: [[3, 4]], at: "spaced", build: (g, x) => g.one("GlobalMaxPool", [x]) }),
  },
};
