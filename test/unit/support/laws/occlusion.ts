import assert from "node:assert/strict";
import { gaussianBlur } from "../../../../src/engine/images/arithmetic.ts";
import type { Finding } from "../../../../src/shared/updates.ts";
import { float32 } from "../../../../src/shared/tensor.ts";
import { ask, near, type HeatMap, type Question } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
import { back, deconvnetGate, forward, picture, pictureShape, referenceFile, scoresOf } from "../reference-net.ts";

const image = picture(7);
const [height, width] = [12, 10];
const target = 1;

interface Setting {
  readonly window: number;
  readonly stride: number;
}

const probability = (scores: readonly number[], k: number) =>
  Math.exp(scores[k]!) / scores.reduce((sum, score) => sum + Math.exp(score), 0);

/** Every place of the square, one after the other, as Captum's Occlusion walks them: row by row, cut at the border. */
function brute({ window, stride }: Setting, fill: (i: number) => number, of = target) {
  const places = (size: number) => Math.ceil((size - window) / stride) + 1;
  const whole = scoresOf(image.data);
  const strongest = strongestOf(forward(image.data).a2.data);
  const [logit, drop, covered] = [0, 1, 2].map(() => new Float64Array(height * width)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const cells = {
    scores: [] as number[],
    probability: [] as number[],
    classes: [] as number[],
    activation: [] as number[],
  };
  for (let row = 0; row < places(height); row++)
    for (let column = 0; column < places(width); column++) {
      const inside = (i: number) => {
        const [y, x] = [Math.floor((i % (height * width)) / width), i % width];
        return y >= row * stride && y < row * stride + window && x >= column * stride && x < column * stride + window;
      };
      const pixels = image.data.map((value, i) => (inside(i) ? fill(i) : value));
      const { scores, a2 } = forward(pixels);
      for (let p = 0; p < height * width; p++)
        if (inside(p)) {
          logit[p]! += whole[of]! - scores[of]!;
          drop[p]! += probability(whole, of) - probability(scores, of);
          covered[p]!++;
        }
      cells.scores.push(scores[of]!);
      cells.probability.push(probability(scores, of));
      cells.classes.push(scores.indexOf(Math.max(...scores)));
      cells.activation.push(totalOf(a2.data, strongest));
    }
  const divided = (sums: Float64Array) => sums.map((sum, p) => (covered[p] ? sum / covered[p] : 0));
  return { logit: divided(logit), drop: divided(drop), ...cells, rows: places(height), columns: places(width) };
}
type Brute = ReturnType<typeof brute>;

const totalOf = (maps: Float64Array, channel: number) =>
  maps.subarray(channel * 30, (channel + 1) * 30).reduce((a, b) => a + b, 0);
function strongestOf(maps: Float64Array): number {
  const totals = [0, 1, 2, 3, 4].map((c) => totalOf(maps, c));
  return totals.indexOf(Math.max(...totals));
}

const everyChannel = (plane: Float64Array) => Float64Array.from({ length: 360 }, (_, i) => plane[i % 120]!);

export default function (): void {
  for (const setting of [
    { window: 4, stride: 2 },
    { window: 5, stride: 3 },
    { window: 3, stride: 3 },
    { window: 10, stride: 1 },
  ])
    it(`is brute force, window ${setting.window}, stride ${setting.stride}: every map of it`, async () => {
      const model = await openModel(referenceFile());
      const expected = brute(setting, () => 0);
      for (const score of ["logit", "probability"] as const) {
        const parameters = { ...setting, fill: 0, score };
        const found = await ask("occlusion", { model, image, target, parameters });
        const map = found.map();
        assert.deepEqual(map.raw.shape, pictureShape);
        assert.deepEqual(map.values.shape, [height, width]);
        near(map.raw.data, everyChannel(score === "logit" ? expected.logit : expected.drop), 1e-4, score);
        const grid = [1, 1, expected.rows, expected.columns];
        assert.deepEqual(found.map("probability").raw.shape, grid);
        near(found.map("probability").raw.data, expected.probability, 1e-5, "probability");
        near(found.map("activation").raw.data, expected.activation, 1e-5, "activation");
        const classes = found.all.findLast((finding) => finding.kind === "classes");
        assert.deepEqual(classes?.shape, grid.slice(2));
        assert.deepEqual(classes.classes, expected.classes);
      }
    });

  it("compares two classes by how far their probabilities are apart, or their scores, and calls it so", async () => {
    const model = await openModel(referenceFile());
    const [setting, against] = [{ window: 5, stride: 3 }, 2];
    const [own, other] = [target, against].map((each) => brute(setting, () => 0, each)) as [Brute, Brute];
    const less = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (value, i) => value - b[i]!);
    for (const [score, expected, word] of [
      ["probability", less(own.drop, other.drop), "probabilities"],
      ["logit", less(own.logit, other.logit), "scores"],
    ] as const) {
      const parameters = { ...setting, fill: 0, score };
      const found = await ask("occlusion", { model, image, target, against, parameters });
      const map = found.map();
      near(map.raw.data, everyChannel(Float64Array.from(expected)), 1e-4, score);
      assert.deepEqual(
        [map.title, map.unit],
        [`Drop in the difference of the ${word}`, `drop in the difference of the ${word}`],
      );
      const cells = found.map("probability");
      near(cells.raw.data, less(own.probability, other.probability), 1e-5, "how far apart they are");
      assert.equal(cells.title, "Probability of 1 less that of 2");
      assert.equal(cells.unit, "the difference of the probabilities with this part covered");
      const whole = scoresOf(image.data);
      const percent = (share: number) => `${(100 * share).toFixed(1)} %`.replace("-", "−");
      const apart = probability(whole, target) - probability(whole, against);
      assert.ok(
        found
          .note("uncovered")
          ?.text.startsWith(
            `With nothing covered the difference of the probabilities is ${percent(apart)} and that of the scores `,
          ),
        found.note("uncovered")?.text,
      );
    }
  });

  it("covers nothing outside the photo when steps are longer than the square", async () => {
    const model = await openModel(referenceFile());
    const found = await ask("occlusion", {
      model,
      image,
      parameters: { window: 1, stride: 4, fill: 0, score: "logit" },
    });
    assert.deepEqual(found.map("probability").values.shape, [3, 3]);
    const raw = found.map().raw.data;
    raw.forEach((value, i) => {
      const [y, x] = [Math.floor((i % 120) / 10), i % 10];
      if (y % 4 || x % 4) assert.equal(value, 0);
    });
    assert.ok(raw.some((value) => value !== 0));
  });

  const colors = { black: [-2, -1, 0.5], white: [2, 1, 1.5], gray: [0, 0.25, 1], mean: [0.25, -0.5, 0.75] };
  const channel = (i: number) => Math.floor(i / 120);
  const blur = gaussianBlur(image, 10 / 16).data;
  for (const [fill, at] of [
    ["mean", (i: number) => colors.mean[channel(i)]!],
    ["gray", (i: number) => colors.gray[channel(i)]!],
    ["blur", (i: number) => blur[i]!],
    [-0.75, () => -0.75],
  ] as const)
    it(`covers with ${typeof fill === "number" ? "a number" : fill}`, async () => {
      const model = await openModel(referenceFile());
      const setting = { window: 6, stride: 4 };
      const parameters = { ...setting, fill, score: "logit" };
      const found = await ask("occlusion", { model, image, target, parameters, colors });
      near(found.map().raw.data, everyChannel(brute(setting, at).logit), 1e-4);
    });

  it("covers with seeded noise", async () => {
    const model = await openModel(referenceFile());
    const run = async (seed: number) => {
      const parameters = { window: 6, stride: 6, fill: "noise", seed };
      return (await ask("occlusion", { model, image, parameters })).map().raw.data;
    };
    assert.deepEqual(await run(1), await run(1));
    assert.notDeepEqual(await run(1), await run(2));
  });

  it("projects the strongest map from the untouched photo", async () => {
    const model = await openModel(referenceFile());
    const maps = forward(image.data).a2.data;
    const strongest = strongestOf(maps);
    const found = await ask("occlusion", { model, image, parameters: { window: 6, stride: 6 } });
    const seed = maps.map((value, i) => (Math.floor(i / 30) === strongest ? value : 0));
    near(found.map("projection").raw.data, back(image.data, seed, deconvnetGate).pixels.data);
    assert.match(found.map("activation").title, new RegExp(`channel ${strongest} of conv2`));
  });

  it("shows coarse maps first, and ends at the same map however its windows are batched", async () => {
    const parameters = { window: 3, stride: 1, fill: 0, score: "logit" };
    const run = async (batch: number | string) =>
      ask("occlusion", { model: await openModel(onlyOne(batch)), image, parameters });
    const onlyOne = (batch: number | string) => referenceFile({ batch });
    const [many, free] = [await run(1), await run("N")];
    assert.equal(free.maps().length, 3);
    near(many.map().raw.data, free.map().raw.data, 1e-6);
    const away = (map: HeatMap) =>
      map.raw.data.reduce((sum, value, i) => sum + Math.abs(value - free.map().raw.data[i]!), 0);
    const [coarse, finer, last] = free.maps().map(away);
    assert.ok(coarse! > finer! && finer! > 0 && last === 0, `${coarse}, ${finer}, ${last} from the last map`);
    assert.equal(free.progress.at(-1), 10 * 8);
    assert.ok(free.all.findIndex(isHeatMap) < free.all.findLastIndex(({ kind }) => kind === "progress"));
  });

  it("says so where its square covers most of a small picture, and what would fit", async () => {
    const model = await openModel(referenceFile());
    const large = await ask("occlusion", { model, image, parameters: { window: 8, stride: 8 } });
    assert.match(large.note("coarse")?.text ?? "", /8 pixels covers most of an input of 10/);
    const small = await ask("occlusion", { model, image, parameters: { window: 5, stride: 5 } });
    assert.equal(small.note("coarse"), undefined);
  });

  it("says what the scores are with nothing covered, and the lowest that one square brings", async () => {
    const model = await openModel(referenceFile());
    const setting = { window: 4, stride: 2 };
    const expected = brute(setting, () => 0);
    const found = await ask("occlusion", { model, image, target, parameters: { ...setting, fill: 0 } });
    const whole = scoresOf(image.data);
    const lowest = Math.min(...expected.scores);
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const number = (score: number) => score.toFixed(2).replace("-", "−");
    assert.equal(
      found.note("uncovered")?.text,
      `With nothing covered the probability is ${percent(probability(whole, target))} and the score ` +
        `${number(whole[target]!)}; with one square covered they are ${percent(Math.min(...expected.probability))} and ` +
        `${number(lowest)} at the lowest.`,
    );
  });

  it("says so where its square covers the whole picture, and where steps leave gaps", async () => {
    const model = await openModel(referenceFile());
    const run = (window: number, stride: number) =>
      ask("occlusion", { model, image, parameters: { window, stride, fill: 0 } });
    assert.match((await run(40, 40)).note("coarse")?.text ?? "", /40 pixels covers the whole input of 10 × 12/);
    const gaps = (await run(3, 4)).note("gaps");
    assert.equal(gaps?.level, "warning");
    assert.match(gaps.text, /Steps of 4 pixels leave gaps between squares of 3/);
    assert.deepEqual(gaps.mend?.parameters, { stride: 3 });
    assert.equal((await run(3, 3)).note("gaps"), undefined);
  });

  it("tells whose mean it covers with, where nothing but a tensor is known", async () => {
    const model = await openModel(referenceFile());
    const said = async (question: Partial<Question>) =>
      (await ask("occlusion", { model, image, ...question })).note("colors")?.text;
    const setting = { window: 6, stride: 6 };
    assert.match((await said({ parameters: setting })) ?? "", /the mean colour is its own mean/);
    assert.match(
      (await said({ parameters: { ...setting, fill: "gray" } })) ?? "",
      /grey is the middle between its own/,
    );
    assert.match((await said({ parameters: { ...setting, fill: "noise" } })) ?? "", /noise lies between its own/);
    for (const fill of ["blur", 0]) assert.equal(await said({ parameters: { ...setting, fill } }), undefined);
    assert.equal(await said({ parameters: setting, colors }), undefined, "a photo's mean is its network's");
  });

  it("reads a sigmoid's probabilities where the file ends in one", async () => {
    const model = await openModel(referenceFile({ end: "Sigmoid" }));
    const found = await ask("occlusion", { model, image, target, parameters: { window: 12, stride: 12, fill: 0 } });
    const covered = scoresOf(float32(pictureShape, new Float32Array(360)).data);
    const [value] = found.map("probability").raw.data;
    assert.ok(Math.abs(value! - 1 / (1 + Math.exp(-covered[target]!))) < 1e-5);
  });
}

const isHeatMap = ({ kind }: Finding) => kind === "heatmap";
