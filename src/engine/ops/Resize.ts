import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { transposeAlong } from "./linear.ts";
import { axisOf, float, inputFloats, int, need, op, optionalInts, text, type Attributes } from "./op.ts";
import { mixing } from "./reach.ts";
import { resizeTaps } from "./resize-taps.ts";

export default op({
  kind: "shape",
  attributes: {
    mode: text("nearest"),
    coordinate_transformation_mode: text("half_pixel"),
    nearest_mode: text("round_prefer_floor"),
    cubic_coeff_a: float(-0.75),
    exclude_outside: int(0),
    extrapolation_value: float(0),
    antialias: int(0),
    scales: inputFloats(2),
    sizes: optionalInts(3),
  },
  // Scales and sizes of named axes are completed to those of all.
  normalize(inputs, { axes, ...given }): Attributes {
    const { shape } = need(inputs, 0);
    const named = (axes as readonly number[] | undefined)?.map((axis) => axisOf(axis, shape.length));
    if (!named?.length) return given;
    const complete = (name: string, otherwise: readonly number[]) => {
      const values = given[name] as readonly number[] | undefined;
      return values?.length ? otherwise.map((n, i) => values[named.indexOf(i)] ?? n) : [];
    };
    return {
      ...given,
      scales: complete(
        "scales",
        shape.map(() => 1),
      ),
      sizes: complete("sizes", shape),
    };
  },
  infer(inputs, { scales, sizes }) {
    const { dtype, shape } = need(inputs, 0);
    // In the runtime's precision: 0.7 of 10 is 7.
    const scaled = (n: number, i: number) => Math.floor(Math.fround(n * Math.fround(scales[i]!)));
    return [{ dtype, shape: sizes.length ? sizes : shape.map(scaled) }];
  },
  // Separable and linear: its gradient is the transpose, axis by axis.
  gradient({ inputs: [x], attributes: { scales, sizes, ...how }, dy, g }) {
    if (how.coordinate_transformation_mode === "tf_crop_and_resize")
      throw new TypeError("cropping and resizing in one has no gradient rule");
    // What keeps its whole shape is copied, whatever the scales say.
    if (x.shape.every((n, i) => n === dy.shape[i])) return [dy];
    const resized = x.shape.flatMap((n, i) => (n === dy.shape[i] && (scales[i] ?? 1) === 1 ? [] : [i]));
    const along = (d: Value, axis: number) =>
      transposeAlong(g, d, axis, x.shape[axis]!, (identity) =>
        resizedRows(g, identity, sizes.length ? sizes[axis]! : undefined, scales[axis], how),
      );
    return [resized.reduce(along, dy)];
  },
  reach: ({ inputs: [x], outputs: [y], attributes }) =>
    attributes.coordinate_transformation_mode === "tf_crop_and_resize"
      ? mixing(x.shape, [...x.shape.keys()])
      : x.shape.map((n, to) => ({ to, taps: () => resizeTaps(n, y.shape[to]!, attributes.scales[to], attributes) })),
});

/** The rows of [n, n] resized, as the only row of an image each; a second row keeps the runtime from copying. */
function resizedRows(
  g: Builder,
  rows: Value,
  to: number | undefined,
  scale: number | undefined,
  how: Attributes,
): Value {
  const n = rows.shape[0]!;
  const size = to === undefined ? { scales: [1, 1, 2, scale!] } : { sizes: [1, n, 2, to] };
  const images = g.one("Resize", [g.reshape(rows, [1, n, 1, n])], { ...how, ...size });
  const first = g.one("Slice", [images], { starts: [0], ends: [1], axes: [2], steps: [1] });
  return g.reshape(first, [n, images.shape[3]!]);
}
