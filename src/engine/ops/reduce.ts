import type { Builder } from "../graph/builder.ts";
import type { Operand, Value } from "../graph/graph.ts";
import { axisOf, inputInts, int, need, type Attributes } from "./op.ts";
import { mixing, type Reach, type ReachContext } from "./reach.ts";

export const reduction = { axes: inputInts(1), keepdims: int(1), noop_with_empty_axes: int(0) };

/** Axes as they are meant: all of them where none is named, counted from the front. */
export function completeAxes(inputs: readonly Operand[], given: Attributes): Attributes {
  const rank = need(inputs, 0).shape.length;
  const named = given.axes as readonly number[] | undefined;
  if (named?.length) return { ...given, axes: named.map((axis) => axisOf(axis, rank)) };
  return { ...given, axes: given.noop_with_empty_axes ? [] : [...Array(rank).keys()], noop_with_empty_axes: 1 };
}

export function reducedType(
  inputs: readonly Operand[],
  { axes, keepdims }: { axes: readonly number[]; keepdims: number },
) {
  const x = need(inputs, 0);
  return [{ dtype: x.dtype, shape: x.shape.flatMap((n, i) => (!axes.includes(i) ? [n] : keepdims ? [1] : [])) }];
}

export const reducedReach = ({
  inputs: [x],
  attributes: { axes, keepdims },
}: ReachContext<{ readonly axes: readonly number[]; readonly keepdims: number }>): Reach =>
  mixing(x.shape, axes, keepdims === 1);

/** A reduced tensor with its axes kept, so that it broadcasts over what it was reduced from. */
export const kept = (g: Builder, reduced: Value, x: Value, axes: readonly number[]): Value =>
  g.reshape(
    reduced,
    x.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
  );

/** The gradient of a maximum or minimum over `axes`: to where it was; ties share it. */
export function towardsExtremes(g: Builder, x: Value, y: Value, dy: Value, axes: readonly number[]): Value {
  const there = g.cast(g.equal(x, kept(g, y, x, axes)), "float32");
  return g.mul(g.div(there, g.sum(there, axes)), kept(g, dy, x, axes));
}
