import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { style } from "../../src/cli/style.ts";
import { texture as textureCommand } from "../../src/cli/texture.ts";
import { Library } from "../../src/engine/library.ts";
import { canvasOf, resized, sizeOf } from "../../src/engine/synthesis/canvas.ts";
import { sameGram, texture } from "../../src/engine/synthesis/gram.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { lbfgs } from "../../src/engine/synthesis/lbfgs.ts";
import { withColorsOf } from "../../src/engine/synthesis/luminance.ts";
import { ascent, type Optimizer } from "../../src/engine/synthesis/optimizers.ts";
import { fourier } from "../../src/engine/synthesis/parameterizations/fourier.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { contentLayer, styleLayers } from "../../src/engine/synthesis/style-layers.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made, wired } from "./support/making.ts";
import { isDerivedAs } from "./support/objective-slopes.ts";
import { integers, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const cat = join(samplesFolder, "cat-chelsea.png");
const coffee = join(samplesFolder, "coffee.png");

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
    assert.equal(contentLayer(bound), "fire4/concat");
  });
});

describe("texture synthesis", function () {
  this.timeout(120_000);

  it("makes a picture whose Gram matrices are the photo's, and the same one again", async () => {
    const parameters = { size: 96, steps: 60 };
    const request = { technique: "texture-synthesis", model: squeezenet, image: coffee, parameters };
    const { floats, notes, frames } = await made(request);
    const model = await (await new Library().open(squeezenet)).at({ height: 96, width: 144 });
    const square = await (await new Library().open(squeezenet)).at({ height: 96, width: 96 });
    const photo = await sharp(coffee).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = photo.info;
    assert.equal(Math.round((96 * width) / height), 144);
    const example = resized(canvasOf({ width, height, pixels: new Uint8Array(photo.data) }), 96, 144);
    const line = inputLine((await preparationOf()) ?? untouched);
    const noise = frames[0]!.picture;
    for (const [layer, channels] of [
      ["conv1", 64],
      ["fire2/concat", 128],
      ["fire4/concat", 256],
      ["fire6/concat", 384],
    ] as const) {
      const wanted = gramOf((await model.activations(line.toNetwork(example), layer)).data, channels);
      const distance = async (canvas: FloatTensor) =>
        Math.sqrt(apart(gramOf((await square.activations(line.toNetwork(canvas), layer)).data, channels), wanted));
      const [before, after] = [await distance(canvasOf(noise)), await distance(floats)];
      assert.ok(after < 0.3, `${layer}: ${after}`);
      assert.ok(after < before / 2, `${layer}: ${before} → ${after}`);
    }
    assert.match(notes.at(-1)?.text ?? "", /The Gram matrices of 4 layers match within/);
    const again = await made(request);
    assert.deepEqual(again.finished.picture, (await made(request)).finished.picture);
    assert.deepEqual(again.floats.data, floats.data);
  });

  it("says that one colour is no texture, and goes on from where it stood", async () => {
    const flat = join(folder(), "flat.png");
    await sharp({ create: { width: 60, height: 60, channels: 3, background: "#3070b0" } })
      .png()
      .toFile(flat);
    const parameters = { size: 64, steps: 6, optimizer: "adam" };
    const request = { technique: "texture-synthesis", model: squeezenet, image: flat, parameters };
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

const preparationOf = async () =>
  (await wired().predict({ model: squeezenet, image: coffee })).preparation as Preparation | undefined;

describe("style transfer", function () {
  this.timeout(120_000);
  const request = {
    technique: "style-transfer",
    model: squeezenet,
    image: cat,
    parameters: { style: coffee, size: 120, octaves: 2, steps: 12 },
  };

  it("grows from small to large, nearer to both, in the photo's shape", async () => {
    const { frames, finished } = await made(request);
    const sizes = new Set(frames.map(({ picture: { width, height } }) => `${width} × ${height}`));
    assert.deepEqual([...sizes], ["60 × 40", "120 × 80"]);
    for (const octave of [1, 2]) {
      const own = frames.filter((frame) => frame.octave === octave).map(({ objective }) => objective);
      assert.ok(own.at(-1)! > own[0]! / 2, `${own[0]} → ${own.at(-1)}`);
    }
    assert.deepEqual(finished.recipe.parameters.style, "coffee.png", "no folder in the recipe");
    assert.equal(finished.recipe.layer, "fire4/concat");
    const again = await made(request);
    assert.deepEqual(again.floats.data, (await made(request)).floats.data);
  });

  it("without a weight of the style keeps the photo; from noise it finds it again", async () => {
    const only = { ...request.parameters, octaves: 1, "style-weight": 0, layers: undefined };
    const { layers: _, ...kept } = only;
    const { floats } = await made({ ...request, parameters: kept });
    const { width, height } = { width: 120, height: 80 };
    const raw = await sharp(cat).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const photo = resized(
      canvasOf({ width: raw.info.width, height: raw.info.height, pixels: new Uint8Array(raw.data) }),
      height,
      width,
    );
    assert.deepEqual(sizeOf(floats), { height, width });
    const error = (a: FloatTensor) =>
      Math.sqrt(a.data.reduce((sum, x, i) => sum + (x - photo.data[i]!) ** 2, 0) / a.data.length);
    assert.ok(error(floats) < 12, `${error(floats)}`);
    const early = await made({
      ...request,
      parameters: { ...kept, start: "noise", steps: 60 },
      layer: "conv1",
    });
    assert.ok(error(early.floats) < 8, `${error(early.floats)}`);
  });

  it("keeps the photo's colours: brightness from one, the rest from the other", async () => {
    const a = float32([1, 3, 1, 2], [10, 200, 20, 100, 30, 50]);
    const b = float32([1, 3, 1, 2], [90, 10, 60, 40, 30, 250]);
    const mixed = withColorsOf(a, b);
    const luma = ({ data }: FloatTensor, p: number) => 0.299 * data[p]! + 0.587 * data[2 + p]! + 0.114 * data[4 + p]!;
    for (const p of [0, 1]) {
      near([luma(mixed, p)], [luma(a, p)], 1e-5);
      near([mixed.data[p]! - mixed.data[2 + p]!], [b.data[p]! - b.data[2 + p]!], 1e-5);
      near([mixed.data[4 + p]! - mixed.data[2 + p]!], [b.data[4 + p]! - b.data[2 + p]!], 1e-5);
    }
  });

  it("asks for the style, and refuses what cannot be", async () => {
    await assert.rejects(made({ ...request, parameters: {} }), /Choose the picture whose style is wanted/);
    await assert.rejects(made({ ...request, layer: "nowhere" }), /has no layer nowhere/);
  });

  it("the commands write their pictures", async () => {
    const out = join(folder(), "made.png");
    let text = "";
    const print = (piece: string) => (text += piece);
    const quick = ["--size", "64", "--steps", "2", "--out", out];
    await style([squeezenet, cat, coffee, "--octaves", "1", "--style-layer", "conv1=2", ...quick], wired(), print);
    assert.match(text, /made\.png: 64 × 43 pixels, 2 steps/);
    await textureCommand(
      [squeezenet, coffee, "--layer", "conv1", "--layer", "fire2/concat=0.5", ...quick],
      wired(),
      print,
    );
    assert.match(text, /made\.png: 64 × 64 pixels/);
    const recipe = await wired().recipeOf({ image: out });
    assert.deepEqual(recipe?.layers, [
      { name: "conv1", weight: 1 },
      { name: "fire2/concat", weight: 0.5 },
    ]);
    const wrong = (words: readonly string[], says: RegExp) => assert.rejects(style(words, wired(), print), says);
    await wrong([squeezenet, "--out", out], /style needs one model, the image, and the image whose style it gets/);
    await wrong([squeezenet, cat, "--steps", "3", "--out", out], /--steps has no effect without the image whose style/);
    await wrong([squeezenet, cat, "--out", out], /The picture whose style is wanted is missing/);
    await wrong([squeezenet, cat, coffee, "--style", coffee, "--out", out], /there is no option --style/);
    await wrong([squeezenet, cat, coffee], /--out needs the name of a file/);
  });
});

describe("a network that was made to paint", () => {
  const turned = (factor: number) =>
    onnxFile({
      nodes: [node("Conv", ["x", "k"], "painted")],
      // Red and blue change places.
      weights: [weight("k", [3, 3, 1, 1], [0, 0, factor, 0, factor, 0, factor, 0, 0])],
      inputs: [value("x", [1, 3, 6, 6])],
      outputs: [value("painted", [1, 3, 6, 6])],
    });
  const preparation: Preparation = { ...untouched, size: [6, 6] };

  for (const [range, factor] of [
    ["0 to 255", 1],
    ["0 to 1", 1 / 255],
  ] as const)
    it(`is run as it is, whether its colours are ${range}`, async () => {
      const red = join(folder(), "red.png");
      await sharp({ create: { width: 6, height: 6, channels: 3, background: { r: 200, g: 100, b: 5 } } })
        .png()
        .toFile(red);
      const { finished } = await made({ technique: "style-network", model: turned(factor), image: red, preparation });
      assert.deepEqual([...finished.picture.pixels.subarray(0, 3)], [5, 100, 200]);
    });

  const wide = async () => {
    const path = join(folder(), "wide.png");
    const pixels = Uint8Array.from({ length: 3 * 14 * 9 }, (_, i) => 3 + ((7 * i) % 250));
    await sharp(pixels, { raw: { width: 14, height: 9, channels: 3 } }).toFile(path);
    return { path, pixels };
  };
  const anySize = (height: number | string, width: number | string) =>
    onnxFile({
      nodes: [node("Mul", ["x", "one"], "painted")],
      weights: [weight("one", [1], [1])],
      inputs: [value("x", [1, 3, height, width])],
      outputs: [value("painted", [1, 3, height, width])],
    });

  const onlySize = () =>
    onnxFile({
      nodes: [node("Reshape", ["x", "flat"], "row"), node("Reshape", ["row", "back"], "painted")],
      weights: [integers("flat", [1, 3 * 6 * 6]), integers("back", [1, 3, 6, 6])],
      inputs: [value("x", [1, 3, 6, 6])],
      outputs: [value("painted", [1, 3, 6, 6])],
    });

  it("is shown the whole photo in its own size where it takes any", async () => {
    const { path, pixels } = await wide();
    const { finished, notes } = await made({
      technique: "style-network",
      model: anySize("H", "W"),
      image: path,
      preparation,
    });
    const { width, height } = finished.picture;
    assert.deepEqual([width, height], [14, 9]);
    assert.deepEqual([...finished.picture.pixels], [...pixels]);
    assert.ok(notes.every(({ text }) => !/takes .* only/.test(text)));
  });

  it("is shown what it takes, and says so, where that is one size", async () => {
    const { path } = await wide();
    const { finished, notes } = await made({
      technique: "style-network",
      model: onlySize(),
      image: path,
      preparation,
    });
    assert.deepEqual([finished.picture.width, finished.picture.height], [6, 6]);
    assert.ok(notes.some(({ text }) => /takes pictures of 6 × 6 pixels only/.test(text)));
  });

  it("is shown what it takes, and says why, where what it paints has one size whatever it is shown", async () => {
    const { path } = await wide();
    const model = onnxFile({
      nodes: [node("ConvTranspose", ["x", "one"], "painted", { output_shape: [6, 6] })],
      weights: [weight("one", [3, 3, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 1])],
      inputs: [value("x", [1, 3, "H", "W"])],
      outputs: [value("painted", [1, 3, "h", "w"])],
    });
    const request = { technique: "style-network", model, image: path, preparation };
    const [{ finished, notes }, usual] = [await made(request), await made({ ...request, model: onlySize() })];
    assert.deepEqual(finished.picture, usual.finished.picture, "nothing is cut off");
    const said = notes.map(({ text }) => text).join("\n");
    assert.match(said, /shown the photo at 6 × 6 pixels: at 14 × 9 .* \(it paints 6 × 6 then\)/);
  });

  it("is shown the next size that it takes, and says so, where it halves what it sees", async () => {
    const { path } = await wide();
    const halves = { kernel_shape: [2, 2], strides: [2, 2] };
    const model = onnxFile({
      nodes: [
        node("AveragePool", ["x"], "half", halves),
        node("ConvTranspose", ["half", "twice"], "again", { strides: [2, 2] }),
        node("Add", ["x", "again"], "painted"),
      ],
      weights: [weight("twice", [3, 3, 2, 2], new Array<number>(36).fill(1))],
      inputs: [value("x", [1, 3, "H", "W"])],
      outputs: [value("painted", [1, 3, "H", "W"])],
    });
    const { finished, notes } = await made({ technique: "style-network", model, image: path, preparation });
    assert.deepEqual([finished.picture.width, finished.picture.height], [32, 32]);
    assert.ok(
      notes.some(({ text }) => /takes no pictures of 14 × 9 pixels: it is shown the photo at 32 × 32/.test(text)),
    );
  });

  it("speaks of blue first where it takes the photo so", async () => {
    const orange = join(folder(), "orange.png");
    await sharp({ create: { width: 6, height: 6, channels: 3, background: { r: 200, g: 100, b: 5 } } })
      .png()
      .toFile(orange);
    const dimmed = onnxFile({
      nodes: [node("Mul", ["x", "k"], "painted")],
      weights: [weight("k", [1, 3, 1, 1], [1, 0.5, 0.25])],
      inputs: [value("x", [1, 3, 6, 6])],
      outputs: [value("painted", [1, 3, 6, 6])],
    });
    const bgr: Preparation = { ...preparation, color: "BGR" };
    const { finished } = await made({ technique: "style-network", model: dimmed, image: orange, preparation: bgr });
    assert.deepEqual([...finished.picture.pixels.subarray(0, 3)], [50, 50, 5]);
  });
});

describe("a spectrum around a picture", () => {
  it("is that picture where it is zero", async () => {
    const around = float32(
      [1, 3, 6, 8],
      random(5, 144).map((x) => 127 + 100 * x),
    );
    const parameterization = await fourier({
      height: 6,
      width: 8,
      threads: 1,
      seed: 0,
      start: new Float32Array(3 * 12 * 5),
      around,
    });
    try {
      near((await parameterization.picture()).data, around.data, 1e-3);
    } finally {
      await parameterization.release();
    }
  });
});
