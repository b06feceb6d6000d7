import { axisOf, inputInts, int, need, op } from "./op.ts";
import { taps } from "./reach.ts";

export default op({
  kind: "shape",
  attributes: { axis: int(0), split: inputInts(1) },
  normalize(inputs, given) {
    const { shape } = need(inputs, 0);
    const axis = axisOf((given.axis as number | undefined) ?? 0, shape.length);
    const split = given.split as readonly number[] | undefined;
    if (split?.length) return { ...given, axis };
    const parts = given.num_outputs as number;
    const chunk = Math.ceil(shape[axis]! / parts);
    return {
      ...given,
      axis,
      split: Array.from({ length: parts }, (_, i) => Math.min(chunk, shape[axis]! - i * chunk)),
    };
  },
  infer(inputs, { axis, split }) {
    const { dtype, shape } = need(inputs, 0);
    if (split.reduce((a, b) => a + b, 0) !== shape[axis])
      throw new RangeError(`parts of ${split.join(", ")} do not make up axis ${axis} of [${shape.join(", ")}]`);
    return split.map((n) => ({ dtype, shape: shape.map((m, i) => (i === axis ? n : m)) }));
  },
  gradient({ outputs, attributes: { axis }, dys, g }) {
    return [
      g.concat(
        outputs.map((output, i) => dys[i] ?? g.zeros(output.shape)),
        axis,
      ),
    ];
  },
  reach({ inputs: [x], attributes: { axis, split }, output }) {
    const before = split.slice(0, output).reduce((sum, n) => sum + n, 0);
    return x.shape.map((n, to) => (to === axis ? { to, taps: () => taps([[before]], n) } : { to }));
  },
});
