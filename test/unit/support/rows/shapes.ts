import type { Attributes } from "../../../../src/engine/ops/op.ts";
import type { Shape } from "../../../../src/shared/tensor.ts";
import { constant, type Rows, type Variant } from "../rows.ts";
import { written } from "../written.ts";

const one = (op: string, x: Shape, attributes: Attributes = {}): Variant => ({
  by: [x],
  build: (g, v) => g.one(op, [v], attributes),
});

/** Attributes that exporters of today pass as inputs of whole numbers, in this order. */
const asInputs = (
  op: string,
  x: Shape,
  attributes: Readonly<Record<string, readonly number[]>>,
  rest: Attributes = {},
): Variant => ({
  by: [x],
  build: (g, v) => g.one(op, [v], { ...attributes, ...rest }),
  written: (g, v) => {
    const lists = Object.values(attributes).map((list) =>
      list.length || op === "Reshape" ? g.indices(list) : undefined,
    );
    return written(g, op, [v, ...lists], rest, g.one(op, [v], { ...attributes, ...rest }));
  },
});
const slice = (x: Shape, starts: number[], ends: number[], axes: number[], steps: number[]) =>
  asInputs("Slice", x, { starts, ends, axes, steps });
const far = Number.MAX_SAFE_INTEGER;

const pad = (x: Shape, pads: number[], attributes: Attributes = {}): Variant => ({
  by: [x],
  build: (g, v) => g.one("Pad", [v], { pads, ...attributes }),
});
const modes = (names: readonly string[], x: Shape, pads: number[]): Record<string, Variant> =>
  Object.fromEntries(names.map((mode) => [`${mode}, [${pads.join(", ")}]`, pad(x, pads, { mode })]));
const everyMode = ["constant", "reflect", "edge", "wrap"];

const gather = (x: Shape, axis: number, indices: number[], shape?: Shape): Variant => ({
  by: [x],
  build: (g, v) => g.one("Gather", [v, g.indices(indices, shape)], { axis }),
});
const split = (x: Shape, attributes: Attributes, use: readonly number[]): Variant => ({
  by: [x],
  // Every part is weighted by itself; what is not in `use` gets no gradient at all.
  build: (g, v) => {
    const parts = g.op("Split", [v], attributes);
    return g.concat(
      use.map((i) => g.reshape(g.mul(parts[i]!, i + 2), [parts[i]!.shape.reduce((a, b) => a * b, 1)])),
      0,
    );
  },
});

export const shapes: Rows = {
  Reshape: {
    plain: asInputs("Reshape", [2, 6], { shape: [3, 4] }),
    "the rest of it": asInputs("Reshape", [2, 3, 4], { shape: [2, -1] }),
    "a kept dimension": asInputs("Reshape", [2, 3, 4], { shape: [0, -1] }),
    "to a number": asInputs("Reshape", [1, 1], { shape: [] }),
  },
  Flatten: {
    plain: one("Flatten", [2, 3, 2]),
    ...Object.fromEntries(
      [0, 2, 3, -1].map((axis): [string, Variant] => [
        `axis ${axis}`,
        {
          ...one("Flatten", [2, 3, 2], { axis }),
          written: (g, x) => written(g, "Flatten", [x], { axis }, g.one("Flatten", [x], { axis })),
        },
      ]),
    ),
  },
  Squeeze: {
    "named axes": asInputs("Squeeze", [1, 3, 1, 2], { axes: [0, 2] }),
    "a negative axis": asInputs("Squeeze", [1, 3, 1, 2], { axes: [-2] }),
    "all that are 1": asInputs("Squeeze", [1, 3, 1, 2], { axes: [] }),
  },
  Unsqueeze: {
    "one axis": asInputs("Unsqueeze", [2, 3], { axes: [1] }),
    "several axes": asInputs("Unsqueeze", [2, 3], { axes: [0, 3] }),
    "negative axes, out of order": asInputs("Unsqueeze", [2, 3], { axes: [-1, 1] }),
  },
  Transpose: {
    "every axis moves": one("Transpose", [2, 3, 4], { perm: [2, 0, 1] }),
    "channels last": one("Transpose", [2, 3, 2, 4], { perm: [0, 2, 3, 1] }),
    "no order given": {
      ...one("Transpose", [2, 3, 4]),
      written: (g, x) => written(g, "Transpose", [x], {}, g.one("Transpose", [x])),
    },
  },
  Concat: {
    "axis 0": {
      by: [
        [2, 3],
        [1, 3],
      ],
      build: (g, a, b) => g.one("Concat", [a, b], { axis: 0 }),
    },
    "negative axis": {
      by: [
        [2, 3],
        [2, 1],
        [2, 2],
      ],
      build: (g, a, b, c) => g.one("Concat", [a, b, c], { axis: -1 }),
    },
    channels: {
      by: [
        [2, 1, 2, 2],
        [2, 3, 2, 2],
      ],
      build: (g, a, b) => g.one("Concat", [a, b], { axis: 1 }),
    },
    "the same twice": { by: [[2, 3]], build: (g, a) => g.one("Concat", [a, a], { axis: 1 }) },
    "with a constant": { by: [[2, 3]], build: (g, a) => g.one("Concat", [constant(g, [2, 2]), a], { axis: 1 }) },
    "one only": { by: [[2, 3]], build: (g, a) => g.one("Concat", [a], { axis: 1 }) },
  },
  Split: {
    "all parts, uneven": split([2, 6], { axis: 1, split: [1, 3, 2] }, [0, 1, 2]),
    "only the middle part": split([2, 6], { axis: 1, split: [1, 3, 2] }, [1]),
    "only the last part, batch axis": split([5, 2], { axis: 0, split: [2, 3] }, [1]),
    "a part twice": split([2, 6], { axis: 1, split: [4, 2] }, [0, 0]),
    "negative axis": split([2, 3, 4], { axis: -2, split: [1, 2] }, [0, 1]),
    "a number of parts that does not divide": split([2, 7], { axis: 1, num_outputs: 3 }, [0, 2]),
  },
  Slice: {
    "one axis": slice([2, 6], [1], [4], [1], [1]),
    "several axes": slice([3, 4, 5], [1, 2], [3, 5], [0, 2], [1, 1]),
    "axes out of order": slice([3, 4, 5], [2, 1], [5, 3], [2, 0], [1, 1]),
    "negative places and axis": slice([2, 6], [-4], [-1], [-1], [1]),
    "beyond the end": slice([2, 6], [2], [far], [1], [1]),
    "before the start": slice([2, 6], [-100], [3], [1], [1]),
    "a step with a remainder": slice([2, 7], [1], [far], [1], [3]),
    "steps on several axes": slice([4, 5, 3], [0, 1], [far, 4], [0, 1], [2, 2]),
    "a step on one axis of two": slice([4, 5], [1, 0], [4, 5], [0, 1], [1, 3]),
    "backwards to the start": slice([2, 6], [-1], [-far], [1], [-1]),
    "backwards, part of it": slice([2, 6], [4], [1], [1], [-1]),
    "backwards with a step": slice([2, 7], [far], [-far], [1], [-2]),
    "backwards with a step, on several axes": slice([4, 2, 5], [-1, 3], [0, -far], [0, 2], [-2, -3]),
    "backwards and forwards": slice([4, 5], [far, 1], [-far, 5], [0, 1], [-1, 2]),
    "the first axes": { ...asInputs("Slice", [4, 5, 2], { starts: [1, 2], ends: [3, 4] }) },
  },
  Pad: {
    ...modes(everyMode, [3, 4], [1, 0, 2, 3]),
    ...modes(everyMode, [2, 3, 4, 4], [0, 0, 1, 2, 0, 0, 2, 1]),
    ...modes(["constant", "reflect", "edge"], [4, 5], [-1, 2, 1, -2]),
    ...modes(["constant", "reflect", "edge"], [2, 6], [0, -2, 0, -1]),
    "a value": pad([2, 3], [1, 1, 0, 2], { value: 2.5 }),
    "nothing to pad": pad([2, 3], [0, 0, 0, 0]),
    "nothing to reflect": pad([2, 3], [0, 0, 0, 0], { mode: "reflect" }),
    "named axes": {
      by: [[2, 3, 4]],
      build: (g, x) => g.one("Pad", [x], { pads: [1, 2, 0, 1], axes: [-1, 0] }),
      written: (g, x) =>
        written(
          g,
          "Pad",
          [x, g.indices([1, 2, 0, 1]), undefined, g.indices([-1, 0])],
          {},
          g.one("Pad", [x], { pads: [1, 2, 0, 1], axes: [-1, 0] }),
        ),
    },
  },
  Gather: {
    "each once": gather([4, 3], 0, [2, 0, 3, 1]),
    "some twice, some never": gather([5, 2], 0, [1, 3, 1, 1]),
    "negative axis": gather([2, 3, 4], -2, [2, 0]),
    "negative indices": gather([2, 5], 1, [-1, 0, -5]),
    "a table of indices": gather([2, 4, 2], 1, [0, 3, 3, 1, 2, 0], [2, 3]),
    "one index, axis dropped": gather([2, 4, 3], 1, [2], []),
  },
  Tile: {
    "one axis": one("Tile", [2, 3], { repeats: [1, 3] }),
    "all axes": one("Tile", [2, 1, 3], { repeats: [2, 3, 2] }),
    once: one("Tile", [2, 3], { repeats: [1, 1] }),
  },
  Expand: {
    "an axis of 1": one("Expand", [2, 1, 3], { shape: [2, 4, 3] }),
    "more axes": one("Expand", [3, 1], { shape: [2, 3, 2] }),
    "ones in the shape": asInputs("Expand", [3, 2], { shape: [2, 1, 1] }),
    nothing: one("Expand", [2, 3], { shape: [2, 3] }),
  },
  DepthToSpace: {
    "depth first": one("DepthToSpace", [2, 8, 2, 3], { blocksize: 2, mode: "DCR" }),
    "columns first": one("DepthToSpace", [2, 8, 2, 3], { blocksize: 2, mode: "CRD" }),
    "blocks of 3": one("DepthToSpace", [1, 18, 2, 1], { blocksize: 3, mode: "CRD" }),
  },
  SpaceToDepth: {
    "blocks of 2": one("SpaceToDepth", [2, 3, 4, 6], { blocksize: 2 }),
    "blocks of 3": one("SpaceToDepth", [1, 2, 3, 6], { blocksize: 3 }),
  },
};
