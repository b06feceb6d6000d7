import { axisOf, elementwise, flat, int, need, op, type GradientContext } from "./op.ts";
import { mixing } from "./reach.ts";
import { completeAxes, reducedReach, reducedType, reduction, towardsExtremes } from "./reduce.ts";

/** Max and Min of several tensors: the gradient goes to the one that won; ties share it, as in PyTorch. */
export const extreme = () =>
  op({
    kind: "maximum",
    attributes: {},
    infer: elementwise(),
    reach: "same",
    gradient({ inputs, outputs: [y], dy, g }: GradientContext) {
      const won = inputs.map((input) => g.cast(g.equal(g.expand(input, y.shape), y), "float32"));
      const winners = won.reduce((sum, w) => g.add(sum, w));
      return inputs.map((input, i) => g.sumTo(g.div(g.mul(dy, won[i]!), winners), input));
    },
  });

/** ReduceMax and ReduceMin. */
export const extremeOver = () =>
  op({
    kind: "maximum",
    attributes: reduction,
    normalize: completeAxes,
    infer: reducedType,
    gradient: ({ inputs: [x], outputs: [y], attributes: { axes }, dy, g }) => [towardsExtremes(g, x, y, dy, axes)],
    reach: reducedReach,
  });

/** ArgMax and ArgMin: where it is. */
export const placeOfExtreme = () =>
  op({
    kind: "other",
    attributes: { axis: int(0), keepdims: int(1), select_last_index: int(0) },
    infer(inputs, { axis, keepdims }) {
      const { shape } = need(inputs, 0);
      const over = axisOf(axis, shape.length);
      return [{ dtype: "int64", shape: shape.flatMap((n, i) => (i !== over ? [n] : keepdims ? [1] : [])) }];
    },
    gradient: flat,
    reach: ({ inputs: [{ shape }], attributes: { axis, keepdims } }) =>
      mixing(shape, [axisOf(axis, shape.length)], keepdims === 1),
  });
