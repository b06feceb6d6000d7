import type { Attributes } from "./op.ts";
import { axisOf, inputFloat, inputInts, need, op, text } from "./op.ts";
import { transposeAlong, type Taps } from "./linear.ts";

export default op({
  kind: "shape",
  attributes: { mode: text("constant"), pads: inputInts(1), value: inputFloat(2, 0) },
  normalize(inputs, { axes, ...given }): Attributes {
    const rank = need(inputs, 0).shape.length;
    const named = axes as readonly number[] | undefined;
    if (!named?.length) return given;
    const short = given.pads as readonly number[];
    const pads = Array<number>(2 * rank).fill(0);
    named.forEach((axis, i) => {
      pads[axisOf(axis, rank)] = short[i]!;
      pads[rank + axisOf(axis, rank)] = short[named.length + i]!;
    });
    return { ...given, pads };
  },
  infer(inputs, { pads }) {
    const { dtype, shape } = need(inputs, 0);
    return [{ dtype, shape: shape.map((n, i) => n + pads[i]! + pads[shape.length + i]!) }];
  },
  gradient({ inputs: [x], attributes: { mode, pads }, dy, g }) {
    const rank = x.shape.length;
    if (mode === "constant") return [g.one("Pad", [dy], { pads: pads.map((p) => -p) })];
    const padded = [...Array(rank).keys()].filter((i) => pads[i] !== 0 || pads[rank + i] !== 0);
    return [
      padded.reduce(
        (d, axis) =>
          transposeAlong(g, d, axis, x.shape[axis]!, mirrored(mode, x.shape[axis]!, pads[axis]!, d.shape[axis]!)),
        dy,
      ),
    ];
  },
});

/** Which element each place of a padded axis repeats. */
const mirrored = (mode: string, n: number, before: number, out: number): Taps =>
  Array.from({ length: out }, (_, o) => {
    const i = o - before;
    if (mode === "edge") return [[Math.min(Math.max(i, 0), n - 1), 1]] as const;
    if (mode === "wrap") return [[((i % n) + n) % n, 1]] as const;
    const period = Math.max(1, 2 * (n - 1));
    const folded = ((i % period) + period) % period;
    return [[folded < n ? folded : period - folded, 1]] as const;
  });
