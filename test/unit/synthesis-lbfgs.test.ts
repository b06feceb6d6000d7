import assert from "node:assert/strict";
import { climb } from "../../src/engine/synthesis/climb.ts";
import { grow } from "../../src/engine/synthesis/grow.ts";
import { lbfgs } from "../../src/engine/synthesis/lbfgs.ts";
import { ascent, type Optimizer } from "../../src/engine/synthesis/optimizers.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import { l2 } from "../../src/engine/synthesis/regularizers.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { never } from "./support/engine.ts";

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

  describe("in a climb", () => {
    const start = float32([1, 3, 1, 2], [90, 150, 120, 130, 100, 140]);
    /** Steeper from number to number, around 128. */
    const evaluate = async ({ data }: FloatTensor) =>
      Promise.resolve({
        objective: -data.reduce((sum, x, i) => sum + 8 ** i * ((x - 128) / 100) ** 2, 0),
        gradient: float32(start.shape, data.map((x, i) => (-2 * 8 ** i * (x - 128)) / 10_000)), // prettier-ignore
      });
    const climbing = async (steps: number, done = 0, from = start, optimizer = lbfgs(100)) => {
      const parameterization = pixels(from);
      const plan = {
        parameterization,
        optimizer,
        evaluate,
        steps,
        done,
        what: "The hill",
        penalties: [l2(0.1, [0, 0, 0])],
      };
      const frames: {
        readonly objective: number;
        readonly worth: number;
        readonly shown: number;
        readonly tried: number;
      }[] = [];
      const worthOf = async (canvas: FloatTensor) => {
        const { objective, gradient } = await evaluate(canvas);
        return objective - plan.penalties[0]!.of(canvas, gradient).loss;
      };
      for await (const { canvas, worth } of grow(plan, { octave: 1, octaves: 1 }, never))
        frames.push({
          objective: (await evaluate(canvas)).objective,
          worth: canvas === (await parameterization.picture()) ? await worth!() : NaN,
          shown: await worthOf(canvas),
          tried: await worthOf(await parameterization.picture()),
        });
      return { frames, best: optimizer.best!()!.worth, picture: await parameterization.picture(), optimizer, worthOf };
    };

    it("hands over the best that it went on from, however few steps there were, and shows no other on the way", async () => {
      let lost = 0;
      for (let steps = 1; steps <= 30; steps++) {
        const { frames, best, picture, worthOf } = await climbing(steps);
        const last = frames.at(-1)!;
        assert.ok((await worthOf(picture)) >= best - 1e-9, `${steps} steps`);
        near([last.worth], [last.objective], 1e-6);
        frames.slice(1).forEach(({ shown }, i) => assert.ok(shown >= frames[i]!.shown - 1e-6, `${steps} ${i}`));
        lost += frames.slice(0, -1).filter(({ shown, tried }) => tried < shown).length;
      }
      assert.ok(lost > 30, "many a place was tried that is worse");
    });

    it("shows the best again after a pause", async () => {
      for (let pause = 2; pause < 12; pause++) {
        const whole = await climbing(12);
        const optimizer = lbfgs(100);
        const stood = pixels(start);
        for await (const _ of climb(
          { parameterization: stood, optimizer, evaluate, steps: 100, what: "", penalties: [l2(0.1, [0, 0, 0])] },
          never,
        ))
          // prettier-ignore
          if (_.step === pause) break;
        const resumed = lbfgs(100);
        resumed.take(optimizer.state());
        const { frames } = await climbing(12, pause, await stood.picture(), resumed);
        assert.deepEqual(frames, whole.frames.slice(pause));
      }
    });
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
