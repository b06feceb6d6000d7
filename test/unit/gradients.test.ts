import assert from "node:assert/strict";
import { ops } from "../../src/engine/ops/index.ts";
import { check } from "./support/derivatives.ts";
import { activations } from "./support/rows/activations.ts";
import { arithmetic } from "./support/rows/arithmetic.ts";
import { convolutions } from "./support/rows/convolutions.ts";
import { flat } from "./support/rows/flat.ts";
import { normalizations } from "./support/rows/normalizations.ts";
import { pooling } from "./support/rows/pooling.ts";
import { reductions } from "./support/rows/reductions.ts";
import { resizing } from "./support/rows/resizing.ts";
import { shapes } from "./support/rows/shapes.ts";
import type { Rows } from "./support/rows.ts";

const tables: readonly Rows[] = [
  activations,
  arithmetic,
  convolutions,
  flat,
  normalizations,
  pooling,
  reductions,
  resizing,
  shapes,
];

describe("the gradient of", function () {
  this.timeout(20_000);
  for (const [op, variants] of tables.flatMap((table) => Object.entries(table)))
    describe(op, () => {
      for (const [name, variant] of Object.entries(variants)) it(name, () => check(op, variant));
    });
});

describe("the table of gradients", () => {
  const rows = tables.flatMap((table) => Object.keys(table)).sort();
  it("has one row for every op with a gradient, and no other", () => {
    const differentiable = Object.entries(ops).flatMap(([name, op]) => ("gradient" in op ? [name] : []));
    assert.deepEqual(rows, differentiable.sort());
  });
});
