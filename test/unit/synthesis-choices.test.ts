import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { visualize } from "../../src/cli/visualize.ts";
import { recipeIn } from "../../src/engine/synthesis/recipe-png.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { npy, samplesFolder } from "./support/engine.ts";
import { made, wired } from "./support/making.ts";
import { smallNet } from "./support/small-net.ts";

const model = smallNet();
const [cat, coffee] = ["cat-chelsea.png", "coffee.png"].map((name) => join(samplesFolder, name)) as [string, string]; // of two, two
const layer = "conv2";

describe("the step of a dream", function () {
  this.timeout(60_000);

  it("is as large as is asked for, by the mean, the root of the mean square or the length", async () => {
    const image = join(folder(), "mild.png");
    // Nothing is near black or white, where a step would be cut off.
    await sharp(cat).resize(120, 100, { fit: "fill" }).linear(0.3, 90).png().toFile(image);
    const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    const plane = info.width * info.height;
    const before = Float32Array.from({ length: 3 * plane }, (_, i) => data[(i % plane) * 3 + Math.floor(i / plane)]!);
    const change = async (normalize: string, size: number) => {
      const parameters = { octaves: 1, steps: 1, jitter: 0, normalize, "step-size": size };
      const { floats } = await made({ technique: "deep-dream", model, image, layer, parameters });
      return floats.data.map((x, i) => x - before[i]!);
    };
    const sum = (numbers: Float32Array, of: (x: number) => number) => numbers.reduce((total, x) => total + of(x), 0);
    const [byMean, byRoot, byLength] = [await change("mean", 1.5), await change("rms", 2), await change("l2", 150)];
    near([sum(byMean, Math.abs) / byMean.length], [1.5], 1e-2);
    near([Math.sqrt(sum(byRoot, (x) => x * x) / byRoot.length)], [2], 1e-2);
    near([Math.sqrt(sum(byLength, (x) => x * x))], [150], 1e-2);
  });
});

describe("the seed", function () {
  this.timeout(60_000);

  it("is one of as many as there are chances: none beyond gives the picture of another", async () => {
    const of = (seed: number) => made({ technique: "fooling-image", model, target: 1, seed, parameters: { steps: 1 } });
    const [first, last] = [await of(0), await of(2 ** 32 - 1)];
    assert.notDeepEqual(last.finished.picture, first.finished.picture);
    assert.equal(last.finished.recipe.seed, 2 ** 32 - 1);
    for (const seed of [2 ** 32, -1, 0.5])
      await assert.rejects(of(seed), /^InvalidParameter: seed: expected a whole number from 0 to 4294967295, got /);
  });
});

describe("the direction of a photo", function () {
  this.timeout(60_000);

  const parameters = { of: "direction", method: "l2", size: 32, steps: 12, l2: 0 };
  const towards = (along: string, more: object = {}) =>
    made({ technique: "neuron-visualization", model, layer, parameters: { ...parameters, along, ...more } });

  it("is climbed, and what is made for one photo is worth more to it than what is made for another", async () => {
    const [ofCat, ofCoffee] = [await towards(cat), await towards(coffee)];
    const [first, last] = ofCat.finished.objective;
    assert.ok(last > 1.1 * first, `${first} → ${last}`);
    const worth = async ({ data, shape }: FloatTensor, along: string) => {
      const from = { kind: "picture", technique: "class-visualization", octave: 1, step: 12, shape, values: data, made: { subject: {}, parameters: {} } } as const; // prettier-ignore
      const { frames } = await made({ technique: "neuron-visualization", model, layer, from, parameters: { ...parameters, along, steps: 13 } }); // prettier-ignore
      return frames[0]!.objective;
    };
    assert.ok((await worth(ofCat.floats, cat)) > (await worth(ofCoffee.floats, cat)));
    assert.ok((await worth(ofCoffee.floats, coffee)) > (await worth(ofCat.floats, coffee)));
  });

  it("needs a photo, and no channel", async () => {
    await assert.rejects(towards(""), /Choose the photo whose direction is wanted/);
    const out = join(folder(), "direction.png");
    const asked = [model, "--layer", layer, "--of", "direction", "--along", coffee, "--steps", "1", "--size", "48"];
    await visualize([...asked, "--out", out], wired(), () => undefined);
    const { channel, parameters: kept } = recipeIn(readFileSync(out))!;
    assert.deepEqual([channel, kept.of, kept.along], [undefined, "direction", "coffee.png"]);
    const refused = visualize([...asked, "--channel", "3", "--out", out], wired(), () => undefined);
    await assert.rejects(refused, /--channel has no effect here: --of direction/);
  });
});

describe("the direction of a file", function () {
  this.timeout(60_000);

  const channels = 12; // of the layer
  const vector = Float32Array.from({ length: channels }, (_, i) => (i === 7 ? 3 : i === 9 ? -4 : 0));
  const towards = (tensor: FloatTensor, more: object = {}) =>
    made({
      technique: "neuron-visualization",
      model,
      layer,
      parameters: { of: "direction", along: npy(tensor), method: "l2", size: 64, steps: 2, ...more },
    });

  it("is climbed at unit length, whatever axes of one the file has", async () => {
    const plain = await towards(float32([channels], vector));
    const own = (channel: number) =>
      made({
        technique: "neuron-visualization",
        model,
        layer,
        channel,
        parameters: { method: "l2", size: 64, steps: 1 },
      });
    const [seven, nine] = [(await own(7)).frames[0]!.objective, (await own(9)).frames[0]!.objective];
    near([plain.frames[0]!.objective], [0.6 * seven - 0.8 * nine], 1e-4);
    for (const shape of [
      [1, channels],
      [channels, 1, 1],
    ])
      assert.deepEqual((await towards(float32(shape, vector))).floats.data, plain.floats.data);
    assert.equal(plain.finished.recipe.parameters.along, "picture.npy");
  });

  it("is refused where it is none of the layer's, with the reason", async () => {
    const refused = (shape: readonly number[], data: readonly number[], why: RegExp) =>
      assert.rejects(towards(float32(shape, data)), why);
    await refused([3], [1, 2, 3], /a number for each of its 12 channels, and \S*picture.npy holds 3\./);
    await refused([2, 6], Array.from(vector), /its shape is 2 × 6; expected one number for each channel: \[C\]/);
    await refused(
      [channels],
      Array.from(vector, () => 0),
      /picture.npy is zero everywhere: it is no direction/,
    );
    await refused(
      [channels],
      Array.from(vector, () => NaN),
      /picture.npy holds what is not finite/,
    );
  });
});

describe("an adversarial example", function () {
  this.timeout(60_000);

  it("says that it has the network's size, unless the photo has that, too", async () => {
    const attacked = async (image: string) => {
      const { notes } = await made({ technique: "adversarial-example", model, image, parameters: { epsilon: 16 } });
      return notes.map(({ text, more = "" }) => `${text} ${more}`).join(" ");
    };
    assert.match(await attacked(cat), /The picture is 32 × 32 pixels, as the network sees the photo of 451 × 300: /);
    const own = join(folder(), "own.png");
    await sharp(cat).resize(32, 32, { fit: "fill" }).png().toFile(own);
    assert.equal((await attacked(own)).includes("The picture is"), false);
  });
});

describe("how a picture is moved, scaled and turned, a frame, a part, a blur and noise of what is seen, and how frequencies fall", function () {
  this.timeout(60_000);

  it("make another picture, each as it is told on the command line", async () => {
    const pixels = async (...words: readonly string[]) => {
      const out = join(folder(), "seen.png");
      const asked = [model, "--layer", layer, "--channel", "3", "--size", "32", "--steps", "4", ...words, "--out", out];
      await visualize(asked, wired(), () => undefined);
      return sharp(out).raw().toBuffer();
    };
    const plain = await pixels();
    assert.deepEqual(await pixels("--shift", "usual", "--scales", "0.1", "--rotation", "10"), plain);
    assert.deepEqual(await pixels("--pad", "0", "--crop", "1", "--blur", "0", "--noise", "0", "--falloff", "1"), plain);
    for (const words of [
      ["--shift", "0"],
      ["--shift", "9"],
      ["--scales", "0"],
      ["--scales", "0.3"],
      ["--rotation", "0"],
      ["--rotation", "90"],
      ["--pad", "0.2"],
      ["--crop", "0.6"],
      ["--blur", "2"],
      ["--noise", "20"],
      ["--falloff", "1.5"],
    ] as const)
      assert.notDeepEqual(await pixels(...words), plain, words.join(" "));
    await assert.rejects(pixels("--method", "l2", "--crop", "0.5"), /--crop has no effect here: it goes with --method/);
    for (const flag of ["--shift", "--scales", "--rotation"])
      await assert.rejects(pixels("--method", "yosinski", flag, "0"), new RegExp(`${flag} has no effect here`));
  });
});
