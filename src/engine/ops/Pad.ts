import type { Value } from "../graph/graph.ts";
import { transposeAlong } from "./linear.ts";
import { axisOf, inputFloat, inputInts, need, op, text, type Attributes } from "./op.ts";
import { taps, type Beyond } from "./reach.ts";

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
  infer(inputs, { mode, pads }) {
    const { dtype, shape } = need(inputs, 0);
    // The edge itself is not repeated, and nothing is mirrored twice.
    shape.forEach((n, i) => {
      const most = Math.max(pads[i]!, pads[shape.length + i]!);
      if (mode === "reflect" && most > Math.max(0, n - 1))
        throw new RangeError(`${most} cannot be mirrored beyond the edge of axis ${i} of [${shape.join(", ")}]`);
    });
    return [{ dtype, shape: shape.map((n, i) => n + pads[i]! + pads[shape.length + i]!) }];
  },
  gradient({ inputs: [x], attributes: { mode, pads }, dy, g }) {
    const rank = x.shape.length;
    if (mode === "constant") return [g.one("Pad", [dy], { pads: pads.map((p) => -p) })];
    const padded = [...Array(rank).keys()].filter((i) => pads[i] !== 0 || pads[rank + i] !== 0);
    const along = (d: Value, axis: number) =>
      transposeAlong(g, d, axis, x.shape[axis]!, (identity) =>
        g.one("Pad", [identity], { mode, pads: [0, pads[axis]!, 0, pads[rank + axis]!] }),
      );
    return [padded.reduce(along, dy)];
  },
  reach: ({ inputs: [x], attributes: { mode, pads } }) =>
    x.shape.map((n, to) => ({ to, taps: () => taps([[-pads[to]!]], n, { beyond: beyondOf(mode) }) })),
});

const beyondOf = (mode: string): Beyond =>
  mode === "edge" || mode === "reflect" || mode === "wrap" ? mode : "nothing";
