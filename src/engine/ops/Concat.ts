import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { block, isInBlocks } from "./blocks.ts";
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
    const split = inputs.map((input) => input.shape[axis]!);
    return (axis === 1 && convolvedApart(g, dy, split)) || g.op("Split", [dy], { axis, split });
  },
  reach({ inputs, outputs: [y], attributes: { axis }, input }) {
    const before = inputs.slice(0, input).reduce((sum, { shape }) => sum + shape[axis]!, 0);
    const count = inputs[input]!.shape[axis]!;
    const own = (o: number) => (o >= before && o < before + count ? [o - before] : []);
    const piece = (total: number) =>
      taps(
        Array.from({ length: total }, (_, o) => own(o)),
        count,
        // Within a piece each place is one further: the pieces together go on as fast as their inputs.
        { shift: total },
      );
    return y.shape.map((n, to) => (to === axis ? { to, taps: () => piece(n) } : { to }));
  },
});

/**
 * The channels of a convolution's output in parts, by a convolution for each: as many products, and no part leaves the
 * layout in blocks of channels. Undefined where there is no such thing.
 */
function convolvedApart(g: Builder, y: Value, split: readonly number[]): Value[] | undefined {
  const node = g.graph.producer(y);
  const [x, w, bias] = node?.inputs ?? [];
  if (node?.op !== "Conv" || !x || !w || bias) return undefined;
  if (!isInBlocks(g.graph, y) || !split.every((channels) => channels % block === 0)) return undefined;
  const { group } = node.attributes;
  const isDepthwise = group !== 1 && group === w.shape[0] && w.shape[1] === 1;
  if (!isDepthwise && group !== 1) return undefined;
  // A split would take it out of the blocks instead.
  if (isDepthwise && isInBlocks(g.graph, x)) return undefined;
  const sources = isDepthwise ? g.op("Split", [x], { axis: 1, split }) : split.map(() => x);
  let start = 0;
  return split.map((channels, i) => {
    const filters = g.one("Slice", [w], { starts: [start], ends: [start + channels], axes: [0] });
    start += channels;
    return g.one("Conv", [sources[i], filters], { ...node.attributes, group: isDepthwise ? channels : 1 });
  });
}
