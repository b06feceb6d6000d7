import assert from "node:assert/strict";
import { gaussianBlur } from "../../../../src/engine/images/arithmetic.ts";
import { gaussLegendre } from "../../../../src/engine/techniques/parts/gauss-legendre.ts";
import {
  addsUpTo,
  integralOf,
  refined,
  type Integral,
  type Path,
} from "../../../../src/engine/techniques/parts/path-integral.ts";
import { NotApplicable } from "../../../../src/engine/techniques/technique.ts";
import { float32 } from "../../../../src/shared/tensor.ts";
import type { Finding } from "../../../../src/shared/updates.ts";
import { ask, near, oneHot, type HeatMap, type Question } from "../asking.ts";
import { node, onnxFile, openModel, value, weight } from "../onnx-nets.ts";
import { random } from "../random.ts";
import { classCount, gradientOf, picture, referenceFile } from "../reference-net.ts";
import { smoothFile } from "../smooth-net.ts";

const image = picture(7);
const weights = oneHot(classCount, 1);
const colors = { black: [-2, -1, 0.5], white: [2, 1, 1.5], gray: [0, 0, 1], mean: [0.25, -0.5, 0.75] };

/** The attribution by a right Riemann sum, written out. */
function rightSum(start: ArrayLike<number>, steps: number): Float64Array {
  const sum = new Float64Array(image.data.length);
  for (let k = 1; k <= steps; k++) {
    const point = image.data.map((x, i) => start[i]! + (k / steps) * (x - start[i]!));
    gradientOf(point, weights).forEach((slope, i) => (sum[i]! += slope / steps));
  }
  return sum.map((mean, i) => mean * (image.data[i]! - start[i]!));
}

const painted = (channels: readonly number[]) => image.data.map((_, i) => channels[Math.floor(i / 120)]!);

/** What a generator found, and what it came to. */
async function ended<T>(findings: AsyncGenerator<Finding, T>): Promise<{ found: readonly Finding[]; result: T }> {
  const found: Finding[] = [];
  for (;;) {
    const next = await findings.next();
    if (next.done) return { found, result: next.value };
    found.push(next.value);
  }
}

export default function (): void {
  it("adds up to the change of the score, to a thousandth, on a smooth network", async () => {
    const model = await openModel(smoothFile("Tanh"));
    const smooth = float32([1, 3, 8, 8], random(5, 192));
    const found = await ask("integrated-gradients", { model, image: smooth, parameters: { baseline: 0, steps: 20 } });
    const scores = await model.scores(float32([2, 3, 8, 8], [...smooth.data, ...new Float32Array(192)]));
    const change = scores.data[1]! - scores.data[3 + 1]!;
    const sum = found.map().raw.data.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(change) > 0.05, `there is a change to explain: ${change}`);
    assert.ok(Math.abs(sum - change) < 1e-3 * Math.abs(change), `${sum} of ${change}`);
    const note = found.note("completeness");
    assert.equal(note?.level, "good");
    assert.match(note.text, /100\.0 %/);
  });

  it("is a right Riemann sum written out by hand", async () => {
    const model = await openModel(referenceFile());
    const parameters = { rule: "right", steps: 11, baseline: 0.125 };
    const found = await ask("integrated-gradients", { model, image, parameters });
    near(found.map().raw.data, rightSum(painted([0.125, 0.125, 0.125]), 11), 1e-4);
    assert.deepEqual(
      found.progress,
      Array.from({ length: 11 }, (_, i) => i + 1),
    );
  });

  for (const [baseline, start] of [
    ["black", painted(colors.black)],
    ["mean", painted(colors.mean)],
    ["white", painted(colors.white)],
    ["blur", gaussianBlur(image, 10 / 16).data],
    ["photo", picture(8).data],
    [-0.75, painted([-0.75, -0.75, -0.75])],
  ] as const)
    it(`starts from ${typeof baseline === "number" ? "a number" : baseline}`, async () => {
      const model = await openModel(referenceFile());
      const parameters = { rule: "right", steps: 3, baseline, photo: "other.npy" };
      const found = await ask("integrated-gradients", { model, image, colors, parameters, photo: picture(8) });
      near(found.map().raw.data, rightSum(start, 3), 1e-4);
    });

  it("starts from seeded white noise between black and white", async () => {
    const model = await openModel(referenceFile());
    const run = async (seed: number) => {
      const parameters = { rule: "right", steps: 1, baseline: "noise", seed };
      return (await ask("integrated-gradients", { model, image, colors, parameters })).map().raw.data;
    };
    const [one, again, other] = [await run(1), await run(1), await run(2)];
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    // One right step is input × gradient with the start taken off, which gives the start away.
    gradientOf(image.data, weights).forEach((slope, i) => {
      const c = Math.floor(i / 120);
      const start = image.data[i]! - one[i]! / slope;
      if (Math.abs(slope) > 1e-3)
        assert.ok(start > colors.black[c]! - 0.01 && start < colors.white[c]! + 0.01, `pixel ${i} starts at ${start}`);
    });
  });

  it("asks for the other photo where none is chosen", async () => {
    const model = await openModel(referenceFile());
    await assert.rejects(
      ask("integrated-gradients", { model, image, parameters: { baseline: "photo" } }),
      NotApplicable,
    );
  });

  it("takes exactly as many steps as asked for; warns where the sum does not add up, and offers to go on", async () => {
    const model = await openModel(referenceFile());
    const parameters = { rule: "right", steps: 1, baseline: -3 };
    const found = await ask("integrated-gradients", { model, image, parameters });
    assert.deepEqual(found.progress, [1]);
    const note = found.note("completeness");
    assert.equal(note?.level, "warning");
    assert.match(note.text, /^With 1 step the map adds up to /);
    assert.deepEqual(note.mend?.parameters, { steps: "enough" });
  });

  /** Two classes of one pixel; the first one's score rises evenly up to 0.5, and more steeply from there on. */
  const bentFile = (steepness: number) =>
    onnxFile({
      nodes: [
        node("Conv", ["x", "k", "b"], "c"),
        node("Relu", ["c"], "r"),
        node("Conv", ["r", "mix"], "m"),
        node("Flatten", ["m"], "scores"),
      ],
      weights: [
        weight("k", [2, 1, 1, 1], [1, steepness]),
        weight("b", [2], [0, -0.5 * steepness]),
        weight("mix", [2, 2, 1, 1], [1, 1, 0, 0]),
      ],
      inputs: [value("x", ["N", 1, 1, 1])],
      outputs: [value("scores", ["N", 2])],
    });
  const point = float32([1, 1, 1, 1], [1.0288]);
  const bent = async (steepness: number, given: Readonly<Record<string, unknown>> = {}) => {
    const model = await openModel(bentFile(steepness));
    const asked: number[] = [];
    const watched = new Proxy(model, {
      get: (target, name: keyof typeof model) =>
        name === "gradient"
          ? (...question: Parameters<typeof model.gradient>) => {
              asked.push(question[0].data[0]! / point.data[0]!);
              return model.gradient(...question);
            }
          : typeof target[name] === "function"
            ? target[name].bind(model)
            : target[name],
    });
    const found = await ask("integrated-gradients", {
      model: watched,
      image: point,
      target: 0,
      parameters: { baseline: 0, ...given },
    });
    return { found, asked };
  };
  const exact = (steepness: number) => 1.0288 + steepness * 0.5288;
  const away = (map: HeatMap, steepness: number) => Math.abs(map.raw.data[0]! / exact(steepness) - 1);

  for (const rule of ["gauss-legendre", "right"])
    it(`takes finer steps where the score bends, until the sum is within a hundredth, the map refining: ${rule}`, async () => {
      const steepness = 200;
      const { found: even } = await bent(steepness, { rule, steps: 50 });
      assert.ok(away(even.map(), steepness) > 0.01, `${away(even.map(), steepness)} with even steps`);
      const { found, asked } = await bent(steepness, { rule });
      assert.ok(away(found.map(), steepness) <= 0.01, `${away(found.map(), steepness)} in the end`);
      assert.ok(
        found.maps().some((map) => map.raw.data[0] === even.map().raw.data[0]),
        "those of even steps first",
      );
      const note = found.note("completeness");
      assert.equal(note?.level, "good");
      assert.equal(note.mend, undefined);
      const sum = found.map().raw.data[0]!;
      const [, steps, told] = /^With (\d+) steps the map adds up to ([\d.]+)/.exec(note.text) ?? [];
      near([Number(told)], [sum], 0.01);
      const further = asked.slice(50);
      assert.equal(Number(steps), 50 + further.length, "a cut makes two more of one");
      assert.deepEqual(
        found.progress,
        Array.from({ length: asked.length }, (_, i) => i + 1),
      );
      const farthest = Math.max(...further.map((at) => Math.abs(at - 0.5 / 1.0288)));
      assert.ok(farthest < 0.04, `asked ${farthest} away from the bend`);
      assert.ok(further.length >= 2 && further.length <= 4, `${further.length} gradients more`);
    });

  interface Bend {
    readonly at: number;
    /** So much more steeply the score rises behind it. */
    readonly by: number;
  }
  const tenBends = Array.from({ length: 10 }, (_, k): Bend => ({
    at: ((k + 0.4) / 10) ** 2,
    by: (-1) ** k * (12 - k),
  }));

  /** Fifty steps along a bent path, and finer ones until the sum is within `share`: over so many pixels, all of them alike. */
  const refinedTo = async (share: number, pixels: number, bends: readonly Bend[] = tenBends, jump = 0) => {
    const jumped = (at: number) => (at > 0.9 ? jump : 0);
    const scoreAt = (at: number) => bends.reduce((sum, bend) => sum + bend.by * Math.max(at - bend.at, 0), jumped(at));
    const slopeAt = (at: number) => bends.reduce((sum, bend) => sum + (at > bend.at ? bend.by : 0), 0);
    const asked = { gradients: 0, scores: 0 };
    const even = (value: number) => float32([1, 1, 1, pixels], new Float32Array(pixels).fill(value));
    const path: Path = {
      difference: even(1),
      ends: [scoreAt(0), scoreAt(1)],
      change: scoreAt(1) - scoreAt(0),
      score: async (at) => (asked.scores++, scoreAt(at)),
      gradient: async (at) => (asked.gradients++, even(slopeAt(at) / pixels)),
    };
    const isEnough = (integral: Integral) => Math.abs(addsUpTo(integral) / path.change - 1) <= share;
    const rough = await ended(integralOf(path, "gauss-legendre", 50));
    const { found, result } = await ended(refined(path, "gauss-legendre", rough.result, { most: 400, isEnough }));
    const last = found.findLast((finding): finding is HeatMap => finding.kind === "heatmap");
    return { asked, taken: found.findLast((finding) => finding.kind === "progress")?.done, result, last, path };
  };

  it("takes no more gradients and scores than it needs", async () => {
    // Halving stretches finds the piece to cut by a few scores, and of three thirds one has its gradient.
    for (const [share, gradients, scores] of [
      [1e-2, 50, 0],
      [1e-3, 52, 8],
      [1e-4, 60, 18],
    ] as const) {
      const { asked, result, path } = await refinedTo(share, 4);
      assert.ok(Math.abs(addsUpTo(result) / path.change - 1) <= share, `within ${share}`);
      assert.ok(asked.gradients <= gradients, `${asked.gradients} gradients until within ${share}`);
      assert.ok(asked.scores <= scores, `${asked.scores} scores until within ${share}`);
    }
  });

  it("leaves a jump, of which no gradient knows, and mends what else is off", async () => {
    const { points } = gaussLegendre(50);
    // Each bend is less than the jump, and lies where its piece's step takes it to be further down the path.
    const bends = [9, 11, 14, 17, 20, 23].map((i): Bend => ({ at: points[i]! - 1e-4, by: 1 }));
    const { result, path } = await refinedTo(1e-3, 4, [{ at: 0, by: 35 }, ...bends], 0.03);
    const share = addsUpTo(result) / path.change;
    assert.ok(Math.abs(share - 1) <= 1e-3, `${share} with ${result.pieces.length} steps`);
  });

  it("asks once more for the gradients that there was no room to keep, with the same sum", async () => {
    const [small, large] = [await refinedTo(1e-5, 4), await refinedTo(1e-5, 270_000)];
    assert.equal(large.result.pieces.length, small.result.pieces.length);
    assert.equal(small.asked.gradients, small.result.pieces.length, "all of them are kept");
    assert.ok(large.asked.gradients > small.asked.gradients, `${large.asked.gradients} gradients`);
    for (const { asked, taken, last, path } of [small, large]) {
      assert.equal(taken, asked.gradients);
      const { data } = last!.raw;
      near([data[0]! * data.length], [path.change], 1e-4);
    }
  });

  it("takes fifty steps where they add up", async () => {
    const { found } = await bent(0);
    assert.equal(found.progress.length, 50);
    assert.match(found.note("completeness")?.text ?? "", /^With 50 steps .*100\.0 %\.$/);
  });

  it("gives up at four hundred gradients, and says what is missing", async () => {
    // Rounding jumps: no gradient knows of them.
    const model = await openModel(
      onnxFile({
        nodes: [node("Round", ["x"], "r"), node("Add", ["x", "r"], "s"), node("Flatten", ["s"], "scores")],
        inputs: [value("x", ["N", 3, 1, 1])],
        outputs: [value("scores", ["N", 3])],
      }),
    );
    const found = await ask("integrated-gradients", {
      model,
      image: float32([1, 3, 1, 1], [0.8, 0.8, 0.8]),
      target: 0,
      parameters: { baseline: 0 },
    });
    assert.equal(found.progress.length, 400);
    const note = found.note("completeness");
    assert.equal(note?.level, "warning");
    assert.match(note.text, /^With 400 steps the map adds up to 0\.80 of the 1\.80 .* 44\.4 %; up to 1 % off/);
    assert.deepEqual(note.mend?.parameters, { steps: 1000 });
  });

  it("says so where there is no difference to explain, and takes no further steps", async () => {
    const model = await openModel(referenceFile());
    const parameters = { baseline: "photo", photo: "same.npy" };
    const found = await ask("integrated-gradients", { model, image, parameters, photo: image });
    assert.match(found.note("completeness")?.text ?? "", /no difference to explain/);
    assert.equal(found.progress.length, 50);
  });

  it("tells whose least value black is, where nothing but a tensor is known", async () => {
    const model = await openModel(referenceFile());
    const said = async (question: Partial<Question>) =>
      (await ask("integrated-gradients", { model, image, ...question })).note("colors")?.text;
    assert.match((await said({ parameters: { steps: 1 } })) ?? "", /black is its own least value/);
    assert.match((await said({ parameters: { steps: 1, baseline: "mean" } })) ?? "", /its own mean/);
    assert.match((await said({ parameters: { steps: 1, baseline: "white" } })) ?? "", /white is its own greatest/);
    for (const baseline of ["blur", 0]) assert.equal(await said({ parameters: { steps: 1, baseline } }), undefined);
    assert.equal(await said({ parameters: { steps: 1 }, colors }), undefined, "a photo's black is black");
  });

  // Abramowitz & Stegun, table 25.4, from [-1, 1] to [0, 1].
  const tables: Readonly<Record<number, readonly (readonly [x: number, weight: number])[]>> = {
    2: [[0.5773502691896257, 1]],
    3: [
      [0, 0.8888888888888888],
      [0.7745966692414834, 0.5555555555555556],
    ],
    5: [
      [0, 0.5688888888888889],
      [0.5384693101056831, 0.4786286704993665],
      [0.906179845938664, 0.2369268850561891],
    ],
  };
  for (const [n, table] of Object.entries(tables))
    it(`has the known ${n} points and weights of Gauss and Legendre`, () => {
      const expected = table
        .flatMap(
          ([x, weight]) =>
            (x === 0
              ? [[x, weight]]
              : [
                  [-x, weight],
                  [x, weight],
                ]) as [number, number][],
        )
        .map(([x, weight]) => [(x + 1) / 2, weight / 2] as const)
        .sort(([a], [b]) => a - b);
      const { points, weights: shares } = gaussLegendre(Number(n));
      near(
        points,
        expected.map(([x]) => x),
        1e-14,
      );
      near(
        shares,
        expected.map(([, weight]) => weight),
        1e-14,
      );
    });

  it("integrates polynomials up to degree 2n − 1 exactly", () => {
    for (const n of [1, 4, 50, 1000]) {
      const { points, weights: shares } = gaussLegendre(n);
      const degree = Math.min(2 * n - 1, 9);
      const integral = points.reduce((sum, x, i) => sum + shares[i]! * (degree + 1) * x ** degree, 0);
      assert.ok(Math.abs(integral - 1) < 1e-12, `${n} points: ${integral}`);
    }
  });
}
