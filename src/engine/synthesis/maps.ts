import { float32, size, type FloatTensor, type Shape } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { arranged, layoutOf, type Layout } from "../inside/arrangement.ts";
import { axesOf, type Axes, type Role } from "../inside/axes.ts";
import type { Bound } from "../model.ts";

/** A layer's channels and places, numbered as the model editor numbers them, whichever of its axes they are. */
export interface Maps {
  /** [1, C, h, w]; the value's own where that begins with these. */
  readonly shape: Shape;
  /** Which axis of the value its channels are; -1 where it has none. */
  readonly axis: number;
  /** Whether its places are places in the picture. */
  readonly isSpatial: boolean;
  /** In this order, of the value or of another one that holds some of its channels. */
  inProgram(g: Builder, value: Value): Value;
  /** The same of the numbers that the value came to. */
  ofNumbers(numbers: FloatTensor): FloatTensor;
}

/** Undefined where it cannot be told which its channels are. */
export function mapsOf(bound: Bound, value: Value): Maps | undefined {
  const { shape } = value;
  const axes = axesOf(bound).get(value);
  const layout = layoutOf(axes, shape);
  const { kind, shape: wanted } = layout.arrangement;
  if (layout.withoutChannels) return isLikelyMaps(axes?.roles, shape) ? asItIs(shape, true) : undefined;
  const order = orderOf(axes, shape);
  return isInPlace(shape, order, wanted) ? asItIs(shape, kind !== "numbers") : turned(shape, order, axes, layout);
}

const asItIs = (shape: Shape, isSpatial: boolean): Maps => ({
  shape,
  axis: 1,
  isSpatial,
  inProgram: (_, value) => value,
  ofNumbers: (numbers) => numbers,
});

function turned(shape: Shape, order: readonly number[], axes: Axes | undefined, layout: Layout): Maps {
  const { kind, shape: wanted } = layout.arrangement;
  const [channels, height, width] = wanted;
  const own: Shape = [1, channels, height, width];
  const isSpatial = kind !== "numbers";
  const [leading = 1] = order;
  const axis = isSpatial && axes?.roles[leading] !== "channel" ? -1 : leading;
  const ones = shape.flatMap((n, i) => (n > 1 ? [] : [i]));
  const perm = isRising(order) ? shape.map((_, i) => i) : [...ones, ...order];
  // The class token and its like have no place in the picture.
  const isWhole = size(shape) === size(wanted);
  const before = axes?.before ?? 0;
  const placed = {
    axes: [perm.indexOf(order.at(-1) ?? 0)],
    starts: [before],
    ends: [before + height * width],
    steps: [1],
  };
  return {
    shape: own,
    axis,
    isSpatial,
    inProgram(g, value) {
      const all = g.transpose(value, perm);
      return g.reshape(isWhole ? all : g.one("Slice", [all], placed), [1, value.shape[axis] ?? 1, height, width]);
    },
    ofNumbers: ({ data }) => float32(own, arranged(layout, data)),
  };
}

const pictures: readonly Role[] = ["channel", "row", "column"];

/** The axes longer than one: channels, then rows, columns and what else there is. */
function orderOf(axes: Axes | undefined, shape: Shape): readonly number[] {
  const rank = (axis: number) => {
    const found = pictures.indexOf(axes?.roles[axis] ?? "other");
    return found < 0 ? pictures.length : found;
  };
  return shape.flatMap((n, axis) => (n > 1 ? [axis] : [])).toSorted((a, b) => rank(a) - rank(b));
}

const isRising = (axes: readonly number[]): boolean => axes.every((axis, i) => i === 0 || axis > axes[i - 1]!);

/** Whether it is [1, C, h, w], or a vector's [1, C, …], already. */
const isInPlace = (shape: Shape, order: readonly number[], wanted: Shape): boolean =>
  (size(shape) === shape[1] && shape[1] === wanted[0]) || (isRising(order) && [1, ...wanted].join() === shape.join());

/** The order that pictures have, where nothing says otherwise: of attention's heads and of windows something does. */
function isLikelyMaps(roles: readonly Role[] | undefined, { length, 0: images }: Shape): boolean {
  const [, channel = "other", ...places] = roles ?? [];
  const isKnown = ["channel", "other"].includes(channel) && !places.some((role) => ["channel", "token"].includes(role));
  return length === 4 && images === 1 && isKnown;
}
