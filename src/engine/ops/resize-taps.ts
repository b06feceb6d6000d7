import { greatestCommonDivisor, taps, type Taps } from "./reach.ts";

/** What says how an axis is resized, in ONNX's words. */
export interface Resizing {
  readonly mode: string;
  readonly coordinate_transformation_mode: string;
  readonly nearest_mode: string;
  readonly antialias: number;
  readonly exclude_outside: number;
}

/** Beneath this share a neighbour's weight is zero but for rounding. */
const negligible = 1e-5;

/** The places that each place of an axis resized from `n` to `to` is mixed from; `scale` where sizes are not given. */
export function resizeTaps(n: number, to: number, scale: number | undefined, how: Resizing): Taps {
  const ratio = scale ?? to / n;
  if (to === n && ratio === 1) return taps([[0]], n);
  // The runtime computes in float32, and what is nearest depends on it.
  const source = (o: number) =>
    Math.fround(coordinate(o, n, to, Math.fround(ratio), how.coordinate_transformation_mode));
  const places = (o: number) => (how.mode === "nearest" ? [nearest(source(o), how.nearest_mode)] : around(source(o)));
  const { period, shift } = repetition(n, to, ratio, how.coordinate_transformation_mode);
  return taps(
    Array.from({ length: period }, (_, o) => places(o)),
    n,
    { shift, beyond: how.exclude_outside ? "nothing" : "edge" },
  );

  function around(x: number): number[] {
    const narrowed = how.antialias ? Math.min(1, ratio) : 1;
    const support = (how.mode === "cubic" ? 2 : 1) / narrowed;
    const first = Math.floor(x - support + negligible) + 1;
    const last = Math.ceil(x + support - negligible) - 1;
    const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    // The cubic kernel is zero at whole distances but none.
    return how.mode === "cubic" ? all.filter((place) => !isZeroOfCubic(Math.abs(place - x) * narrowed)) : all;
  }
}

const isZeroOfCubic = (distance: number) => Math.abs(distance - 1) < negligible;

function coordinate(o: number, n: number, to: number, scale: number, mode: string): number {
  switch (mode) {
    case "asymmetric":
      return o / scale;
    case "align_corners":
      return to === 1 ? 0 : (o * (n - 1)) / (to - 1);
    case "tf_half_pixel_for_nn":
      return (o + 0.5) / scale;
    case "pytorch_half_pixel":
      return to === 1 ? 0 : (o + 0.5) / scale - 0.5;
    case "half_pixel_symmetric":
      return (n / 2) * (1 - to / (scale * n)) + (o + 0.5) / scale - 0.5;
    default:
      return (o + 0.5) / scale - 0.5;
  }
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

/** After how many places the pattern repeats, and how far on it then is; a scale that is no such ratio never repeats. */
function repetition(n: number, to: number, scale: number, mode: string): { period: number; shift: number } {
  const [steps, span] = mode === "align_corners" ? [to - 1, n - 1] : [to, n];
  if (mode !== "align_corners" && Math.abs(scale * n - to) > 1e-4) return { period: to, shift: to / scale };
  if (steps < 1 || span < 1) return { period: to, shift: n };
  const common = greatestCommonDivisor(steps, span);
  return { period: steps / common, shift: span / common };
}
