import type { Builder } from "../../../../src/engine/graph/builder.ts";
import type { Value } from "../../../../src/engine/graph/graph.ts";
import type { Rows, Variant } from "../rows.ts";

// Steps and whole numbers: no derivative but zero. What they are multiplied by still gets its own.
const times = (steps: (g: Builder, x: Value) => Value): Variant => ({
  by: [
    [3, 4],
    [3, 4],
  ],
  at: "spaced",
  build: (g, x, y) => g.mul(g.cast(steps(g, x), "float32"), y),
});
const compared = (op: string) => ({
  "with a number": times((g, x) => g.one(op, [x, g.full([], 0.125)])),
  "with itself": times((g, x) => g.one(op, [x, x])),
});
const logical = (op: string) => ({
  plain: times((g, x) => g.one(op, [g.greater(x, 0), g.less(x, 0.5)])),
});
const rounded = (op: string) => ({
  plain: times((g, x) => g.one(op, [x])),
  "sum with what it is of": times((g, x) => g.add(g.one(op, [x]), x)),
});
const place = (op: string) => ({
  ...Object.fromEntries([0, 1, -1].map((axis) => [`axis ${axis}`, times((g, x) => g.one(op, [x], { axis }))])),
  "axis dropped": times((g, x) => g.one(op, [x], { axis: 0, keepdims: 0 })),
});

export const flat: Rows = {
  Equal: compared("Equal"),
  Greater: compared("Greater"),
  GreaterOrEqual: compared("GreaterOrEqual"),
  Less: compared("Less"),
  LessOrEqual: compared("LessOrEqual"),
  And: logical("And"),
  Or: logical("Or"),
  Not: { plain: times((g, x) => g.one("Not", [g.greater(x, 0)])) },
  IsNaN: { plain: times((g, x) => g.one("IsNaN", [x])) },
  Floor: rounded("Floor"),
  Ceil: rounded("Ceil"),
  Round: rounded("Round"),
  Sign: rounded("Sign"),
  ArgMax: place("ArgMax"),
  ArgMin: place("ArgMin"),
  Cast: {
    "to what it is": { by: [[3]], build: (g, x) => g.one("Cast", [x], { to: "float32" }) },
    "through whole numbers": times((g, x) => g.cast(x, "int64")),
    "through truth values": times((g, x) => g.cast(x, "bool")),
  },
};
