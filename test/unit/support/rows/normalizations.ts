import type { Builder } from "../../../../src/engine/graph/builder.ts";
import { float32 } from "../../../../src/shared/tensor.ts";
import { batches, constant, type Rows, type Variant } from "../rows.ts";
import { positive } from "../random.ts";

const above = (g: Builder, channels: number) => g.constant(float32([channels], positive(9, channels)));
const statistics = (g: Builder, channels: number) => [
  constant(g, [channels], 3),
  constant(g, [channels], 4),
  constant(g, [channels], 5),
  above(g, channels),
];
const lrn = (name: string, channels: number, size: number, attributes = {}) =>
  batches(name, {
    by: [[channels, 2, 2]],
    at: "positive",
    build: (g, x) => g.one("LRN", [x], { size, alpha: 0.5, ...attributes }),
  });
const layerNormalization = (axis: number, scale: readonly number[], bias: boolean): Variant => ({
  by: [[2, 3, 4]],
  build: (g, x) =>
    g.one("LayerNormalization", [x, constant(g, scale, 3), ...(bias ? [constant(g, scale, 4)] : [])], {
      axis,
      epsilon: 0.01,
    }),
});
const groups = (num_groups: number) =>
  batches(`${num_groups} groups`, {
    by: [[6, 2, 2]],
    build: (g, x) =>
      g.one("GroupNormalization", [x, constant(g, [6], 3), constant(g, [6], 4)], { num_groups, epsilon: 0.01 }),
  });

export const normalizations: Rows = {
  BatchNormalization: {
    ...batches("image", { by: [[3, 2, 3]], build: (g, x) => g.one("BatchNormalization", [x, ...statistics(g, 3)]) }),
    ...batches("vector", { by: [[4]], build: (g, x) => g.one("BatchNormalization", [x, ...statistics(g, 4)]) }),
    ...batches("another epsilon", {
      by: [[3, 4]],
      build: (g, x) => g.one("BatchNormalization", [x, ...statistics(g, 3)], { epsilon: 0.5 }),
    }),
  },
  InstanceNormalization: {
    ...batches("image", {
      by: [[3, 2, 3]],
      build: (g, x) => g.one("InstanceNormalization", [x, constant(g, [3], 3), constant(g, [3], 4)], { epsilon: 0.01 }),
    }),
    ...batches("one axis", {
      by: [[2, 5]],
      build: (g, x) => g.one("InstanceNormalization", [x, constant(g, [2], 3), constant(g, [2], 4)]),
    }),
  },
  GroupNormalization: { ...groups(1), ...groups(2), ...groups(6) },
  LayerNormalization: {
    "last axis": layerNormalization(-1, [4], true),
    "last axis, no bias": layerNormalization(-1, [4], false),
    "last two axes": layerNormalization(1, [3, 4], true),
    "all axes": layerNormalization(0, [2, 3, 4], true),
    "scale that broadcasts": layerNormalization(1, [4], true),
  },
  LpNormalization: Object.fromEntries(
    [1, 2].flatMap((p) =>
      [0, 1, -1].map((axis): [string, Variant] => [
        `p ${p}, axis ${axis}`,
        { by: [[2, 3, 4]], at: "spaced", build: (g, x) => g.one("LpNormalization", [x], { p, axis }) },
      ]),
    ),
  ),
  // ONNX Runtime refuses even sizes.
  LRN: {
    ...lrn("odd size", 6, 3),
    ...lrn("larger than the channels", 3, 7),
    ...lrn("size 1", 3, 1),
    ...lrn("other constants", 5, 5, { alpha: 0.25, beta: 1.5, bias: 2 }),
    ...lrn("AlexNet's", 7, 5, { alpha: 1e-4, beta: 0.75, bias: 1 }),
  },
};
