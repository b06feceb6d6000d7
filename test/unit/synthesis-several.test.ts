import assert from "node:assert/strict";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { picturesOf, together } from "../../src/engine/synthesis/canvas.ts";
import { diverseEvaluator } from "../../src/engine/synthesis/diverse.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { channelMean } from "../../src/engine/synthesis/objectives.ts";
import { l2ByShare, totalVariation } from "../../src/engine/synthesis/regularizers.ts";
import { penalizeEach, repairEach, scaled, transformEach } from "../../src/engine/synthesis/several.ts";
import { roll } from "../../src/engine/synthesis/transformations/roll.ts";
import { near } from "./support/asking.ts";
import { openModel, releaseModels } from "./support/onnx-nets.ts";
import { meanCosine, untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";

const seeds = [3, 4, 5];
const [channels, cells] = [5, 30];

const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** A channel's mean at relu2, and that layer's Gram matrix, row by row. */
function seenOf(pixels: ArrayLike<number>) {
  const a = [...forward(pixels).a2.data];
  const channel = (k: number) => a.slice(k * cells, (k + 1) * cells);
  const gram = Array.from({ length: channels * channels }, (_, i) =>
    product(channel(Math.floor(i / channels)), channel(i % channels)),
  );
  return { worth: mean(channel(3)), gram };
}

describe("several pictures that are to differ", function () {
  this.timeout(60_000);
  afterEach(releaseModels);

  it("are worth what each is by itself, and how alike their Gram matrices are is a loss; uphill is where one less the other rises", async () => {
    const pictures = seeds.map(picture);
    const batch = together(pictures);
    const weight = 1.5;
    const model = await openModel(referenceFile());
    const goal = { objective: channelMean("relu2", 3), layer: "relu2", weight };
    const evaluator = await diverseEvaluator(model, model.inputSize, inputLine(untouched), goal);
    try {
      const data = pictures.map((each) => Float64Array.from(each.data));
      const seen = data.map(seenOf);
      const own = (all: typeof seen) => mean(all.map(({ worth }) => worth));
      const found = await evaluator.evaluate(batch, false);
      const share = weight * own(seen);
      const alike = (all: typeof seen) => meanCosine(all.map(({ gram }) => gram));
      const at = (all: typeof seen) => own(all) - share * alike(all);
      near([found.objective, found.losses!.diversity!], [own(seen), share * alike(seen)], 1e-4);
      const step = 1e-5;
      const slopesAt = (all: typeof data) => {
        const seenThere = all.map(seenOf);
        return all.flatMap((each, p) =>
          Array.from(each, (x, i) => {
            const moved = (by: number) => at(seenThere.with(p, seenOf(each.with(i, x + by))));
            return (moved(step) - moved(-step)) / (2 * step);
          }),
        );
      };
      near(found.gradient.data, slopesAt(data), 2e-3);
      const darker = together(
        pictures.map((each) =>
          float32(
            each.shape,
            each.data.map((x) => x / 2),
          ),
        ),
      );
      const then = await evaluator.evaluate(darker, false);
      const dark = picturesOf(darker).map((each) => Float64Array.from(each.data));
      const seenDarker = dark.map(seenOf);
      // Both numbers are of one time; the slope goes by what they were worth the time before.
      near(
        [then.objective, then.losses!.diversity!],
        [own(seenDarker), weight * own(seenDarker) * alike(seenDarker)],
        1e-4,
      );
      near(then.gradient.data, slopesAt(dark), 2e-3);
    } finally {
      await evaluator.release();
    }
  });

  it("are worth something again after a step that gave no number", async () => {
    const model = await openModel(referenceFile());
    const goal = { objective: channelMean("relu2", 3), layer: "relu2", weight: 1.5 };
    const evaluator = await diverseEvaluator(model, model.inputSize, inputLine(untouched), goal);
    try {
      const batch = together(seeds.map(picture));
      const broken = float32(batch.shape, batch.data.slice().fill(NaN));
      await evaluator.evaluate(batch, false);
      const { objective, gradient } = await evaluator.evaluate(batch, false);
      assert.ok(Number.isNaN((await evaluator.evaluate(broken, false)).objective));
      const again = await evaluator.evaluate(batch, false);
      near([again.objective], [objective], 1e-5);
      near(again.gradient.data, gradient.data, 1e-5);
    } finally {
      await evaluator.release();
    }
  });

  it("are transformed, penalized and repaired as each would be alone", () => {
    const batch = float32([2, 3, 4, 5], random(9, 120));
    const each = (change: (picture: FloatTensor) => FloatTensor) => together(picturesOf(batch).map(change)).data;
    const way = roll(1, 2);
    const whole = transformEach(() => way)(1);
    assert.deepEqual(whole.apply(batch).data, each(way.apply));
    assert.deepEqual(whole.adjoint(batch).data, each(way.adjoint));
    // What each would be told alone; together, it is the mean that is climbed.
    const uphill = float32([2, 3, 4, 5], random(10, 120));
    const slopes = picturesOf(uphill);
    for (const penalty of [totalVariation(2), l2ByShare(0.5, [1, 2, 3])]) {
      const own = picturesOf(batch).map((picture, i) => penalty.of(picture, slopes[i]!));
      const { loss, gradient } = penalizeEach(penalty).of(batch, scaled(uphill, 1 / 2));
      near([loss], [(own[0]!.loss + own[1]!.loss) / 2]);
      near(
        gradient.data,
        together(own.map((one) => one.gradient)).data.map((x) => x / 2),
      );
    }
    const repaired = repairEach((own, slope, step) => ({
      ...own,
      data: own.data.map((x, i) => x + step * slope.data[i]!),
    }));
    near(
      repaired(batch, batch, 2).data,
      batch.data.map((x) => 3 * x),
    );
  });
});
