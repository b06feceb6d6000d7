import { constant, type Rows, type Variant } from "../rows.ts";

/** Both operands are differentiated by, in all the ways in which they broadcast. */
const broadcasts = (op: string, at: Variant["at"] = "random", attributes = {}): Record<string, Variant> => {
  const both = (a: readonly number[], b: readonly number[]): Variant => ({
    by: [a, b],
    at,
    build: (g, x, y) => g.one(op, [x, y], attributes),
  });
  return {
    "same shape": both([2, 3], [2, 3]),
    "left has fewer axes": both([3], [2, 3]),
    "right has fewer axes": both([2, 3], [3]),
    "left has an axis of 1": both([2, 1, 2], [2, 3, 2]),
    "right has an axis of 1": both([2, 3, 2], [1, 3, 1]),
    "both grow": both([2, 1, 3], [4, 1]),
    "a number": both([2, 3], []),
    "with itself": { by: [[2, 3]], at, build: (g, x) => g.one(op, [x, x], attributes) },
  };
};

/** Ops of any number of tensors. */
const several = (op: string, at: Variant["at"] = "random"): Record<string, Variant> => ({
  ...broadcasts(op, at),
  one: { by: [[2, 3]], at, build: (g, x) => g.one(op, [x]) },
  "three, broadcast": { by: [[2, 3], [3], [2, 1]], at, build: (g, x, y, z) => g.one(op, [x, y, z]) },
});

// The left is kept between once and twice the right.
const remainder = (a: readonly number[], b: readonly number[], sign: 1 | -1 = 1): Variant => ({
  by: [a, b],
  build: (g, x, y) => g.one("Mod", [g.mul(g.add(g.mul(x, 0.5), 9), sign), g.add(y, 6)], { fmod: 1 }),
});
const raised = (exponent: number, at: Variant["at"] = "positive"): Variant => ({
  by: [[2, 3]],
  at,
  build: (g, x) => g.pow(x, exponent),
});

export const arithmetic: Rows = {
  Add: broadcasts("Add"),
  Sub: broadcasts("Sub"),
  Mul: broadcasts("Mul"),
  Div: broadcasts("Div", "positive"),
  Mod: {
    "same shape": remainder([2, 3], [2, 3]),
    "left grows": remainder([3], [2, 3]),
    "right grows": remainder([2, 3], [1, 3]),
    "left negative": remainder([2, 3], [3], -1),
    "several times, both signs": {
      by: [[12]],
      at: "spaced",
      build: (g, x) => g.one("Mod", [x, g.full([], 0.625)], { fmod: 1 }),
    },
  },
  Sum: several("Sum"),
  Mean: several("Mean"),
  Max: several("Max", "spaced"),
  Min: several("Min", "spaced"),
  Pow: {
    ...broadcasts("Pow", "positive"),
    ...Object.fromEntries([0.5, 1, 3, -1.5].map((exponent) => [`constant exponent ${exponent}`, raised(exponent)])),
    "square of negative numbers": raised(2, "spaced"),
    "integer exponent": { by: [[2, 3]], at: "spaced", build: (g, x) => g.pow(x, g.indices([3], [])) },
    "exponents that broadcast": { by: [[2, 1]], at: "positive", build: (g, x) => g.pow(x, constant(g, [3])) },
  },
  Where: {
    "both sides": {
      by: [
        [2, 3],
        [2, 3],
      ],
      at: "spaced",
      build: (g, x, y) => g.where(g.greater(x, 0), x, y),
    },
    "test broadcasts": {
      by: [
        [2, 3],
        [1, 3],
      ],
      at: "spaced",
      build: (g, x, y) => g.where(g.greater(constant(g, [2, 1]), 0), x, y),
    },
    "all broadcast": {
      by: [[3], [2, 1]],
      build: (g, x, y) => g.where(g.greater(constant(g, [4, 1, 1]), 0), x, y),
    },
  },
  MatMul: {
    matrices: {
      by: [
        [2, 3],
        [3, 4],
      ],
      build: (g, a, b) => g.matmul(a, b),
    },
    stacks: {
      by: [
        [2, 2, 3],
        [2, 3, 2],
      ],
      build: (g, a, b) => g.matmul(a, b),
    },
    "stacks of stacks that broadcast": {
      by: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      build: (g, a, b) => g.matmul(a, b),
    },
    "stack by matrix": {
      by: [
        [3, 2, 3],
        [3, 2],
      ],
      build: (g, a, b) => g.matmul(a, b),
    },
    "matrix by stack": {
      by: [
        [2, 3],
        [3, 3, 2],
      ],
      build: (g, a, b) => g.matmul(a, b),
    },
    "vector by matrix": { by: [[3], [3, 4]], build: (g, a, b) => g.matmul(a, b) },
    "matrix by vector": { by: [[2, 3], [3]], build: (g, a, b) => g.matmul(a, b) },
    "vector by vector": { by: [[4], [4]], build: (g, a, b) => g.matmul(a, b) },
    "vector by stack": { by: [[3], [2, 3, 2]], build: (g, a, b) => g.matmul(a, b) },
    "stack by vector": { by: [[2, 2, 3], [3]], build: (g, a, b) => g.matmul(a, b) },
  },
  Gemm: {
    ...Object.fromEntries(
      [0, 1].flatMap((transA) =>
        [0, 1].map((transB): [string, Variant] => [
          `transA ${transA}, transB ${transB}, alpha and beta`,
          {
            by: [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]],
            build: (g, a, b, c) => g.one("Gemm", [a, b, c], { transA, transB, alpha: 0.5, beta: 1.5 }),
          },
        ]),
      ),
    ),
    "no bias": {
      by: [
        [2, 3],
        [3, 4],
      ],
      build: (g, a, b) => g.one("Gemm", [a, b]),
    },
    ...Object.fromEntries(
      [[], [1], [2, 1], [1, 4], [2, 4]].map((c): [string, Variant] => [
        `bias of [${c.join(", ")}]`,
        { by: [[2, 3], [3, 4], c], build: (g, x, y, z) => g.one("Gemm", [x, y, z]) },
      ]),
    ),
  },
};
