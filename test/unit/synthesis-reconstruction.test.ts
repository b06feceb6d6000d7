import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { normal, random as uniform } from "../../src/engine/images/arithmetic.ts";
import { natural } from "../../src/engine/synthesis/parameterizations/natural.ts";
import { patchDistance, patchesOf, patchSide } from "../../src/engine/synthesis/patch-distance.ts";
import { densityAt, Statistician, type PhotoStatistics } from "../../src/engine/synthesis/photo-statistics.ts";
import type { Given } from "../../src/shared/parameters.ts";
import type { Checkpoint } from "../../src/shared/synthesis.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { integers, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { quarter, quarterNet } from "./support/quarter-net.ts";
import { random } from "./support/random.ts";
import { smallNet } from "./support/small-net.ts";

const [height, width] = [48, 64];
const plane = height * width;
const mean = [120, 110, 90];
/** Deviations of three components, and where each points among the colours: at right angles to each other. */
const deviations = [30, 12, 5];
const directions = [
  [1, 1, 1],
  [1, 0, -1],
  [1, -2, 1],
].map((v) => v.map((x) => x / Math.hypot(...v)));
const sigma = 1.2;

/** Normal noise, blurred around the edges by a bell of `sigma`, and scaled so that its variance is 1 on average. */
function blurredNoise(seed: number): Float64Array {
  const next = normal(seed);
  const noise = Float64Array.from({ length: plane }, next);
  const bell = Array.from({ length: 13 }, (_, i) => Math.exp(-((i - 6) ** 2) / (2 * sigma * sigma)));
  const along = (field: Float64Array, down: boolean) =>
    field.map((_, p) => {
      const [y, x] = [Math.floor(p / width), p % width];
      return bell.reduce((sum, weight, i) => {
        const [v, u] = down ? [(y + i - 6 + height) % height, x] : [y, (x + i - 6 + width) % width];
        return sum + weight * field[v * width + u]!;
      }, 0);
    });
  const scale = bell.reduce((sum, weight) => sum + weight * weight, 0);
  return along(along(noise, true), false).map((x) => x / scale);
}

function synthetic(seed: number): FloatTensor {
  const components = [0, 1, 2].map((k) => blurredNoise(100 * seed + k));
  const data = Float32Array.from({ length: 3 * plane }, (_, i) => {
    const [c, p] = [Math.floor(i / plane), i % plane];
    return mean[c]! + [0, 1, 2].reduce((sum, k) => sum + directions[k]![c]! * deviations[k]! * components[k]![p]!, 0);
  });
  return float32([1, 3, height, width], data);
}

function statisticsOf(photos: Iterable<FloatTensor>): PhotoStatistics {
  const statistician = new Statistician(height, width);
  for (const photo of photos) statistician.take(photo);
  assert.ok(statistician.statistics);
  return statistician.statistics;
}

const covarianceEntry = (i: number, j: number) =>
  [0, 1, 2].reduce((sum, k) => sum + deviations[k]! ** 2 * directions[k]![i]! * directions[k]![j]!, 0);
const trueCovariance = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => covarianceEntry(i, j)));
/** Variance per unit of frequency² of noise that such a bell has blurred. */
const trueDensity = (frequency: number) =>
  4 * Math.PI * sigma ** 2 * Math.exp(-4 * Math.PI ** 2 * sigma ** 2 * frequency ** 2);

function assertAsMade(found: PhotoStatistics, share: number): void {
  near(found.mean, mean, 0.03);
  near(found.covariance, trueCovariance, share);
  for (const component of [0, 1, 2])
    for (const frequency of [0.06, 0.1, 0.15, 0.2]) {
      const [ours, theirs] = [densityAt(found, component, frequency), trueDensity(frequency)];
      assert.ok(
        Math.abs(Math.log(ours / theirs)) < 3 * share,
        `component ${component} at ${frequency}: ${ours}, ${theirs}`,
      );
    }
}

describe("the statistics of photos", () => {
  it("are those that the photos were made with", () => {
    const found = statisticsOf(Array.from({ length: 12 }, (_, i) => synthetic(i + 1)));
    assert.equal(found.photos, 12);
    assertAsMade(found, 0.08);
    const product = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) => [0, 1, 2].reduce((sum, k) => sum + found.mixing[i * 3 + k]! * found.mixing[j * 3 + k]!, 0)),
    );
    near(product, found.covariance, 1e-2);
  });

  it("are none where there is no photo, or nothing but one colour", () => {
    assert.equal(new Statistician(4, 4).statistics, undefined);
    const statistician = new Statistician(4, 4);
    statistician.take(float32([1, 3, 4, 4], new Float32Array(48).fill(77)));
    assert.equal(statistician.statistics, undefined);
    assert.throws(() => statistician.take(float32([1, 3, 4, 5], new Float32Array(60))), /one size/);
  });

  it("know photos in grey: colours do not vary then", () => {
    const gray = synthetic(1);
    for (const c of [1, 2]) gray.data.copyWithin(c * plane, 0, plane);
    const found = statisticsOf([gray]);
    assert.ok(found.densities.flatMap((rings) => [...rings]).every(Number.isFinite));
    const first = Math.sqrt(found.covariance[0]!);
    near(found.mixing, [first, 0, 0, first, 0, 0, first, 0, 0], 1e-5);
  });
});

describe("a picture by what photos have of each frequency", () => {
  const made = () => statisticsOf(Array.from({ length: 8 }, (_, i) => synthetic(i + 1)));

  it("has the photos' statistics where its numbers are normal", async () => {
    const statistics = made();
    const drawn: FloatTensor[] = [];
    for (let seed = 0; seed < 12; seed++) {
      const picture = await natural(statistics, { height, width, threads: 1, seed, deviation: 1 });
      const { shape, data } = await picture.picture();
      drawn.push(float32(shape, data.slice()));
      await picture.release();
    }
    assertAsMade(statisticsOf(drawn), 0.14);
  });

  it("sends gradients back as central differences find them, and what is clipped only inwards", async () => {
    const [h, w] = [6, 7];
    const picture = await natural(made(), { height: h, width: w, threads: 1, seed: 3, deviation: 1 });
    try {
      const dy = float32([1, 3, h, w], random(6, 3 * h * w));
      const at = picture.values.slice();
      const worth = async (values: Float32Array) => {
        picture.set(values);
        return (await picture.picture()).data.reduce((sum, x, i) => sum + x * dy.data[i]!, 0);
      };
      const slopes: number[] = [];
      for (let i = 0; i < at.length; i += 5) {
        const moved = (by: number) => worth(at.map((x, k) => (k === i ? x + by : x)));
        slopes.push(((await moved(0.25)) - (await moved(-0.25))) / 0.5);
      }
      picture.set(at);
      await picture.picture();
      const gradient = await picture.pullBack(dy);
      near(
        gradient.filter((_, i) => i % 5 === 0),
        slopes,
        2e-2,
      );

      picture.set(at.map((x) => 40 * x));
      const { data } = await picture.picture();
      assert.ok(data.some((x) => x === 0) && data.some((x) => x === 255));
      const outwards = float32(
        [1, 3, h, w],
        data.map((x) => (x === 0 ? -1 : x === 255 ? 1 : 0)),
      );
      assert.ok((await picture.pullBack(outwards)).every((x) => x === 0));
    } finally {
      await picture.release();
    }
  });
});

describe("the distance from photos' patches", () => {
  const photo = float32(
    [1, 3, 20, 22],
    random(9, 3 * 20 * 22).map((x) => 128 + 100 * x),
  );

  it("is that of each place's nearest patch, mean colours aside", async () => {
    const patches = patchesOf(photo, 7, uniform(3));
    assert.equal(patches.length, 7);
    const canvas = float32(
      [1, 3, 16, 12],
      random(10, 3 * 16 * 12).map((x) => 128 + 60 * x),
    );
    const patchAt = (top: number, left: number) =>
      [0, 1, 2].flatMap((c) => {
        const numbers = Array.from({ length: patchSide ** 2 }, (_, i) => {
          const [y, x] = [top + Math.floor(i / patchSide), left + (i % patchSide)];
          return canvas.data[(c * 16 + y) * 12 + x]! / 255;
        });
        const own = numbers.reduce((a, b) => a + b) / numbers.length;
        return numbers.map((x) => x - own);
      });
    const byHand = () => {
      const distances = [0, 4, 8].flatMap((top) =>
        [0, 4].map((left) => {
          const own = patchAt(top, left);
          return Math.min(...patches.map((patch) => own.reduce((sum, x, i) => sum + (x - patch[i]! / 255) ** 2, 0)));
        }),
      );
      return distances.reduce((a, b) => a + b) / distances.length / 192;
    };
    const distance = await patchDistance(patches, { height: 16, width: 12 }, 1);
    try {
      const { loss, gradient } = await distance.of(canvas);
      near([loss], [byHand()], 1e-6);
      const places = [0, 37, 130, 300, 555];
      const slopes = places.map((i) => {
        const at = canvas.data[i]!;
        const moved = (by: number) => {
          canvas.data[i] = at + by;
          const found = byHand();
          canvas.data[i] = at;
          return found;
        };
        return moved(0.5) - moved(-0.5);
      });
      near(
        places.map((i) => gradient.data[i]!),
        slopes,
        1e-3,
      );
    } finally {
      await distance.release();
    }
  });

  it("is nothing for a picture that is made of the photo's own patches", async () => {
    const patches = patchesOf(photo, 1, uniform(3));
    const canvas = float32(
      [1, 3, 8, 8],
      patches[0]!.map((x) => x + 100),
    );
    const distance = await patchDistance(patches, { height: 8, width: 8 }, 1);
    try {
      const { loss, gradient } = await distance.of(canvas);
      assert.ok(Math.abs(loss) < 1e-6, String(loss));
      assert.ok(gradient.data.every((x) => Math.abs(x) < 1e-7));
    } finally {
      await distance.release();
    }
    assert.deepEqual(patchesOf(float32([1, 3, 4, 4], new Float32Array(48)), 3, uniform(1)), []);
  });
});

describe("the reconstruction of a class", function () {
  this.timeout(120_000);
  const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
  const flamingo = 130;
  const request = { technique: "class-reconstruction", model: squeezenet, target: flamingo, seed: 1 };

  /** For all but the percents. */
  const little = { ...request, model: smallNet(), target: 3 };

  function photos(): string {
    const place = folder();
    for (const name of ["cat-chelsea.png", "coffee.png", "rocket.jpg"])
      copyFileSync(join(samplesFolder, name), join(place, name));
    return place;
  }

  it("as photos of a folder look is that class to the network, at more than 99 %", async () => {
    const quick = { ...request, model: quarterNet(), preparation: quarter };
    const { finished, frames, notes } = await made({ ...quick, parameters: { folder: photos(), steps: 88 } });
    const text = notes.map((note) => note.text).join(" ");
    assert.match(text, /takes the picture for flamingo with (99\.\d|> 99\.9|100) %/);
    assert.match(text, /Read 3 photos in/);
    assert.match(text, /3 photos are few to learn from/);
    assert.ok(finished.objective[1] > finished.objective[0]);
    assert.deepEqual(Object.keys(frames[0]!.losses), ["prior", "patches"]);
    assert.equal(String(finished.recipe.parameters.folder).includes("/"), false, "no folders in the recipe");
  });

  it("pays less to the prior the more that weighs", async () => {
    const place = photos();
    const energyAt = async (weight: number) => {
      const parameters = { folder: place, steps: 12, "prior-weight": weight, "patch-weight": 0 };
      const { frames } = await made({ ...little, parameters, checkpoints: true });
      return frames.at(-1)!.checkpoint!.values.reduce((sum, x) => sum + x * x, 0);
    };
    const [light, heavy] = [await energyAt(10), await energyAt(3000)];
    assert.ok(heavy < light, `${heavy} < ${light}`);
  });

  it("repeats with a seed, and goes on from a checkpoint", async () => {
    const parameters = { folder: photos(), steps: 4 };
    const one = await made({ ...little, parameters, checkpoints: true });
    assert.deepEqual((await made({ ...little, parameters })).finished.picture, one.finished.picture);
    assert.notDeepEqual((await made({ ...little, parameters, seed: 2 })).finished.picture, one.finished.picture);
    const from = one.frames[1]!.checkpoint!;
    const rest = await made({ ...little, parameters, from });
    assert.deepEqual(
      rest.frames.map(({ step }) => step),
      [3, 4],
    );
    const shape = [1, 3];
    await assert.rejects(
      made({ ...little, parameters, from: { ...from, shape, values: new Float32Array(3) } }),
      /made with another prior, or another size/,
    );
    const crossed = (technique: string, kept: Checkpoint, own: Given, why: RegExp) =>
      assert.rejects(made({ ...little, technique, parameters: own, from: kept }), why);
    await crossed(
      "class-visualization",
      from,
      {},
      /are numbers of Class reconstruction, of which Class visualization can make nothing/,
    );
    const picture = { ...from, technique: "class-visualization", kind: "picture" } as const;
    await crossed("class-reconstruction", picture, parameters, /from its own numbers, not from a picture/);
  });

  it("is drawn by a generator where there is one", async () => {
    const [length, side] = [6, 32];
    const generator = onnxFile({
      nodes: [node("MatMul", ["z", "m"], "a"), node("Reshape", ["a", "shape"], "b"), node("Tanh", ["b"], "y")],
      weights: [
        weight("m", [length, 3 * side * side], random(3, length * 3 * side * side)),
        integers("shape", [1, 3, side, side]),
      ],
      inputs: [value("z", [1, length])],
      outputs: [value("y", [1, 3, side, side])],
    });
    const parameters = { prior: "generator", generator, steps: 40, rate: 0.2, "prior-weight": 0 };
    const { finished, notes, frames } = await made({ ...little, parameters, checkpoints: true });
    assert.deepEqual([finished.picture.width, finished.picture.height], [side, side]);
    // Each step sees it otherwise, shifted and turned: one step alone says little.
    const mean = (few: typeof frames) => few.reduce((sum, { objective }) => sum + objective, 0) / few.length;
    assert.ok(mean(frames.slice(-8)) > mean(frames.slice(0, 8)));
    assert.match(notes[0]?.text ?? "", /draws 32 × 32 pixels from 6 numbers, on a scale of -1 to 1/);
    assert.deepEqual(frames[0]?.checkpoint?.shape, [1, length]);
    assert.deepEqual(frames[0].losses, {}, "what weighs nothing is not paid");
    assert.equal(finished.recipe.parameters.generator, "model.onnx");
  });

  it("pays for its prior what is usual: much where a photo's numbers are its own, little where a generator's few are all", async () => {
    // Of two pictures of stripes, upright and lying, each number of the generator mixes one in.
    const [length, side] = [2, 32];
    const stripes = (i: number, along: number) => Math.sin((along ? i % side : Math.floor(i / side)) * (1 + along));
    const generator = onnxFile({
      nodes: [node("MatMul", ["z", "m"], "a"), node("Reshape", ["a", "shape"], "b"), node("Tanh", ["b"], "y")],
      weights: [
        weight("m", [length, 3 * side * side], Float32Array.from({ length: length * 3 * side * side }, (_, i) => stripes(i % (side * side), Math.floor(i / (3 * side * side))))), // prettier-ignore
        integers("shape", [1, 3, side, side]),
      ],
      inputs: [value("z", [1, length])],
      outputs: [value("y", [1, 3, side, side])],
    });
    const last = async (parameters: Given, asked = { ...little, target: 1 }) => (await made({ ...asked, parameters: { steps: 30, rate: 0.2, ...parameters }, checkpoints: true })).frames.at(-1)!.checkpoint!.values; // prettier-ignore
    const drawn = { prior: "generator", generator };
    const [usual, one, hundred] = [await last(drawn), await last({ ...drawn, "prior-weight": 1 }), await last({ ...drawn, "prior-weight": 100 })]; // prettier-ignore
    assert.deepEqual(usual, one);
    const length2 = (z: Float32Array) => z.reduce((sum, x) => sum + x * x, 0);
    assert.ok(length2(usual) > 10 * length2(hundred), `${usual.join()} and ${hundred.join()}: a mush of grey`);
    const place = photos();
    const known = { folder: place, steps: 3 };
    assert.deepEqual(await last(known, little), await last({ ...known, "prior-weight": 100 }, little));
  });

  it("is refused by name where nothing is known of pictures", async () => {
    const refused = (parameters: Given, why: RegExp) => assert.rejects(made({ ...request, parameters }), why);
    await refused({}, /Choose a folder of photos/);
    await refused({ prior: "generator" }, /Choose a generator: an ONNX file/);
    await refused({ prior: "generator", generator: squeezenet }, /is no generator: its input .* is a picture/);
    const place = folder();
    writeFileSync(join(place, "notes.onnx"), "not a model");
    await refused({ prior: "generator", generator: join(place, "notes.onnx") }, /notes\.onnx/);
  });
});
