import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { axisOf, inputInts, need, op, type Attributes } from "./op.ts";
import { taps } from "./reach.ts";

export default op({
  kind: "shape",
  attributes: { starts: inputInts(1), ends: inputInts(2), axes: inputInts(3), steps: inputInts(4) },
  // Starts are made to lie inside the tensor and ends to be where the last step stops, so that nothing is left to clamp.
  normalize(inputs, given): Attributes {
    const { shape } = need(inputs, 0);
    const starts = given.starts as readonly number[];
    const list = (name: string, otherwise: (i: number) => number) => {
      const values = given[name] as readonly number[] | undefined;
      return starts.map((_, i) => (values?.length ? values[i]! : otherwise(i)));
    };
    const axes = list("axes", (i) => i).map((axis) => axisOf(axis, shape.length));
    const steps = list("steps", () => 1);
    const ends = list("ends", () => 0);
    const clamp = (v: number, low: number, high: number) => Math.min(Math.max(v, low), high);
    const from = starts.map((s, i) => {
      const n = shape[axes[i]!]!;
      return steps[i]! > 0 ? clamp(s < 0 ? s + n : s, 0, n) : clamp(s < 0 ? s + n : s, 0, n - 1);
    });
    const to = ends.map((e, i) => {
      const n = shape[axes[i]!]!;
      const end = e < 0 ? e + n : e;
      return steps[i]! > 0 ? clamp(end, 0, n) : Math.max(end, -1) === -1 ? -n - 1 : clamp(end, 0, n - 1);
    });
    return { starts: from, ends: to, axes, steps };
  },
  infer(inputs, attributes) {
    const { dtype, shape } = need(inputs, 0);
    const result = [...shape];
    attributes.axes.forEach((axis, i) => (result[axis] = taken(shape[axis]!, i, attributes).length));
    return [{ dtype, shape: result }];
  },
  // What was left out gets zeros: around the slice where it has no gaps, turned back first; else by scattering.
  gradient({ inputs: [x], attributes, dy, g }) {
    const rank = x.shape.length;
    if (attributes.steps.every((step) => Math.abs(step) === 1)) {
      const pads = Array<number>(2 * rank).fill(0);
      attributes.axes.forEach((axis, i) => {
        const start = attributes.starts[i]!;
        const first = attributes.steps[i] === 1 ? start : start + 1 - dy.shape[axis]!;
        pads[axis] = first;
        pads[rank + axis] = x.shape[axis]! - first - dy.shape[axis]!;
      });
      const turned = attributes.axes.filter((_, i) => attributes.steps[i] === -1);
      return [g.one("Pad", [reversed(g, dy, turned)], { pads })];
    }
    // One axis after the other, from the last back to the first.
    const steps = attributes.axes.map((axis, i) => ({ axis, places: taken(x.shape[axis]!, i, attributes) }));
    return [
      steps.reduceRight((d, { axis, places }) => {
        const index = g.indices(
          places,
          d.shape.map((_, i) => (i === axis ? places.length : 1)),
        );
        const target = g.zeros(d.shape.map((n, i) => (i === axis ? x.shape[axis]! : n)));
        return g.one("ScatterElements", [target, g.expand(index, d.shape), d], { axis });
      }, dy),
    ];
  },
  reach({ inputs: [x], attributes: { starts, steps, axes } }) {
    return x.shape.map((n, to) => {
      const i = axes.indexOf(to);
      return i < 0 ? { to } : { to, taps: () => taps([[starts[i]!]], n, { shift: steps[i]! }) };
    });
  },
});

/** The places along an axis of `n` that the i-th of the sliced axes takes. */
function taken(
  n: number,
  i: number,
  { starts, ends, steps }: { starts: readonly number[]; ends: readonly number[]; steps: readonly number[] },
) {
  const [start, step] = [starts[i]!, steps[i]!];
  const end = step < 0 && ends[i]! < 0 ? -1 : ends[i]!;
  const count = Math.max(0, Math.ceil((end - start) / step));
  return Array.from({ length: Math.min(count, n) }, (_, k) => start + k * step);
}

const reversed = (g: Builder, x: Value, axes: readonly number[]): Value =>
  axes.length === 0
    ? x
    : g.one("Slice", [x], {
        starts: axes.map((axis) => x.shape[axis]! - 1),
        ends: axes.map((axis) => -x.shape[axis]! - 1),
        axes,
        steps: axes.map(() => -1),
      });
