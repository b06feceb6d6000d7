import { inputFloats, float, int, need, op, optionalInts, text, type AttributesOf } from "./op.ts";
import { transposeAlong, type Taps } from "./linear.ts";

const attributes = {
  mode: text("nearest"),
  coordinate_transformation_mode: text("half_pixel"),
  nearest_mode: text("round_prefer_floor"),
  cubic_coeff_a: float(-0.75),
  exclude_outside: int(0),
  extrapolation_value: float(0),
  antialias: int(0),
  scales: inputFloats(2),
  sizes: optionalInts(3),
};

export default op({
  kind: "shape",
  attributes,
  infer(inputs, { scales, sizes }) {
    const { dtype, shape } = need(inputs, 0);
    return [{ dtype, shape: sizes.length ? sizes : shape.map((n, i) => Math.floor(n * scales[i]!)) }];
  },
  // Separable and linear: its gradient is the transpose, axis by axis.
  gradient({ inputs: [x], attributes, dy, g }) {
    if (attributes.antialias || attributes.coordinate_transformation_mode === "tf_crop_and_resize")
      throw new TypeError("Resize with antialias or tf_crop_and_resize has no gradient rule");
    const resized = x.shape.flatMap((n, i) => (n === dy.shape[i] && (attributes.scales[i] ?? 1) === 1 ? [] : [i]));
    return [
      resized.reduce(
        (d, axis) =>
          transposeAlong(
            g,
            d,
            axis,
            x.shape[axis]!,
            taps(x.shape[axis]!, dy.shape[axis]!, attributes.scales[axis], attributes),
          ),
        dy,
      ),
    ];
  },
});

/** What each of `out` places is interpolated from, as ONNX's Resize-19 defines it. */
function taps(n: number, out: number, given: number | undefined, a: AttributesOf<typeof attributes>): Taps {
  const scale = given ?? out / n;
  const source = (o: number) => {
    switch (a.coordinate_transformation_mode) {
      case "asymmetric":
        return o / scale;
      case "align_corners":
        return out === 1 ? 0 : (o * (n - 1)) / (out - 1);
      case "pytorch_half_pixel":
        return out === 1 ? 0 : (o + 0.5) / scale - 0.5;
      case "half_pixel_symmetric": {
        const adjustment = out / (n * scale);
        return (n / 2) * (1 - adjustment) + (o + 0.5) / scale - 0.5;
      }
      default:
        return (o + 0.5) / scale - 0.5;
    }
  };
  const inside = (i: number) => Math.min(Math.max(i, 0), n - 1);
  return Array.from({ length: out }, (_, o) => {
    const x = source(o);
    if (a.mode === "nearest") return [[inside(nearest(x, a.nearest_mode)), 1]] as const;
    if (a.mode === "linear") {
      const [low, part] = [Math.floor(x), x - Math.floor(x)];
      return [
        [inside(low), 1 - part],
        [inside(low + 1), part],
      ] as const;
    }
    const low = Math.floor(x);
    const weights = [-1, 0, 1, 2].map((k) => [low + k, cubic(x - low - k, a.cubic_coeff_a)] as const);
    const used = a.exclude_outside ? weights.filter(([i]) => i >= 0 && i < n) : weights;
    const total = used.reduce((sum, [, w]) => sum + w, 0);
    return used.map(([i, w]) => [inside(i), a.exclude_outside ? w / total : w] as const);
  });
}

function nearest(x: number, mode: string): number {
  switch (mode) {
    case "floor":
      return Math.floor(x);
    case "ceil":
      return Math.ceil(x);
    case "round_prefer_ceil":
      return Math.floor(x + 0.5);
    default:
      return Math.ceil(x - 0.5);
  }
}

/** Keys' cubic convolution kernel (1981). */
function cubic(distance: number, a: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  if (d < 2) return a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a;
  return 0;
}
