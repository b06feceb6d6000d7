import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { style } from "../../src/cli/style.ts";
import { texture as textureCommand } from "../../src/cli/texture.ts";
import { Library } from "../../src/engine/library.ts";
import { canvasOf, resized, sizeOf } from "../../src/engine/synthesis/canvas.ts";
import { gramsOf, gramsOfPhoto } from "../../src/engine/synthesis/gram.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { withColorsOf } from "../../src/engine/synthesis/luminance.ts";
import { fourier } from "../../src/engine/synthesis/parameterizations/fourier.ts";
import { twoDigits } from "../../src/engine/synthesis/two-digits.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made, preparationOf, wired } from "./support/making.ts";
import { exactlyResized, inPlanes, untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { smallNet } from "./support/small-net.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const cat = join(samplesFolder, "cat-chelsea.png");
const coffee = join(samplesFolder, "coffee.png");

/** How much brightness changes to the right and downwards, at each place. */
const edges = (bright: Float64Array, width: number, height: number) =>
  bright.map((x, p) =>
    Math.hypot(p % width < width - 1 ? bright[p + 1]! - x : 0, p < width * (height - 1) ? bright[p + width]! - x : 0),
  );

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (x: Float64Array) => x.reduce((sum, each) => sum + each, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: Float64Array, mx: number, y: Float64Array, my: number) =>
    x.reduce((sum, each, i) => sum + (each - mx) * (y[i]! - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

describe("style transfer", function () {
  this.timeout(120_000);
  const request = {
    technique: "style-transfer",
    model: squeezenet,
    image: cat,
    parameters: { style: coffee, size: 120, octaves: 2, steps: 12 },
  };
  /** For what holds for any network. */
  const little = { ...request, model: smallNet() };

  it("grows from small to large, nearer to both, in the photo's shape", async () => {
    const { frames, finished } = await made(request);
    const sizes = new Set(frames.map(({ picture: { width, height } }) => `${width} × ${height}`));
    assert.deepEqual([...sizes], ["60 × 40", "120 × 80"]);
    for (const octave of [1, 2]) {
      const own = frames.filter((frame) => frame.octave === octave).map(({ objective }) => objective);
      assert.ok(own.at(-1)! > (2 / 3) * own[0]!, `${own[0]} → ${own.at(-1)}`);
    }
    assert.deepEqual(finished.recipe.parameters.style, "coffee.png", "no folder in the recipe");
    assert.equal(finished.recipe.layer, "fire4/concat");
  });

  it("makes the same picture again", async () => {
    const parameters = { ...request.parameters, size: 48, steps: 4, start: "noise" };
    const [one, same] = [await made({ ...little, parameters }), await made({ ...little, parameters })];
    assert.deepEqual(same.floats.data, one.floats.data);
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
      parameters: { ...kept, start: "noise", steps: 40 },
      layer: "conv1",
    });
    assert.ok(error(early.floats) < 8, `${error(early.floats)}`);
  });

  it("from noise finds the photo's shapes, at the usual weights", async () => {
    const parameters = { ...request.parameters, size: 128, octaves: 1, steps: 24, start: "noise", colors: "style" };
    const { width, height, data } = await sharp(cat)
      .resize(128, 85, { fit: "fill" })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
      .then(({ data, info }) => ({ ...info, data: Float64Array.from(data) }));
    const likeness = async (weight: object) => {
      const { picture } = (await made({ ...request, parameters: { ...parameters, ...weight } })).finished;
      const bright = Float64Array.from(data, (_, p) => picture.pixels[3 * p]! + picture.pixels[3 * p + 1]!);
      return correlation(edges(bright, width, height), edges(data, width, height));
    };
    const [usual, asFromThePhoto] = [await likeness({}), await likeness({ "content-weight": 1 })];
    assert.ok(usual > 0.2 && usual > 1.5 * asFromThePhoto, `${usual}, ${asFromThePhoto}`);
  });

  it("paints no bar at the edge that strides leave unseen, where Adam moves pixels", async () => {
    const parameters = { ...request.parameters, size: 128, octaves: 1, steps: 40, made: "pixels", optimizer: "adam" };
    const { data } = (await made({ ...request, parameters })).floats;
    const [height, width] = [85, 128];
    const mean = (channel: number, from: number, to: number) => {
      const rows = data.subarray((channel * height + from) * width, (channel * height + to) * width);
      return rows.reduce((sum, x) => sum + x, 0) / rows.length;
    };
    for (const channel of [0, 1, 2]) {
      const [edge, beside] = [mean(channel, height - 3, height), mean(channel, height - 9, height - 6)];
      assert.ok(Math.abs(edge - beside) < 20, `channel ${channel}: ${beside} → ${edge}`);
    }
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

  it("is at its goal, which is not dead, where it starts from what it is to find", async () => {
    const parameters = {
      ...{ style: coffee, size: 64, octaves: 1, steps: 3, made: "pixels" },
      ...{ "style-weight": 0, "content-weight": 1, "total-variation": 0 },
    };
    for (const optimizer of ["lbfgs", "adam"]) {
      const { frames, finished, notes } = await made({ ...request, parameters: { ...parameters, optimizer } });
      assert.deepEqual(
        frames.map(({ objective }) => Math.abs(objective)),
        [0, 0, 0],
      );
      assert.deepEqual(finished.picture, frames[0]?.picture);
      assert.deepEqual(notes, []);
    }
  });

  it("says that one colour is no texture, once, and takes it", async () => {
    const flat = join(folder(), "flat.png");
    await sharp({ create: { width: 60, height: 40, channels: 3, background: "#3070b0" } })
      .png()
      .toFile(flat);
    const parameters = { size: 64, octaves: 2, steps: 1 };
    const said = async (style: string) => {
      const { notes } = await made({ ...little, parameters: { ...parameters, style } });
      return notes.filter(({ text }) => /The picture is of one colour: there is no texture in it/.test(text)).length;
    };
    assert.deepEqual([await said(flat), await said(coffee)], [1, 0]);
  });

  it("asks for the style, and refuses what cannot be", async () => {
    await assert.rejects(made({ ...request, parameters: {} }), /Choose the picture whose style is wanted/);
    await assert.rejects(made({ ...request, layer: "nowhere" }), /has no layer nowhere/);
    const none = { ...request.parameters, "style-weight": 0, "content-weight": 0 };
    await assert.rejects(made({ ...request, parameters: none }), /^NotApplicable: No layer has a weight/);
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
    await wrong([squeezenet, "--out", out], /style needs an image: /);
    await wrong([squeezenet, cat, "--steps", "3", "--out", out], /--steps has no effect without the image whose style/);
    await wrong(
      [squeezenet, cat, "--out", out],
      /style needs the image whose style is wanted: style MODEL CONTENT STYLE/,
    );
    await wrong([squeezenet, cat, coffee, "--style", coffee, "--out", out], /there is no option --style/);
    await wrong([squeezenet, cat, coffee], /--out needs the name of a file/);
  });
});

describe("a photo that is reduced", function () {
  this.timeout(60_000);
  const [width, height] = [128, 96];
  /** Finer than any size that it is reduced to: four nearest pixels of it are another picture. */
  const pixels = Uint8Array.from(random(77, 3 * width * height), (x) => Math.round(127.5 + 127 * x));
  const photo = { width, height, pixels };
  const whole = { left: 0, top: 0, width, height };
  const layers = [{ name: "conv1", weight: 1 }];

  const at = (w: number, h: number) =>
    float32([1, 3, h, w], Float32Array.from(inPlanes(exactlyResized(photo, whole, w, h))));

  it("is antialiased before a style or a texture is looked at", async () => {
    const library = await new Library().open(squeezenet);
    const size = { height: 24, width: 32 };
    const model = await library.at(size);
    const line = inputLine((await preparationOf(squeezenet, coffee)) ?? untouched);
    const [expected] = await gramsOf(model, line, at(32, 24), layers);
    const [found] = await gramsOfPhoto(model, photo, size, line, layers);
    near(found!.data, expected!.data, 1e-3);
  });

  it("is so at each size that a style is transferred to, from the photo itself", async () => {
    const image = join(folder(), "grain.png");
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(image);
    const asked = { technique: "style-transfer", model: squeezenet, image, layer: "conv1", layers };
    const parameters = {
      ...{ style: coffee, size: 64, octaves: 2, steps: 1, made: "pixels", colors: "photo" },
      ...{ "style-weight": 0, "content-weight": 1, "total-variation": 0 },
    };
    const { frames, floats } = await made({ ...asked, parameters });
    const [coarse, fine] = [at(32, 24), at(64, 48)];
    // It starts from its goal.
    near(canvasOf(frames[0]!.picture).data, coarse.data, 1 / 255);
    // Of the photo's colours the brightness alone is the picture's.
    const redness = ({ data }: FloatTensor) => data.subarray(0, 64 * 48).map((x, p) => x - data[64 * 48 + p]!);
    near(redness(floats), redness(fine), 1e-3);
    assert.ok(Math.abs(frames[1]!.objective) > 0.01, "enlarged from the coarse one it is not the goal yet");
    const kept = { kind: "picture", technique: "style-transfer", made: { subject: {}, parameters: {} } } as const;
    const from = { ...kept, octave: 2, step: 1, shape: fine.shape, values: fine.data };
    const rest = await made({ ...asked, parameters: { ...parameters, steps: 2 }, from });
    assert.ok(Math.abs(rest.frames[0]!.objective) < 1e-6, `${rest.frames[0]!.objective}`);
  });
});

it("how far something is apart is said in two digits, without an exponent where that is far", () => {
  const said = [0.0347, 0.5, 9.96, 14.4, 99.4, 99.5, 99.96, 128.3, 6213].map(twoDigits);
  assert.deepEqual(said, ["0.035", "0.50", "10", "14", "99", "100", "100", "128", "6213"]);
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
