import assert from "node:assert/strict";
import { gaussianBlur } from "../../../../src/engine/images/arithmetic.ts";
import { gaussLegendre } from "../../../../src/engine/techniques/parts/gauss-legendre.ts";
import { NotApplicable } from "../../../../src/engine/techniques/technique.ts";
import { float32 } from "../../../../src/shared/tensor.ts";
import { ask, near, oneHot } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
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

  it("warns where the sum does not add up, and offers more steps", async () => {
    const model = await openModel(referenceFile());
    const parameters = { rule: "right", steps: 1, baseline: -3 };
    const note = (await ask("integrated-gradients", { model, image, parameters })).note("completeness");
    assert.equal(note?.level, "warning");
    assert.equal(note.mend?.parameters.steps, 4);
    assert.equal(note.mend.parameters.baseline, -3);
  });

  it("says so where there is no difference to explain", async () => {
    const model = await openModel(referenceFile());
    const parameters = { baseline: "photo", photo: "same.npy", steps: 2 };
    const found = await ask("integrated-gradients", { model, image, parameters, photo: image });
    assert.match(found.note("completeness")?.text ?? "", /no difference to explain/);
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
