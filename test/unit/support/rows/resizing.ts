import type { Attributes } from "../../../../src/engine/ops/op.ts";
import { float32, type Shape } from "../../../../src/shared/tensor.ts";
import { constant, type Rows, type Variant } from "../rows.ts";
import { written } from "../written.ts";

const transformations = [
  "tf_half_pixel_for_nn",
  "half_pixel",
  "half_pixel_symmetric",
  "pytorch_half_pixel",
  "align_corners",
  "asymmetric",
] as const;
const roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

const resize = (x: Shape, attributes: Attributes): Variant => ({
  by: [x],
  build: (g, v) => g.one("Resize", [v], attributes),
});

// Up by a whole number, up by a part, down, one axis up and the other down; down to one row.
const sizes: readonly (readonly [Shape, Attributes])[] = [
  [[1, 2, 3, 3], { scales: [1, 1, 2, 3] }],
  [[1, 1, 4, 3], { scales: [1, 1, 1.6, 2.5] }],
  [[1, 1, 6, 5], { scales: [1, 1, 0.6, 0.3] }],
  [[1, 1, 6, 4], { sizes: [1, 1, 4, 7] }],
  [[2, 1, 5, 2], { sizes: [2, 1, 1, 5] }],
];
const all = (mode: string, more: Attributes = {}): Record<string, Variant> =>
  Object.fromEntries(
    transformations.flatMap((coordinate_transformation_mode) =>
      sizes.map(([x, size]): [string, Variant] => [
        [
          [mode, ...Object.entries(more).map((pair) => pair.join(" ")), coordinate_transformation_mode].join(", "),
          `${x.join(" × ")} by ${Object.entries(size).join(" ")}`,
        ].join(": "),
        resize(x, { mode, coordinate_transformation_mode, ...size, ...more }),
      ]),
    ),
  );

export const resizing: Rows = {
  Resize: {
    ...Object.assign({}, ...roundings.map((nearest_mode) => all("nearest", { nearest_mode }))),
    ...all("linear"),
    ...all("cubic"),
    ...all("cubic", { exclude_outside: 1 }),
    ...all("cubic", { cubic_coeff_a: -0.5 }),
    ...all("linear", { antialias: 1 }),
    ...all("cubic", { antialias: 1 }),
    "on the border between two pixels": resize([1, 1, 7, 7], {
      nearest_mode: "round_prefer_ceil",
      coordinate_transformation_mode: "asymmetric",
      sizes: [1, 1, 8, 16],
    }),
    "a scale that changes nothing": resize([1, 1, 2, 2], { mode: "linear", scales: [1, 1, 1.25, 1.25] }),
    "a scale that changes one axis only": resize([1, 1, 2, 3], { mode: "linear", scales: [1, 1, 1.25, 1.5] }),
    "named axes, scales": {
      by: [[2, 1, 3, 4]],
      build: (g, x) => g.one("Resize", [x], { scales: [1.5, 2], axes: [3, -2], mode: "linear" }),
      written: (g, x) =>
        written(
          g,
          "Resize",
          [x, undefined, g.constant(float32([4], [1, 1, 2, 1.5]))],
          { mode: "linear" },
          { dtype: "float32", shape: [2, 1, 6, 6] },
        ),
    },
    "named axes, sizes": {
      by: [[2, 1, 3, 4]],
      build: (g, x) => g.one("Resize", [x], { sizes: [5, 2], axes: [-1, 2], mode: "linear" }),
      written: (g, x) =>
        written(
          g,
          "Resize",
          [x, undefined, undefined, g.indices([5, 2])],
          { axes: [3, 2], mode: "linear" },
          {
            dtype: "float32",
            shape: [2, 1, 2, 5],
          },
        ),
    },
    "one axis, linear": resize([1, 2, 4], { mode: "linear", scales: [1, 1, 2.5] }),
    "two axes only, linear": resize([3, 4], { mode: "linear", sizes: [5, 3] }),
    "same size": resize([1, 2, 3, 3], { mode: "linear", sizes: [1, 2, 3, 3] }),
    "three axes, nearest": resize([1, 1, 2, 3, 2], { scales: [1, 1, 2, 1, 1.5] }),
    "three axes, linear": resize([1, 1, 2, 3, 2], { mode: "linear", scales: [1, 1, 2, 2, 1.5] }),
    "then weighted": {
      by: [[1, 1, 2, 2]],
      build: (g, x) => g.mul(g.one("Resize", [x], { mode: "linear", scales: [1, 1, 2, 2] }), constant(g, [4, 4])),
    },
  },
};
