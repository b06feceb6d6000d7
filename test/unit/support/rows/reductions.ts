import { batches, type Rows, type Variant } from "../rows.ts";
import { written } from "../written.ts";

const shape = [2, 3, 4];

const reduction = (op: string, at: NonNullable<Variant["at"]> = "random"): Record<string, Variant> => {
  const over = (attributes: Readonly<Record<string, number | readonly number[]>>): Variant => ({
    by: [shape],
    at,
    build: (g, x) => g.one(op, [x], attributes),
  });
  return {
    "one axis, kept": over({ axes: [1] }),
    "one axis, dropped": over({ axes: [1], keepdims: 0 }),
    "several axes, kept": over({ axes: [0, 2] }),
    "several axes, dropped": over({ axes: [0, 2], keepdims: 0 }),
    "axes out of order": over({ axes: [2, 0], keepdims: 0 }),
    "negative axes": {
      ...over({ axes: [-1, -3], keepdims: 0 }),
      written: (g, x) =>
        written(g, op, [x, g.indices([-1, -3])], { keepdims: 0 }, g.one(op, [x], { axes: [-1, -3], keepdims: 0 })),
    },
    "all axes": over({ keepdims: 0 }),
    "all axes, kept": { ...over({}), written: (g, x) => written(g, op, [x], {}, g.one(op, [x])) },
    "an axis of 1": { by: [[2, 1, 3]], at, build: (g, x) => g.one(op, [x], { axes: [1], keepdims: 0 }) },
    ...batches("space", { by: [[2, 3, 3]], at, build: (g, x) => g.one(op, [x], { axes: [2, 3] }) }),
  };
};
const doesNothing = (op: string): Variant => ({
  by: [shape],
  build: (g, x) => g.one(op, [x], { noop_with_empty_axes: 1 }),
  written: (g, x) => written(g, op, [x], { noop_with_empty_axes: 1 }, x),
});

export const reductions: Rows = {
  ReduceSum: { ...reduction("ReduceSum"), "no axes, to do nothing": doesNothing("ReduceSum") },
  ReduceMean: { ...reduction("ReduceMean"), "no axes, to do nothing": doesNothing("ReduceMean") },
  ReduceMax: reduction("ReduceMax", "spaced"),
  ReduceMin: reduction("ReduceMin", "spaced"),
  ReduceL1: reduction("ReduceL1", "spaced"),
  ReduceL2: {
    ...reduction("ReduceL2"),
    "a vector of zeros": {
      by: [[2, 3]],
      at: "positive",
      build: (g, x) => g.mul(x, g.one("ReduceL2", [g.mul(x, 0)], { axes: [1] })),
    },
  },
  ReduceSumSquare: reduction("ReduceSumSquare"),
  ReduceLogSumExp: reduction("ReduceLogSumExp"),
};
