import assert from "node:assert/strict";
import { lbfgs } from "../../src/engine/synthesis/lbfgs.ts";
import { ascent, type Optimizer } from "../../src/engine/synthesis/optimizers.ts";
import { near } from "./support/asking.ts";

/** Steps until the gradient is short; where it ended, and what each place was worth. */
function climbed(
  optimizer: Optimizer,
  start: readonly number[],
  hill: (x: Float32Array) => { readonly worth: number; readonly gradient: Float32Array },
  steps: number,
) {
  const x = Float32Array.from(start);
  const worths: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { worth, gradient } = hill(x);
    worths.push(worth);
    optimizer.look?.(x, worth);
    optimizer.step(gradient).forEach((by, i) => (x[i]! += by));
  }
  return { x, worths };
}

/** −½ Σ cᵢ (xᵢ − i)², a thousand times steeper one way than another. */
const steepness = Array.from({ length: 12 }, (_, i) => 1000 ** (i / 11));
const bowl = (x: Float32Array) => ({
  worth: -steepness.reduce((sum, c, i) => sum + (c * (x[i]! - i) ** 2) / 2, 0),
  gradient: x.map((value, i) => -steepness[i]! * (value - i)),
});

const rosenbrock = ([a = 0, b = 0]: Float32Array) => ({
  worth: -((1 - a) ** 2) - 100 * (b - a * a) ** 2,
  gradient: Float32Array.of(2 * (1 - a) + 400 * a * (b - a * a), -200 * (b - a * a)),
});

describe("L-BFGS", () => {
  it("finds the top of a long narrow hill, where the gradient alone does not get", () => {
    const start = steepness.map(() => 30);
    const { x } = climbed(lbfgs(0.1), start, bowl, 120);
    near(
      x,
      start.map((_, i) => i),
      1e-3,
    );
    const alone = climbed(ascent(1 / 1000, "none"), start, bowl, 120);
    assert.ok(Math.abs(alone.x[0]!) > 10, "the flattest way is hardly begun");
  });

  it("follows Rosenbrock's bent valley to its end", () => {
    const { x } = climbed(lbfgs(0.1), [-1.2, 1], rosenbrock, 120);
    near(x, [1, 1], 5e-3);
  });

  it("goes back where a step lost, and never further than its best", () => {
    const { worths, x } = climbed(lbfgs(1000), [5, 5], ([a = 0, b = 0]) => bowlOf(a, b), 60);
    near(x, [1, 2], 1e-2);
    assert.ok(worths[1]! < worths[0]!, "the first step is far too long");
    assert.ok(worths.at(-1)! > worths[0]!);
  });

  it("forgets the way and takes half of it when it is told so", () => {
    const optimizer = lbfgs(2);
    const first = optimizer.step(Float32Array.of(3, 4));
    near(first, [(2 * 3) / Math.sqrt(12.5), (2 * 4) / Math.sqrt(12.5)], 1e-6, "of that root mean square");
    optimizer.halve();
    near(optimizer.step(Float32Array.of(3, 4)), [3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)], 1e-6);
  });
});

const bowlOf = (a: number, b: number) => ({
  worth: -((a - 1) ** 2 + 4 * (b - 2) ** 2),
  gradient: Float32Array.of(-2 * (a - 1), -8 * (b - 2)),
});
