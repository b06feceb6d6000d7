import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { invert } from "../../src/cli/invert.ts";
import { Library } from "../../src/engine/library.ts";
import { canvasOf, sizeOf } from "../../src/engine/synthesis/canvas.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { layersUpTo } from "../../src/engine/synthesis/layers-up-to.ts";
import { likeness } from "../../src/engine/synthesis/likeness.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made, wired } from "./support/making.ts";
import { isDerivedAs } from "./support/objective-slopes.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { quarter, quarterNet } from "./support/quarter-net.ts";
import { random } from "./support/random.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";
import { smallNet } from "./support/small-net.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const cat = join(samplesFolder, "cat-chelsea.png");

/** For the small networks here. */
const small: Preparation = {
  size: [96, 96],
  fit: "crop",
  color: "RGB",
  range: [0, 1],
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
  layout: "NCHW",
};
const gap = 4;
const [side] = quarter.size;
const twoLayers = ["conv1", "pool1"].map((name) => ({ name, weight: 1 }));

/** The picture in a place of a row. */
function cut(row: FloatTensor, place: number): FloatTensor {
  const { height, width } = sizeOf(row);
  const data: number[] = [];
  for (let line = 0; line < 3 * height; line++)
    data.push(
      ...row.data.subarray(line * width + place * (height + gap), line * width + place * (height + gap) + height),
    );
  return float32([1, 3, height, height], data);
}

const apart = (a: FloatTensor, b: FloatTensor) =>
  Math.sqrt(a.data.reduce((sum, x, i) => sum + (x - b.data[i]!) ** 2, 0) / a.data.length);

describe("inversion", function () {
  this.timeout(120_000);
  const request = { technique: "inversion", model: quarterNet(), image: cat, preparation: quarter };
  /** For what holds for any network. */
  const little = { technique: "inversion", model: smallNet(), image: cat };

  it("says which of several layers there is not before it begins with the first", async () => {
    const layers = ["conv1", "layer3"].map((name) => ({ name, weight: 1 }));
    const frames: unknown[] = [];
    const begun = async () => {
      for await (const update of wired().synthesize({ ...request, layers, parameters: { steps: 1 } }))
        if (update.kind === "frame") frames.push(update);
    };
    await assert.rejects(begun(), /has no layer layer3/);
    assert.deepEqual(frames, []);
  });

  it("from the first layer nearly gives the photo back, and the deeper the layer, the less of it", async () => {
    const layers = ["conv1", "fire3/concat", "fire8/concat"].map((name) => ({ name, weight: 1 }));
    const { floats, notes, frames } = await made({ ...request, layers, parameters: { steps: 30 } });
    assert.deepEqual(sizeOf(floats), { height: side, width: 4 * side + 3 * gap });
    const photo = cut(floats, 0);
    const errors = layers.map((_, i) => apart(cut(floats, i + 1), photo));
    assert.ok(errors[0]! < 6, `conv1: ${errors[0]}`);
    for (let i = 1; i < errors.length; i++) assert.ok(errors[i]! > errors[i - 1]!, `${errors.join(", ")}`);
    assert.ok(errors.at(-1)! > 20);
    // Each layer's own numbers come near the photo's.
    for (const octave of [1, 2, 3]) {
      const own = frames.filter((frame) => frame.octave === octave).map(({ objective }) => objective);
      assert.ok(own.at(-1)! > own[0]! / 2, `octave ${octave}: ${own[0]} → ${own.at(-1)}`);
    }
    const told = notes.at(-1)?.text ?? "";
    for (const { name } of layers)
      assert.match(told, new RegExp(`${name}: its values for this picture are [\\d.]+ % off`));
    assert.equal(frames.at(-1)?.total, 90);
  });

  it("what the layer sees in the picture is what it said: measured anew", async () => {
    const layer = "fire3/concat";
    const parameters = { steps: 25, "total-variation": 0, "alpha-norm": 0 };
    const [result, photo] = [
      await made({ ...request, layer, parameters }),
      await made({ ...request, layers: twoLayers, parameters: { steps: 1 } }),
    ];
    const model = await (await new Library().open(squeezenet)).at({ height: side, width: side });
    const line = inputLine(result.finished.recipe.preparation);
    const values = async (canvas: FloatTensor) => (await model.activations(line.toNetwork(canvas), layer)).data;
    const [found, wanted] = [await values(result.floats), await values(cut(photo.floats, 0))];
    const share = Math.sqrt(
      found.reduce((sum, x, i) => sum + (x - wanted[i]!) ** 2, 0) / wanted.reduce((sum, x) => sum + x * x, 0),
    );
    assert.deepEqual(result.frames[0]!.losses, {}, "what weighs nothing is not told");
    const said = Number(/are ([\d.]+) % off/.exec(result.notes.at(-1)?.text ?? "")?.[1]) / 100;
    // What is told is of the last step but one: nothing looked at the picture after it.
    assert.ok(Math.abs(said - share) < 0.1 * share, `${said}, measured ${share}`);
    assert.ok(share < 0.3);
  });

  it("is repeated by its seed and changed by another; pixels can be what changes; it goes on from a checkpoint", async () => {
    const plan = { ...little, layer: "conv2", parameters: { steps: 8, made: "pixels", optimizer: "adam" } };
    const one = await made({ ...plan, checkpoints: true });
    assert.deepEqual((await made(plan)).floats.data, one.floats.data);
    assert.notDeepEqual((await made({ ...plan, seed: 1 })).floats.data, one.floats.data);
    const { checkpoint } = one.frames[4]!;
    const { frames } = await made({ ...plan, from: checkpoint! });
    assert.deepEqual(
      frames.map(({ step }) => step),
      [6, 7, 8],
    );
    near([frames[0]!.objective], [one.frames[5]!.objective], 1e-4, "where the other one stood then");
  });

  it("refuses a layer that is dead for the photo, by name", async () => {
    const dead = onnxFile({
      nodes: [node("Conv", ["x", "k", "b"], "c"), node("Relu", ["c"], "shut")],
      weights: [weight("k", [2, 3, 1, 1], random(1, 6)), weight("b", [2], [-99, -99])],
      inputs: [value("x", [1, 3, 8, 8])],
      outputs: [value("shut", [1, 2, 8, 8])],
    });
    const preparation = { ...small, size: [8, 8] as const };
    await assert.rejects(
      made({ ...request, model: dead, preparation, layer: "shut" }),
      /shut sees nothing in this photo: it is zero everywhere/,
    );
    await assert.rejects(
      made({ technique: "caricature", model: dead, image: cat, preparation, layer: "shut" }),
      /shut sees nothing in this photo/,
    );
  });

  it("names a row's cells by its layers, grey while they are to come, and goes on from a checkpoint of it", async () => {
    const layers = ["conv1", "conv2", "conv3"].map((name) => ({ name, weight: 1 }));
    const plan = { ...little, layers, parameters: { steps: 3, optimizer: "adam" }, checkpoints: true };
    const whole = await made(plan);
    const { cells, ...grid } = whole.finished.sheet!;
    assert.deepEqual(grid, { columns: 4, rows: 1, cell: [32, 32], gap });
    const verdict = whole.notes.at(-1)?.text ?? "";
    for (const [i, { name }] of [{ name: "The photo" }, ...layers].entries()) {
      // What is said of a layer stands in its title, too, rounded.
      const [, off, apart] = new RegExp(`${name}: its values .*? are (\\S+ %) off .*?, the pixels (\\S+) of 255`).exec(verdict) ?? []; // prettier-ignore
      const title = i ? `${name} · ${off ?? "?"} · ${Math.round(Number(apart))} of 255` : name;
      assert.equal(cells[i]?.title, title);
    }
    assert.deepEqual(whole.frames[1]!.sheet?.cells[1], { title: "conv1" }, "before it is done");
    assert.match(whole.frames[2]!.sheet?.cells[1]?.title ?? "", /^conv1 · \S+ % · \d+ of 255$/);
    const { picture: early } = whole.frames[2]!;
    const at = (cell: number) => early.pixels[(15 * early.width + cell * (32 + gap) + 15) * 3];
    assert.deepEqual([at(2), at(3)], [128, 128]);
    const { checkpoint } = whole.frames[4]!;
    const rest = await made({ ...plan, from: checkpoint! });
    assert.deepEqual(
      rest.frames.map(({ octave, step }) => [octave, step]),
      [
        [2, 3],
        [3, 1],
        [3, 2],
        [3, 3],
      ],
    );
    for (const cell of [0, 1]) assert.deepEqual(cut(rest.floats, cell), cut(whole.floats, cell));
    assert.match(rest.notes.at(-1)?.text ?? "", /conv1: its values .*conv2: its values .*conv3: its values/);
    near([rest.frames[0]!.objective], [whole.frames[5]!.objective], 1e-2, "where the other one stood then");
  });

  it("a row of layers is evenly spread from the first to the chosen one", async () => {
    const model = await openModel(squeezenet);
    const bound = await model.bound(1);
    assert.deepEqual(layersUpTo(bound, "fire9/concat", 1), ["fire9/concat"]);
    const spread = layersUpTo(bound, "fire9/concat", 4);
    assert.equal(spread.length, 4);
    assert.deepEqual([spread[0], spread.at(-1)], ["conv1", "fire9/concat"]);
    assert.deepEqual(layersUpTo(bound, "fire2/squeeze1x1", 12), ["conv1", "pool1", "fire2/squeeze1x1"]);
    assert.deepEqual(layersUpTo(bound, "fire2/squeeze1x1", Infinity), ["conv1", "pool1", "fire2/squeeze1x1"]);
    assert.equal(new Set(layersUpTo(bound, "fire9/concat", Infinity)).size, 36);
    await releaseModels();
  });

  it("all layers up to the chosen one stand in rows that one can look at", async () => {
    const parameters = { row: "all", steps: 1, optimizer: "adam" };
    const { finished, notes } = await made({ ...request, layer: "fire3/expand1x1", parameters });
    const { sheet } = finished;
    assert.deepEqual([sheet?.columns, sheet?.rows, sheet?.cells.length], [5, 2, 9]);
    assert.equal(sheet?.cells[0]?.title, "The photo");
    assert.match(sheet.cells.at(-1)?.title ?? "", /^fire3\/expand1x1 · \S+ % · \d+ of 255$/);
    const { text = "", level } = notes.at(-1) ?? {};
    const told = text.match(/: its values for this picture/g)?.length ?? 0;
    assert.ok(text.startsWith("Of 8 layers the first, the farthest off and the last. conv1: its values"), text);
    assert.ok(told === 2 || told === 3, text);
    assert.equal(level, "warning");
    assert.match(
      text,
      /[1-8] of 8 layers (is|are) at least 50 % off: such a picture does not tell what a layer keeps\.$/,
    );
  });

  it("the command writes one picture, or several layers in a row", async () => {
    const out = join(folder(), "inverted.png");
    let text = "";
    const print = (piece: string) => (text += piece);
    const quick = ["--steps", "2", "--out", out];
    const { model } = little;
    await invert([model, cat, "--layer", "conv1", ...quick], wired(), print);
    assert.match(text, /inverted\.png: 32 × 32 pixels, 2 steps/);
    await invert([model, cat, "--layer", "conv1", "--layer", "conv2", ...quick], wired(), print);
    assert.match(text, /inverted\.png: 152 × 118 pixels, 4 steps/);
    assert.match(text, /conv2: its values for this picture are/);
    await assert.rejects(invert([model, "--out", out], wired(), print), /invert needs an image: /);
    await assert.rejects(invert([model, cat, "--steps", "0", "--out", out], wired(), print), /--steps: expected/);
  });
});

describe("a caricature", function () {
  this.timeout(60_000);
  afterEach(releaseModels);

  for (const power of [0, 1, 2])
    it(`climbs what its formula says, with the cosine to the power ${power}`, async () => {
      const canvas = picture(3);
      const reference = float32([1, 5, 6, 5], random(41, 150).map(Math.abs));
      const of = (pixels: ArrayLike<number>) => {
        const a = [...forward(pixels).a2.data];
        const product = (x: ArrayLike<number>, y: ArrayLike<number>) =>
          Array.from(x).reduce((sum, v, i) => sum + v * y[i]!, 0);
        const cosine = product(a, reference.data) / Math.sqrt(product(a, a) * product(reference.data, reference.data));
        return (product(a, reference.data) / product(reference.data, reference.data)) * Math.max(0.1, cosine) ** power;
      };
      const model = await openModel(referenceFile());
      const goal = likeness("relu2", reference, power);
      const program = await Program.open(model, model.inputSize, inputLine(untouched), goal);
      try {
        await isDerivedAs(program, canvas, of);
      } finally {
        await program.release();
      }
    });

  it("gets more of what the photo has than the photo", async () => {
    const { finished, notes } = await made({
      technique: "caricature",
      model: squeezenet,
      image: cat,
      layer: "fire5/concat",
      parameters: { steps: 24 },
    });
    assert.deepEqual(notes, []);
    // The photo's own likeness to itself is 1, its cosine is 1.
    assert.ok(finished.objective[1] > 5 * finished.objective[0]);
    assert.ok(finished.objective[1] > 0.3, `${finished.objective[1]}`);
    assert.equal(canvasOf(finished.picture).shape[3], 224);
  });
});

it("how far a picture is from next to nothing is said without an exponent", async () => {
  const image = join(folder(), "mean.png");
  await sharp({ create: { width: 60, height: 60, channels: 3, background: "#7c7468" } })
    .png()
    .toFile(image);
  const model = onnxFile({
    nodes: [node("Conv", ["x", "k"], "c")],
    weights: [weight("k", [4, 3, 3, 3], random(3, 108))],
    inputs: [value("x", [1, 3, 96, 96])],
    outputs: [value("c", [1, 4, 94, 94])],
  });
  const request = { technique: "inversion", model, image, layer: "c", preparation: small };
  const { notes } = await made({ ...request, parameters: { steps: 1, made: "pixels" } });
  assert.match(notes.at(-1)?.text ?? "", /c: its values for this picture are .*, \d{3,} % off/);
  assert.equal(notes.at(-1)?.level, "warning", "what is as far off as that is no good likeness");
}).timeout(20_000);

it("of a transparent photo it is said what the network sees of it, and that it is by that that the percents are so many", async () => {
  const image = join(folder(), "transparent.png");
  await sharp({ create: { width: 60, height: 60, channels: 4, background: { r: 200, g: 90, b: 30, alpha: 0 } } })
    .png()
    .toFile(image);
  const model = onnxFile({
    nodes: [node("Conv", ["x", "k", "b"], "c")],
    weights: [weight("k", [4, 3, 3, 3], random(3, 108)), weight("b", [4], [0.01, 0.01, 0.01, 0.01])],
    inputs: [value("x", [1, 3, 96, 96])],
    outputs: [value("c", [1, 4, 94, 94])],
  });
  const preparation = { ...small, mean: [0], deviation: [1] };
  const request = { technique: "inversion", model, image, layer: "c", preparation };
  const { notes } = await made({ ...request, parameters: { steps: 1, made: "pixels" } });
  assert.equal(notes[0]?.text, "The photo: transparent parts over black.");
  const [, times, percent] = /are (\d+) times as large as those for the photo, (\d+) % off,/.exec(notes.at(-1)?.text ?? "") ?? []; // prettier-ignore
  assert.ok(Number(times) > 2 && Math.abs(Number(percent) / 100 - Number(times)) <= 2, notes.at(-1)?.text);
}).timeout(20_000);
