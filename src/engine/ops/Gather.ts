import { size } from "../../shared/tensor.ts";
import { axisOf, int, need, op } from "./op.ts";
import { taps } from "./reach.ts";

export default op({
  kind: "shape",
  attributes: { axis: int(0) },
  normalize: (inputs, given) => ({
    axis: axisOf((given.axis as number | undefined) ?? 0, need(inputs, 0).shape.length),
  }),
  infer(inputs, { axis }) {
    const [x, index] = [need(inputs, 0), need(inputs, 1)];
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...index.shape, ...x.shape.slice(axis + 1)] }];
  },
  // What was gathered twice gets both gradients.
  gradient({ inputs: [x, index], attributes: { axis }, dy, g }) {
    const count = size(index!.shape);
    const d = g.reshape(dy, [...x.shape.slice(0, axis), count, ...x.shape.slice(axis + 1)]);
    const places = g.reshape(
      g.cast(index!, "int64"),
      d.shape.map((_, i) => (i === axis ? count : 1)),
    );
    return [g.one("ScatterElements", [g.zeros(x.shape), g.expand(places, d.shape), d], { axis, reduction: "add" })];
  },
  // Places that the network itself chooses may be any.
  reach({ inputs: [x, index], attributes: { axis }, input, numbers }) {
    const places = numbers(index);
    if (input > 0) return "everywhere";
    const [rank, count] = [index!.shape.length, x.shape[axis]!];
    const at = rank < 2 ? places?.map((place) => [place < 0 ? place + count : place]) : undefined;
    return x.shape.map((_, from) => {
      if (from !== axis) return { to: from < axis ? from : from + rank - 1 };
      return at?.length ? { to: rank ? axis : undefined, taps: () => taps(at, count, { shift: count }) } : undefined;
    });
  },
});
