import { axisOf, int, need, op } from "./op.ts";
import { taps } from "./reach.ts";

export default op({
  kind: "shape",
  attributes: { axis: int(1) },
  normalize: (inputs, given) => ({
    ...given,
    axis: axisOf((given.axis as number | undefined) ?? 1, need(inputs, 0).shape.length),
  }),
  infer(inputs, { axis }) {
    const { dtype, shape } = need(inputs, 0);
    const total = inputs.reduce((sum, _, i) => {
      const other = need(inputs, i).shape;
      if (other.length !== shape.length || other.some((n, k) => k !== axis && n !== shape[k]))
        throw new RangeError(`[${shape.join(", ")}] and [${other.join(", ")}] cannot be joined along axis ${axis}`);
      return sum + other[axis]!;
    }, 0);
    return [{ dtype, shape: shape.map((n, i) => (i === axis ? total : n)) }];
  },
  gradient({ inputs, attributes: { axis }, dy, g }) {
    return g.op("Split", [dy], { axis, split: inputs.map((input) => input.shape[axis]!) });
  },
  reach({ inputs, outputs: [y], attributes: { axis }, input }) {
    const before = inputs.slice(0, input).reduce((sum, { shape }) => sum + shape[axis]!, 0);
    const count = inputs[input]!.shape[axis]!;
    const own = (o: number) => (o >= before && o < before + count ? [o - before] : []);
    const piece = (total: number) =>
      taps(
        Array.from({ length: total }, (_, o) => own(o)),
        count,
        { shift: count },
      );
    return y.shape.map((n, to) => (to === axis ? { to, taps: () => piece(n) } : { to }));
  },
});
