import { constant, type Rows, type Variant } from "../rows.ts";

const shape = [2, 5];

/** An op of one input, away from its kinks if it has any. */
const one = (op: string, attributes = {}, at: Variant["at"] = "spaced"): Variant => ({
  by: [shape],
  at,
  build: (g, x) => g.one(op, [x], attributes),
});

// Spaced values lie 1/16 from every multiple of 1/8, so bounds and thresholds are such multiples.
export const activations: Rows = {
  Relu: {
    plain: one("Relu"),
    "of an image": { by: [[2, 3, 3, 3]], at: "spaced", build: (g, x) => g.relu(x) },
    "in blocks of channels": { by: [[2, 16, 2, 2]], at: "spaced", build: (g, x) => g.relu(x) },
  },
  LeakyRelu: { "default slope": one("LeakyRelu"), "another slope": one("LeakyRelu", { alpha: 0.3 }) },
  PRelu: {
    "one slope": { by: [[2, 3, 2, 2], [1]], at: "spaced", build: (g, x, slope) => g.one("PRelu", [x, slope]) },
    "per channel": {
      by: [
        [2, 3, 2, 2],
        [3, 1, 1],
      ],
      at: "spaced",
      build: (g, x, slope) => g.one("PRelu", [x, slope]),
    },
    "constant slopes": { by: [shape], at: "spaced", build: (g, x) => g.one("PRelu", [x, constant(g, [5])]) },
  },
  Elu: { plain: one("Elu"), "another alpha": one("Elu", { alpha: 1.5 }) },
  Selu: { plain: one("Selu"), "other constants": one("Selu", { alpha: 1.25, gamma: 1.5 }) },
  Celu: { plain: one("Celu"), "another alpha": one("Celu", { alpha: 0.75 }) },
  Clip: {
    "ReLU6, both bounds crossed": {
      by: [[4, 30]],
      at: "spaced",
      build: (g, x) => g.one("Clip", [x], { min: 0, max: 6 }),
    },
    "in blocks of channels": {
      by: [[1, 32, 2, 2]],
      at: "spaced",
      build: (g, x) => g.one("Clip", [x], { min: 0, max: 6 }),
    },
    "no lower bound": one("Clip", { max: 0.25 }),
    "no upper bound": one("Clip", { min: -0.25 }),
  },
  ThresholdedRelu: {
    plain: { ...one("ThresholdedRelu"), by: [[4, 6]] },
    "another threshold": one("ThresholdedRelu", { alpha: 0.25 }),
  },
  HardSigmoid: {
    "both bounds crossed": { by: [[8, 8]], at: "spaced", build: (g, x) => g.one("HardSigmoid", [x], { alpha: 0.25 }) },
    "default slope": { by: [[8, 8]], at: "spaced", build: (g, x) => g.one("HardSigmoid", [x]) },
  },
  HardSwish: { "both bounds crossed": { by: [[8, 8]], at: "spaced", build: (g, x) => g.one("HardSwish", [x]) } },
  Sigmoid: { plain: one("Sigmoid") },
  Tanh: { plain: one("Tanh") },
  Softplus: { plain: one("Softplus") },
  Softsign: { plain: one("Softsign") },
  Mish: { plain: one("Mish") },
  Swish: { plain: one("Swish"), "another alpha": one("Swish", { alpha: 1.75 }) },
  Gelu: { exact: one("Gelu"), "by tanh": one("Gelu", { approximate: "tanh" }) },
  Erf: { plain: one("Erf") },
  Exp: { plain: one("Exp") },
  Log: { plain: one("Log", {}, "positive") },
  Sqrt: { plain: one("Sqrt", {}, "positive") },
  Reciprocal: { plain: one("Reciprocal", {}, "positive") },
  Neg: { plain: one("Neg") },
  Abs: { plain: one("Abs") },
  Sin: { plain: one("Sin") },
  Cos: { plain: one("Cos") },
  Identity: { plain: one("Identity") },
  Softmax: Object.fromEntries(
    [0, 1, -1].map((axis) => [`axis ${axis}`, { ...one("Softmax", { axis }, "random"), by: [[2, 3, 4]] }]),
  ),
  LogSoftmax: Object.fromEntries(
    [0, 1, -1].map((axis) => [`axis ${axis}`, { ...one("LogSoftmax", { axis }, "random"), by: [[2, 3, 4]] }]),
  ),
};
