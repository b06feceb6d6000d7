import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { Library } from "../../src/engine/library.ts";
import { canvasOf, resized } from "../../src/engine/synthesis/canvas.ts";
import { sameGram, texture } from "../../src/engine/synthesis/gram.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { noise, smoothNoise } from "../../src/engine/synthesis/noise.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { styleLayers, whereContentIs } from "../../src/engine/synthesis/style-layers.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import type { Given } from "../../src/shared/parameters.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made, preparationOf } from "./support/making.ts";
import { isDerivedAs } from "./support/objective-slopes.ts";
import { openModel, releaseModels } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";
import { smallNet } from "./support/small-net.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const cat = join(samplesFolder, "cat-chelsea.png");
const coffee = join(samplesFolder, "coffee.png");

/** For what holds for any network. */
const little = { technique: "texture-synthesis", model: smallNet(), image: coffee };

/** In plain loops: how two channels fire together. */
function gramOf(values: ArrayLike<number>, channels: number): number[] {
  const places = values.length / channels;
  return Array.from({ length: channels * channels }, (_, i) => {
    const [a, b] = [Math.floor(i / channels), i % channels];
    let sum = 0;
    for (let p = 0; p < places; p++) sum += values[a * places + p]! * values[b * places + p]!;
    return sum / places;
  });
}

const apart = (a: readonly number[], b: ArrayLike<number>) =>
  a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0) / Array.from(b).reduce((sum, x) => sum + x * x, 0);

describe("a Gram matrix as the goal", () => {
  afterEach(releaseModels);

  it("is what its formula says, and uphill is where the distance falls", async () => {
    const canvas = picture(3);
    const wanted = random(31, 25).map(Math.abs);
    const others = random(32, 16).map(Math.abs);
    const model = await openModel(referenceFile());
    const both = texture(
      [
        { name: "relu2", weight: 3 },
        { name: "relu1", weight: 1 },
      ],
      [float32([5, 5], wanted), float32([4, 4], others)],
    );
    const of = (pixels: ArrayLike<number>) => {
      const { a1, a2 } = forward(pixels);
      return -(3 * apart(gramOf(a2.data, 5), wanted) + apart(gramOf(a1.data, 4), others)) / 4;
    };
    const program = await Program.open(model, model.inputSize, inputLine(untouched), both);
    try {
      await isDerivedAs(program, canvas, of);
    } finally {
      await program.release();
    }
  });

  it("is 0 where it is met, wherever things are: a layer's places may be shuffled", async () => {
    const model = await openModel(referenceFile());
    const canvas = picture(3);
    const { a2 } = forward(canvas.data);
    const program = await Program.open(
      model,
      model.inputSize,
      inputLine(untouched),
      sameGram("relu2", float32([5, 5], gramOf(a2.data, 5))),
    );
    try {
      const { objective } = await program.evaluate(canvas);
      assert.ok(Math.abs(objective) < 1e-9);
    } finally {
      await program.release();
    }
  });

  it("is refused where a layer sees nothing, or none has a weight", () => {
    assert.throws(() => texture([{ name: "a", weight: 1 }], [float32([1, 1], [0])]), /a sees nothing in the picture/);
    assert.throws(() => texture([{ name: "a", weight: 0 }], [float32([1, 1], [1])]), /No layer has a weight/);
  });

  it("looks at one layer for each size of maps", async () => {
    const model = await openModel(squeezenet);
    const bound = await model.bound(1);
    assert.deepEqual(
      styleLayers(bound).map(({ name }) => name),
      ["conv1", "fire2/concat", "fire4/concat", "fire6/concat"],
    );
    assert.equal(whereContentIs.of(bound), "fire4/concat");
  });
});

describe("texture synthesis", function () {
  this.timeout(120_000);

  /** How far off the photo's the Gram matrices of each of its layers are, before and after, in plain loops. */
  async function distances(parameters: Given, layers: readonly (readonly [name: string, channels: number])[]) {
    const request = { technique: "texture-synthesis", model: squeezenet, image: coffee, parameters };
    const { floats, notes, frames } = await made(request);
    const model = await (await new Library().open(squeezenet)).at({ height: 96, width: 144 });
    const square = await (await new Library().open(squeezenet)).at({ height: 96, width: 96 });
    const photo = await sharp(coffee).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = photo.info;
    assert.equal(Math.round((96 * width) / height), 144);
    const example = resized(canvasOf({ width, height, pixels: new Uint8Array(photo.data) }), 96, 144);
    const line = inputLine((await preparationOf(squeezenet, coffee)) ?? untouched);
    const noise = frames[0]!.picture;
    const found: { readonly layer: string; readonly before: number; readonly after: number }[] = [];
    for (const [layer, channels] of layers) {
      const wanted = gramOf((await model.activations(line.toNetwork(example), layer)).data, channels);
      const distance = async (canvas: FloatTensor) =>
        Math.sqrt(apart(gramOf((await square.activations(line.toNetwork(canvas), layer)).data, channels), wanted));
      found.push({ layer, before: await distance(canvasOf(noise)), after: await distance(floats) });
    }
    return { found, verdict: notes.at(-1)! };
  }
  const layers = [
    ["conv1", 64],
    ["fire2/concat", 128],
    ["fire4/concat", 256],
    ["fire6/concat", 384],
  ] as const;

  it("makes a picture whose Gram matrices are the photo's, as near as it calls good", async () => {
    const { found, verdict } = await distances({ size: 96, steps: 120, depth: 3 }, layers.slice(0, 3));
    const off = Math.sqrt(found.reduce((sum, { after }) => sum + after ** 2, 0) / found.length);
    assert.ok(off < 0.1, found.map(({ layer, after }) => `${layer}: ${after}`).join(", "));
    assert.match(verdict.text, /The Gram matrices of conv1, fire2\/concat, fire4\/concat are [\d.]+ % off the photo/);
    near([Number(/are ([\d.]+) % off/.exec(verdict.text)?.[1]) / 100], [off], 0.02);
    assert.equal(verdict.level, "good");
  });

  it("comes nearer in every layer, and says how near", async () => {
    const { found, verdict } = await distances({ size: 96, steps: 60 }, layers);
    for (const { layer, before, after } of found)
      assert.ok(after < before / 2 && after < 0.3, `${layer}: ${before} → ${after}`);
    assert.match(verdict.text, /The Gram matrices of conv1, .*fire6\S+ are [\d.]+ % off the photo/);
  });

  it("makes the same picture again", async () => {
    const request = { ...little, parameters: { size: 32, steps: 6 } };
    assert.deepEqual((await made(request)).floats.data, (await made(request)).floats.data);
  });

  it("tells no loss that weighs nothing", async () => {
    const names = async (technique: string, parameters: Given) => {
      const asked = { ...little, technique, parameters: { size: 32, steps: 1, ...parameters } };
      return Object.keys((await made(asked)).frames[0]!.losses);
    };
    assert.deepEqual(await names("texture-synthesis", {}), []);
    assert.deepEqual(await names("texture-synthesis", { made: "pixels" }), ["total variation"]);
    assert.deepEqual(await names("texture-synthesis", { "total-variation": 2 }), ["total variation"]);
    const style = { style: cat, octaves: 1 };
    assert.deepEqual(await names("style-transfer", { ...style, "total-variation": 0 }), []);
    assert.deepEqual(await names("style-transfer", style), ["total variation"]);
  });

  it("says that one colour is no texture, and goes on from where it stood", async () => {
    const flat = join(folder(), "flat.png");
    await sharp({ create: { width: 60, height: 60, channels: 3, background: "#3070b0" } })
      .png()
      .toFile(flat);
    const parameters = { size: 32, steps: 6, optimizer: "adam" };
    const request = { ...little, image: flat, parameters };
    const { notes, floats } = await made(request);
    assert.match(notes[0]?.text ?? "", /one colour: there is no texture in it/);
    const kept = { kind: "picture", technique: "texture-synthesis", made: { subject: {}, parameters: {} } } as const;
    const from = { ...kept, octave: 1, step: 5, shape: floats.shape, values: floats.data };
    const { frames } = await made({ ...request, from });
    assert.deepEqual(
      frames.map(({ step }) => step),
      [6],
    );
    const wrong = { ...from, values: new Float32Array(3) };
    await assert.rejects(made({ ...request, from: wrong }), /the picture to go on from has another size/i);
  });
});

describe("noise that pixels start from", () => {
  const size = { height: 64, width: 64 };
  /** Root mean square of the differences to the right, over that of the numbers' distances from the colour. */
  const grain = ({ data }: FloatTensor) => {
    const root = (of: (x: number, i: number) => number) =>
      Math.sqrt(data.reduce((sum, x, i) => sum + of(x, i) ** 2, 0) / data.length);
    return root((x, i) => (i % 64 < 63 ? data[i + 1]! - x : 0)) / root((x) => x - 128);
  };

  it("has as much of every octave of frequencies: far less grain than white noise, and the same deviation", () => {
    const color = [128, 128, 128];
    const [smooth, white] = [smoothNoise(size, color, 20, 1), noise(size, color, 20, 1)];
    assert.ok(grain(smooth) < 0.8 * grain(white), `${grain(smooth)}, ${grain(white)}`);
    assert.deepEqual(smoothNoise(size, color, 20, 1).data, smooth.data);
    assert.notDeepEqual(smoothNoise(size, color, 20, 2).data, smooth.data);
  });

  it("and textures of pixels are smoothed more than those of frequencies, unless told", async () => {
    const parameters = { size: 32, steps: 4, made: "pixels" };
    const ways = [{}, { "total-variation": 3 }, { "total-variation": 0 }];
    const [usual, same, without] = await Promise.all(
      ways.map(async (way) => (await made({ ...little, parameters: { ...parameters, ...way } })).floats),
    );
    assert.deepEqual(usual!.data, same!.data);
    assert.notDeepEqual(usual!.data, without!.data);
  });
});
