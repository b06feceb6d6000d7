import assert from "node:assert/strict";
import { climb, type Climb, type Step } from "../../src/engine/synthesis/climb.ts";
import { blurred } from "../../src/engine/synthesis/gradient-blur.ts";
import { lbfgs } from "../../src/engine/synthesis/lbfgs.ts";
import { adam, ascent } from "../../src/engine/synthesis/optimizers.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import { l2 } from "../../src/engine/synthesis/regularizers.ts";
import { roll } from "../../src/engine/synthesis/transformations/roll.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { filled, stepsOf } from "./support/climbs.ts";
import { never } from "./support/engine.ts";

const gray = filled(128);

/** Σ x, always as steep. */
const slope = async ({ data }: FloatTensor) =>
  Promise.resolve({ objective: data.reduce((a, b) => a + b, 0), gradient: filled(1) });

describe("the loop", () => {
  it("moves by the step size, tells the objective, and what each regularizer takes", async () => {
    const parameterization = pixels(gray);
    const steps = await stepsOf({
      parameterization,
      evaluate: slope,
      optimizer: ascent(2, "mean"),
      penalties: [l2(1, [128, 128, 128])],
      steps: 3,
    });
    assert.deepEqual(
      steps.map(({ step }) => step),
      [1, 2, 3],
    );
    near(
      steps.map(({ objective }) => objective),
      [12 * 128, 12 * 130, 12 * 132],
      1e-6,
    );
    assert.equal(steps[0]?.losses.L2, 0);
    near([steps[2]!.losses.L2!], [(4 / 255) ** 2 / 2], 1e-4);
    near((await parameterization.picture()).data, filled(134).data);
  });

  it("undoes a step that leads to NaN, halves the step size, and says so", async () => {
    const parameterization = pixels(gray);
    // Steps of more than 5 lead to nowhere.
    let latest = 128;
    const evaluate = async ({ data: [x = NaN] }: FloatTensor) => {
      if (Math.abs(x - latest) > 5) return Promise.resolve({ objective: NaN, gradient: filled(NaN) });
      latest = x;
      return Promise.resolve({ objective: x, gradient: filled(1) });
    };
    const steps = await stepsOf({ parameterization, evaluate, optimizer: ascent(16, "mean"), steps: 5 });
    const remarks = steps.flatMap(({ remark }) => remark ?? []);
    assert.equal(remarks.length, 2, "16 and 8 are too much, 4 is not");
    for (const remark of remarks) assert.match(remark, /Step 1 led to NaN: undone, steps are half as large/);
    near((await parameterization.picture()).data, filled(128 + 5 * 4).data);
  });

  /** x² up to a limit, beyond which it is no number. */
  const cliff = async ({ data: [x = NaN] }: FloatTensor) =>
    Promise.resolve({ objective: x > 140 ? NaN : x * x, gradient: filled(x > 140 ? NaN : 2 * x) });

  it("undoes the last step as well, and unlearns what any led to, which is counted once", async () => {
    for (const [name, optimizer] of [
      ["ascent", ascent(5, "mean")],
      ["Adam", adam(5)],
    ] as const) {
      const parameterization = pixels(gray);
      const frames: (Step & { readonly at: number })[] = [];
      const plan = { what: "The hill", parameterization, evaluate: cliff, optimizer, steps: 4 };
      for await (const step of climb(plan, never)) {
        frames.push({ ...step, at: parameterization.values[0]! });
        assert.equal(step.objective, (step.step === 1 ? 128 : frames.findLast((each) => each.step < step.step)!.at) ** 2); // prettier-ignore
      }
      const { at, step, remark, worth } = frames.at(-1)!;
      assert.ok(at > 135 && at <= 140, `${name}: ${at}`);
      assert.deepEqual([step, await worth!()], [4, at ** 2]);
      assert.match(remark ?? "", /Step 4 led to NaN/, name);
      if (name === "Adam") assert.equal(optimizer.state().numbers[0], 4);
    }
  });

  it("undoes a last step that was taken all at once", async () => {
    const parameterization = pixels(gray);
    const takeStep: NonNullable<Climb["takeStep"]> = async ({ data }, { step }) => {
      const { objective } = await cliff(float32([1, 3, 2, 2], data));
      const [by = NaN] = step.given(data.length).numbers;
      return Number.isFinite(objective) ? { objective, data: data.map((x) => x + by) } : undefined;
    };
    const steps = await stepsOf({
      parameterization,
      evaluate: cliff,
      takeStep,
      optimizer: ascent(5, "none"),
      steps: 3,
    });
    assert.deepEqual(
      steps.map(({ step, objective }) => [step, objective]),
      [
        [1, 128 ** 2],
        [2, 133 ** 2],
        [3, 138 ** 2],
      ],
    );
    assert.match(steps[2]!.remark!, /Step 3 led to NaN/);
    near((await parameterization.picture()).data, filled(138 + 5 / 4).data);
  });

  for (const [name, optimizer] of [
    ["Adam", () => adam(5)],
    ["damped Adam", () => adam(5, { damping: 1 })],
    ["L-BFGS", () => lbfgs(5)],
  ] as const)
    it(`takes the last step before a pause back, too, where what was learned tells from where it came (${name})`, async () => {
      const before = { parameterization: pixels(gray), optimizer: optimizer() };
      const stood: number[] = [];
      for await (const _ of climb({ ...before, what: "The hill", evaluate: cliff, steps: 9 }, never)) {
        stood.push(before.parameterization.values[0]!);
        if (stood.at(-1)! > 140) break;
      }
      const [from = 128, beyond = NaN] = stood.slice(-2);
      assert.ok(beyond > 140, "the next step would see no number");
      const after = { parameterization: pixels(filled(beyond)), optimizer: optimizer() };
      after.optimizer.take(before.optimizer.state());
      const done = stood.length;
      const steps = await stepsOf({ ...after, evaluate: cliff, steps: done + 2, done });
      assert.deepEqual([steps[0]?.step, steps.at(-1)?.step], [done, done + 2]);
      assert.match(steps[0]?.remark ?? "", new RegExp(`Step ${done} led to NaN: undone`));
      near([steps[0]!.objective], [from ** 2], 1e-4);
      const at = after.parameterization.values[0]!;
      assert.ok(at > from && at <= 140, String(at));
    });

  it("leaves the last picture to whoever goes on from it, where somebody does", async () => {
    let asked = 0;
    const evaluate = async (canvas: FloatTensor) => {
      asked++;
      return slope(canvas);
    };
    const plan = { parameterization: pixels(gray), evaluate, optimizer: ascent(1, "mean"), steps: 3 };
    await stepsOf({ ...plan, isCarriedOn: true });
    assert.equal(asked, 3);
    await stepsOf(plan);
    assert.equal(asked, 3 + 4);
  });

  it("tells what is lost beside the objective with what the regularizers take", async () => {
    const evaluate = async (canvas: FloatTensor) => ({ ...(await slope(canvas)), losses: { diversity: 7 } });
    const plan = { parameterization: pixels(gray), evaluate, optimizer: ascent(1, "mean"), steps: 1 };
    const [step] = await stepsOf({ ...plan, penalties: [l2(1, [128, 128, 128])] });
    assert.deepEqual(step?.losses, { diversity: 7, L2: 0 });
  });

  it("refuses what is NaN from the start, or however small the step", async () => {
    const broken = async () => Promise.resolve({ objective: NaN, gradient: filled(0) });
    await assert.rejects(
      stepsOf({ parameterization: pixels(gray), evaluate: broken, optimizer: ascent(1, "mean"), steps: 2 }),
      /The hill is no number for the picture that it starts from/,
    );
    await assert.rejects(
      stepsOf({ parameterization: pixels(gray), evaluate: broken, optimizer: ascent(1, "mean"), steps: 2, done: 1 }),
      /The hill is no number for the picture that it goes on from: choose an earlier one, or start anew/,
    );
    const only = async ({ data }: FloatTensor) =>
      Promise.resolve({ objective: data[0] === 128 ? 1 : NaN, gradient: filled(1) });
    await assert.rejects(
      stepsOf({ parameterization: pixels(gray), evaluate: only, optimizer: ascent(1, "mean"), steps: 2 }),
      /The hill is no number, however small the step/,
    );
  });

  it("is shown the transformed picture, and takes its gradient back", async () => {
    const bright = float32([1, 3, 2, 2], [200, 0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0]);
    const parameterization = pixels(bright);
    const corner = async ({ data }: FloatTensor) =>
      Promise.resolve({ objective: data[3]!, gradient: float32([1, 3, 2, 2], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]) });
    const plan = { parameterization, evaluate: corner, optimizer: ascent(1, "l2"), steps: 1 };
    const [step] = await stepsOf({ ...plan, transformation: () => roll(1, 1) });
    assert.equal(step?.objective, 200);
    assert.equal((await parameterization.picture()).data[0], 201);
  });

  it("says once that it has become flat, after steps that were not", async () => {
    const evaluate = async ({ data }: FloatTensor) => {
      const isThere = data[0]! >= 128 + 20;
      return Promise.resolve({ objective: data[0]!, gradient: filled(isThere ? 0 : 1) });
    };
    const steps = await stepsOf({ parameterization: pixels(gray), evaluate, optimizer: ascent(1, "mean"), steps: 30 });
    assert.deepEqual(
      steps.flatMap(({ step, remark }) => (remark === undefined ? [] : [[step, remark.split(":")[0]]])),
      [[21, "From step 21 on no gradient gets through"]],
    );
  });

  it("has nothing left to do where a distance is met, and goes on where something else moves it", async () => {
    const distance = async ({ data }: FloatTensor) => {
      const gap = data[0]! - 128;
      return Promise.resolve({ objective: -gap * gap, gradient: filled(-gap) });
    };
    const plan = () => ({ parameterization: pixels(gray), evaluate: distance, optimizer: ascent(1, "mean"), steps: 3 });
    const steps = await stepsOf({ ...plan(), isDistance: true });
    assert.deepEqual(
      steps.map(({ objective, remark }) => [Math.abs(objective), remark]),
      [1, 2, 3].map(() => [0, undefined]),
    );
    const moved = await stepsOf({ ...plan(), isDistance: true, penalties: [l2(1, [0, 0, 0])] });
    assert.deepEqual(
      moved.slice(0, 2).map(({ objective }) => objective < 0),
      [false, true],
    );
    await assert.rejects(stepsOf(plan()), /The hill does not change with the picture: it is dead here/);
    const constant = async () => Promise.resolve({ objective: 0, gradient: filled(0) });
    await assert.rejects(
      stepsOf({ ...plan(), evaluate: constant, isDistance: true }),
      /The hill does not change with the picture: it is dead here/,
      "a distance that is met by every picture",
    );
  });

  it("wakes for an eighth of its steps what nothing woke at first, and goes on with that after a pause", async () => {
    const plan = (done: number, waking: NonNullable<Climb["waking"]>) => {
      const asked: boolean[] = [];
      // Awake as soon as it was moved at all.
      const evaluate = async ({ data: [x = 0] }: FloatTensor, redirect: boolean) => {
        asked.push(redirect);
        return Promise.resolve({ objective: x - 128, gradient: filled(redirect || x > 128 || done ? 1 : 0) });
      };
      return { asked, climb: { parameterization: pixels(gray), evaluate, optimizer: ascent(1, "mean"), waking, done } };
    };
    const [waking, anew] = [
      { asleep: undefined, raises: true },
      { asleep: 0, raises: true },
    ];
    const [first, later] = [plan(0, waking), plan(2, anew)];
    const steps = await stepsOf({ ...first.climb, steps: 32 });
    assert.deepEqual(first.asked.slice(0, 7), [false, true, true, true, true, false, false]);
    assert.match(steps[0]!.remark!, /what goes into its activation function is raised in the first 4 steps/);
    assert.equal(waking.asleep, 0);
    const [short] = await stepsOf({ ...plan(0, { asleep: undefined, raises: true }).climb, steps: 8 });
    assert.match(short!.remark!, /is raised in the first step, and/);
    await stepsOf({ ...later.climb, steps: 32 });
    assert.deepEqual(later.asked.slice(0, 4), [true, true, false, false], "steps 3 and 4, and those after");
  });

  it("smooths the gradient by a Gaussian before the step, each picture's own", async () => {
    const [side, sigma, center] = [21, 1.5, 10];
    const plane = side * side;
    const shape = [2, 3, side, side];
    // Of the first picture one pixel is pulled at; the second is to stay as it is.
    const pulled = new Float32Array(2 * 3 * plane);
    pulled[center * side + center] = 100;
    const evaluate = async () => Promise.resolve({ objective: 0, gradient: float32(shape, pulled) });
    const bell = (y: number, x: number) => Math.exp(-((y - center) ** 2 + (x - center) ** 2) / (2 * sigma ** 2));
    const moved = async (by: number) => {
      const parameterization = pixels(float32(shape, new Float32Array(pulled.length)));
      await stepsOf({ parameterization, evaluate, optimizer: ascent(1, "none"), smooth: blurred(by), steps: 1 });
      return parameterization.values;
    };
    const sharp = await moved(0);
    assert.deepEqual([sharp[center * side + center], sharp[center * side + center + 1]], [100, 0]);
    const smooth = await moved(sigma);
    const unit = smooth[center * side + center]!;
    near([unit], [100 / (2 * Math.PI * sigma ** 2)], 0.02 * unit);
    for (const [y, x] of [
      [10, 11],
      [11, 11],
      [8, 10],
      [12, 13],
    ] as const)
      // prettier-ignore
      near([smooth[y * side + x]!], [unit * bell(y, x)], 1e-4 * unit);
    near([smooth.reduce((sum, by) => sum + by, 0)], [100], 1e-3);
    assert.ok(smooth.subarray(plane).every((by) => by === 0));
  });

  it("finds what the picture is worth once, and learns nothing from that", async () => {
    let [known, evaluations] = [0, 0];
    const worthBefore = { read: () => known, take: (worth: number) => void (known = worth) };
    const evaluate = async (canvas: FloatTensor) => {
      evaluations++;
      const { objective, gradient } = await slope(canvas);
      known = objective;
      return { objective, gradient };
    };
    const plan = { parameterization: pixels(gray), evaluate, worthBefore, optimizer: ascent(2, "mean"), steps: 1 };
    const [step] = await stepsOf(plan);
    near([await step!.worth!(), await step!.worth!()], [12 * 130, 12 * 130], 1e-6);
    assert.equal(evaluations, 2);
    assert.equal(known, 12 * 128, "of the step, not of the picture after it");
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    const plan = { parameterization: pixels(gray), evaluate: slope, optimizer: ascent(1, "mean"), steps: 50, what: "" };
    const seen: number[] = [];
    for await (const { step } of climb(plan, controller.signal)) {
      seen.push(step);
      if (step === 3) controller.abort();
    }
    assert.deepEqual(seen, [1, 2, 3]);
  });
});
