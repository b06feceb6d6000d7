import assert from "node:assert/strict";
import sharp from "sharp";
import { Activations } from "../../src/engine/inside/activations.ts";
import { activation, features } from "../../src/engine/inside/features.ts";
import { glance } from "../../src/engine/inside/glance.ts";
import { overview } from "../../src/engine/inside/overview.ts";
import { predictPainted, seen } from "../../src/engine/inside/seen.ts";
import { tallyOf } from "../../src/engine/inside/channels.ts";
import { contactSheet } from "../../src/engine/inside/sheet.ts";
import { layerScale } from "../../src/engine/inside/sheet-scale.ts";
import { fitted } from "../../src/engine/images/prepare.ts";
import { verdicts, type FeatureMaps, type LayerOverview, type Stroke } from "../../src/shared/inside.ts";
import { memoryLimitVariable } from "../../src/shared/engine-process.ts";
import { Canceled } from "../../src/shared/rpc.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { never, npy } from "./support/engine.ts";
import { elementTypes, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";
import { near } from "./support/asking.ts";
import { cat, looking, squeezenet } from "./support/samples.ts";

const image = picture(7);
const verdictsOf = ({ statistics }: FeatureMaps) => Array.from(statistics.verdict, (index) => verdicts[index]);

/** One channel of each kind, after a Clip from 0 to 6: the input's one channel times a weight, plus a bias. */
function kinds(end: readonly Uint8Array[] = [node("Clip", ["conv", "zero", "six"], "clip")]): string {
  return onnxFile({
    nodes: [node("Conv", ["image", "w", "b"], "conv"), ...end],
    weights: [
      weight("w", [6, 1, 1, 1], [1, -1, 1, 0, 1, 1]),
      //                      fine, dead, saturated, constant, nearly dead, broken
      weight("b", [6], [0, -1, 10, 2, -0.9995, NaN]),
      weight("zero", [], [0]),
      weight("six", [], [6]),
    ],
    inputs: [value("image", [1, 1, 50, 50])],
    outputs: [value(end.length ? "clip" : "conv", [1, 6, 50, 50])],
  });
}
/** From 0 to 1, rising: 2 of 2500 values are above 0.9995. */
const ramp = float32(
  [1, 1, 50, 50],
  Float32Array.from({ length: 2500 }, (_, i) => i / 2499),
);

describe("feature maps", () => {
  afterEach(releaseModels);

  it("are the floats that each layer gives alone, to half a step of 255", async () => {
    const [engine, model] = [looking(), referenceFile()];
    const open = await openModel(model);
    const { layers } = await open.bound(1);
    assert.ok(layers.length >= 6);
    for (const { name, output } of layers) {
      const alone = await open.activations(image, name);
      const maps = await features(engine, { model, image: npy(image), layer: name }, never);
      const plane = maps.arrangement.shape[1] * maps.arrangement.shape[2];
      assert.equal(maps.bytes.length, alone.data.length);
      alone.data.forEach((exact, i) => {
        const c = Math.floor(i / plane);
        const step = (maps.high[c]! - maps.low[c]!) / 255;
        const drawn = maps.low[c]! + maps.bytes[i]! * step;
        assert.ok(Math.abs(drawn - exact) <= step * 0.501 + 1e-6, `${name} ${i}: ${drawn} for ${exact}`);
      });
      const raw = await activation(engine, { model, image: npy(image), layer: output.name }, never);
      assert.deepEqual(raw.shape, output.shape);
      near(raw.data, alone.data, 1e-6, name);
    }
  });

  it("have statistics that plain loops find too", async () => {
    const { a1 } = forward(image.data);
    const maps = await features(looking(), { model: referenceFile(), image: npy(image), layer: "conv1" }, never);
    const plane = 120;
    for (let c = 0; c < 4; c++) {
      const values = Array.from(a1.data.subarray(c * plane, (c + 1) * plane));
      const { statistics: s } = maps;
      near([s.mean[c]!], [values.reduce((a, b) => a + b, 0) / plane], 1e-5, "mean");
      near([s.least[c]!, s.greatest[c]!], [Math.min(...values), Math.max(...values)], 1e-5, "range");
      near([s.zeros[c]!], [values.filter((v) => v === 0).length / plane], 1e-6, "zeros");
      assert.equal(s.peak[c], values.indexOf(Math.max(...values)));
    }
    assert.deepEqual([maps.rectified, maps.bound], [true, undefined]);
  });

  it("tell dead, nearly dead, saturated, constant and broken channels", async () => {
    const maps = await features(looking(), { model: kinds(), image: npy(ramp), layer: "clip" }, never);
    assert.deepEqual([maps.rectified, maps.bound], [true, 6]);
    const broken = verdictsOf(maps);
    assert.deepEqual(broken.slice(0, 5), ["fine", "dead", "saturated", "constant", "nearly dead"]);
    const open = await features(looking(), { model: kinds([]), image: npy(ramp), layer: "conv" }, never);
    assert.equal(verdictsOf(open)[5], "broken");
    assert.equal(open.statistics.broken[5], 2500);
    assert.deepEqual([open.low[5], open.high[5]], [0, 0]);
    assert.equal(verdictsOf(open)[2], "fine"); // above six, but nothing bounds it there
  });

  it("count NaN and infinities and keep them out of the ranges", async () => {
    const model = onnxFile({
      nodes: [node("Div", ["image", "zero"], "quotient"), node("Identity", ["quotient"], "same")],
      weights: [weight("zero", [1, 3, 1, 1], [0, 1, 1])],
      inputs: [value("image", [1, 3, 1, 4])],
      outputs: [value("same", [1, 3, 1, 4])],
    });
    const photo = npy(float32([1, 3, 1, 4], [0, 1, -1, 2, 1, 2, 3, 4, 5, 5, 5, 5]));
    const maps = await features(looking(), { model, image: photo, layer: "quotient" }, never);
    assert.deepEqual([...maps.statistics.broken], [4, 0, 0]);
    assert.deepEqual([maps.low[1], maps.high[1]], [1, 4]);
    assert.deepEqual([...maps.bytes], [0, 0, 0, 0, 0, 85, 170, 255, 0, 0, 0, 0]);
  });

  it("send no more than 2 MB of 512 channels of 56 × 56 and page what is more", async () => {
    const wide = (channels: number) =>
      onnxFile({
        nodes: [node("Conv", ["image", "w"], "conv")],
        weights: [weight("w", [channels, 1, 1, 1], random(3, channels))],
        inputs: [value("image", [1, 1, 56, 56])],
        outputs: [value("conv", [1, channels, 56, 56])],
      });
    const photo = npy(float32([1, 1, 56, 56], random(4, 56 * 56)));
    const sent = await features(looking(), { model: wide(512), image: photo, layer: "conv" }, never);
    assert.equal(sent.channels.length, 512);
    const { statistics } = sent;
    const arrays = [sent.bytes, sent.low, sent.high, sent.channels, ...Object.values(statistics)] as {
      byteLength: number;
    }[];
    assert.ok(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0) <= 2e6);

    const model = wide(2000);
    const engine = looking();
    const first = await features(engine, { model, image: photo, layer: "conv" }, never);
    assert.ok(first.channels.length < 700 && first.statistics.mean.length === 2000);
    const paged = await features(engine, { model, image: photo, layer: "conv", channels: [1999, 5] }, never);
    assert.deepEqual([...paged.channels], [1999, 5]);
    const again = first.bytes.subarray(5 * 3136, 6 * 3136);
    assert.deepEqual(paged.bytes.subarray(3136), again);
    await assert.rejects(
      features(engine, { model, image: photo, layer: "conv", channels: [2000] }, never),
      /channels 0 to 1999; there is no channel 2000/,
    );
  });

  it("come from one run for all layers, which is not repeated", async () => {
    const engine = looking();
    const subject = { model: squeezenet, image: cat };
    const names = (await (await engine.see(subject)).model.bound(1)).layers.map(({ name }) => name);
    await features(engine, { ...subject, layer: names[3]! }, never);
    const { model } = await engine.see(subject);
    const before = model.lastRunMs;
    for (const layer of names) await features(engine, { ...subject, layer }, never);
    assert.equal(model.lastRunMs, before); // a clock that no run has touched
  });

  it("stay of use when their model was closed meanwhile and is opened again", async () => {
    const eyes = looking();
    const request = { model: squeezenet, image: cat, layer: "fire2/concat" };
    const before = await features(eyes, request, never);
    for (let i = 0; i < 4; i++) await eyes.library.open(kinds());
    assert.deepEqual((await features(eyes, request, never)).bytes, before.bytes);
  });

  it("refuse values that no picture reaches, and unknown ones, by name", async () => {
    const subject = { model: referenceFile(), image: npy(image) };
    await assert.rejects(features(looking(), { ...subject, layer: "conv1.weight" }, never), /same for every picture/);
    await assert.rejects(features(looking(), { ...subject, layer: "conv9" }, never), /has no layer conv9/);
  });

  it("end when they are cancelled", async () => {
    const subject = { model: referenceFile(), image: npy(image), layer: "conv1" };
    await assert.rejects(features(looking(), subject, AbortSignal.abort()), Canceled);
  });

  it("follow a brush one layer at a time, and fetch all together when more is asked of what stands", async () => {
    const engine = looking();
    const store = Activations.of(engine);
    const of = (x: number) => ({ model: squeezenet, image: cat, strokes: [{ tool: "gray", radius: 20, points: [[x, 50]] }] as const }); // prettier-ignore
    const holds = async (x: number, layer: string) => {
      const view = await store.views.photo(of(x));
      return (await store.held(view, view.model.value(view.bound, layer))) !== undefined;
    };
    for (const x of [10, 11]) await features(engine, { ...of(x), layer: "conv1", channels: [0] }, never);
    assert.deepEqual([await holds(11, "conv1"), await holds(11, "pool1")], [true, false]);
    await features(engine, { ...of(11), layer: "pool3", channels: [0] }, never);
    assert.deepEqual([await holds(11, "pool3"), await holds(11, "conv10")], [true, true]);
    // Another stroke, which is taken back: what was computed of the one before is still there.
    await features(engine, { ...of(12), layer: "conv1", channels: [0] }, never);
    const { model } = await store.views.photo(of(11));
    const before = model.lastRunMs;
    await features(engine, { ...of(11), layer: "conv10", channels: [0] }, never);
    assert.equal(model.lastRunMs, before); // a clock that no run has touched
  });

  it("follow the brush: prediction, picture and maps", async () => {
    const engine = looking();
    const strokes: readonly Stroke[] = [{ tool: "gray", radius: 200, points: [[112, 112]] }]; // prettier-ignore
    const subject = { model: squeezenet, image: cat, strokes };
    const plain = await predictPainted(engine, { model: squeezenet, image: cat });
    const painted = await predictPainted(engine, subject);
    assert.notDeepEqual(painted.scores, plain.scores);
    const photo = await seen(engine, subject);
    assert.deepEqual([photo.width, photo.height], [224, 224]);
    const pixels = await sharp(photo.png).raw().toBuffer();
    assert.ok(new Set(pixels).size <= 3, "all of it is the neutral colour");
    const { model, colors } = await engine.see(subject);
    const layer = (await model.bound(1)).layers[5]!.name;
    const gray = colors.mean;
    const neutral = float32(
      model.inputShape,
      Float32Array.from({ length: size(model.inputShape) }, (_, i) => gray[Math.floor(i / 50176)]!),
    );
    const alone = await model.activations(neutral, layer);
    near((await activation(engine, { ...subject, layer }, never)).data, alone.data, 1e-4, "maps of grey");
  });

  it("show what the network sees as the photo's own colours", async () => {
    const engine = looking();
    const photo = await seen(engine, { model: squeezenet, image: cat });
    const { preparation } = await engine.see({ model: squeezenet, image: cat });
    const { picture } = fitted(await engine.read(cat), preparation!);
    const own = await sharp(photo.png).removeAlpha().raw().toBuffer();
    picture.pixels.forEach((byte, i) => assert.ok(Math.abs(byte - own[i]!) <= 1));
  });
});

describe("a layer at a glance", () => {
  afterEach(releaseModels);

  it("is a small picture of the size it says, and never too large for a hover", async () => {
    for (const shape of [
      [64, 112, 112],
      [512, 7, 7],
      [3, 300, 200],
      [1, 1, 900],
      [30, 64, 64],
    ] as const) {
      const maps = random(11, size(shape));
      const order = Array.from({ length: shape[0] }, (_, c) => c);
      const sheet = await contactSheet(maps, shape, order, { low: -1, high: 1 });
      const { width, height, format } = await sharp(sheet.png).metadata();
      assert.deepEqual([width, height, format], [sheet.width, sheet.height, "png"]);
      assert.ok(sheet.png.length <= 71e3, `${shape.join(" × ")}: ${sheet.png.length} bytes`);
      assert.ok(sheet.shown >= 1 && sheet.shown <= shape[0]);
    }
  });

  it("shows the most active channels and counts the dead", async () => {
    const glanced = await glance(looking(), { model: kinds(), image: npy(ramp), layer: "clip" }, never);
    assert.equal(glanced.channels, 6);
    assert.equal(glanced.shown, 6);
    assert.ok(glanced.dead >= 1);
    assert.deepEqual([glanced.low, glanced.high], [0, 6]);
    assert.equal(glanced.remark, "");
    // The first cell is the brightest: the channel that is six everywhere.
    const { data, info } = await sharp(glanced.png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const light = (x: number) => [0, 1, 2].reduce((sum, c) => sum + data[(20 * info.width + x) * 3 + c]!, 0);
    assert.ok(light(10) > light(10 + 66) && light(10 + 66) > light(10 + 4 * 66));
  });

  it("keeps the other channels in sight beside one that is much louder, and says so", () => {
    const maps = Float32Array.from({ length: 6 * 100 }, (_, i) => (i % 100) / 100);
    const order = [0, 1, 2, 3, 4, 5];
    const spans = (values: Float32Array) => {
      const tally = tallyOf(values, 6, { rectified: true, bound: undefined });
      return layerScale(values, 100, order, tally);
    };
    assert.deepEqual(spans(maps), { low: 0, high: Math.fround(0.99), clipped: false });
    const loud = maps.map((value, i) => (i < 100 ? 500 * value : value));
    const scale = spans(loud);
    assert.ok(scale?.clipped && scale.high > 2 && scale.high < 4, JSON.stringify(scale));
    const both = loud.map((value, i) => (i < 200 && i >= 100 ? -900 * value : value - 0.5));
    const signed = spans(both);
    assert.ok(signed && signed.low > -3 && signed.low < -0.5 && signed.high < 3, JSON.stringify(signed));
    const silent = spans(new Float32Array(600));
    assert.deepEqual(silent, { low: 0, high: 0, clipped: false });
    assert.equal(spans(new Float32Array(600).fill(NaN)), undefined);
  });

  it("gives what lies beyond the scale the colour of its end", async () => {
    const maps = new Float32Array(8).fill(1).fill(500, 4);
    const sheet = await contactSheet(maps, [2, 2, 2], [0, 1], { low: 0, high: 1 });
    const { data, info } = await sharp(sheet.png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const pixel = (x: number) => [...data.subarray((20 * info.width + x) * 3, (20 * info.width + x) * 3 + 3)];
    assert.deepEqual(pixel(20 + 130), pixel(20));
  });

  it("draws vectors as bars, and nothing where no value is a number", async () => {
    const bars = await glance(looking(), { model: referenceFile(), image: npy(image), layer: "scores" }, never);
    assert.ok(bars.png && bars.shown === 4 && bars.height < bars.width);
    const none = onnxFile({
      nodes: [node("Mul", ["image", "nan"], "product")],
      weights: [weight("nan", [], [NaN])],
      inputs: [value("image", [1, 1, 4, 4])],
      outputs: [value("product", [1, 1, 4, 4])],
    });
    const nothing = await glance(
      looking(),
      { model: none, image: npy(float32([1, 1, 4, 4], random(1, 16))), layer: "product" },
      never,
    );
    assert.equal(nothing.png, undefined);
    assert.deepEqual([nothing.shown, nothing.broken], [0, 1]);
  });

  it("looks at noise, the same each time, where there is no photo", async () => {
    const request = { model: referenceFile(), layer: "conv1" };
    const [one, two] = [await glance(looking(), request, never), await glance(looking(), request, never)];
    assert.match(one.remark, /no photo is chosen/);
    assert.ok(one.high > one.low);
    assert.deepEqual(one.png, two.png);
  });
});

describe("the whole net at once", () => {
  afterEach(releaseModels);

  async function lines(model: string, photo: string): Promise<readonly LayerOverview[]> {
    const found: LayerOverview[] = [];
    for await (const step of overview(looking(), { model, image: photo }, never))
      if (step.kind === "layer") found.push(step.overview);
    return found;
  }

  it("has a line for every layer, its map the mean of the magnitudes", async () => {
    const all = await lines(referenceFile(), npy(image));
    const { layers } = await (await openModel(referenceFile())).bound(1);
    assert.deepEqual(all.map(({ layer }) => layer), layers.map(({ name }) => name)); // prettier-ignore
    const { a1 } = forward(image.data);
    const [conv1] = all;
    const mean = Array.from({ length: 120 }, (_, p) =>
      [0, 1, 2, 3].reduce((sum, c) => sum + a1.data[c * 120 + p]! / 4, 0),
    );
    assert.deepEqual(conv1?.mean?.shape, [12, 10]);
    const { low, high, bytes } = conv1.mean;
    mean.forEach((exact, p) =>
      assert.ok(Math.abs(low + (bytes[p]! / 255) * (high - low) - exact) <= (high - low) / 255),
    );
    near([conv1.zeros], [Array.from(a1.data).filter((v) => v === 0).length / 480], 1e-6, "zeros");
  });

  it("says of what follows an unknown operator why it cannot be computed, and shows what precedes it", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "before"),
        node("Mystery", ["before"], "middle", {}, { domain: "com.example" }),
        node("Relu", ["middle"], "behind"),
      ],
      weights: [weight("w", [2, 1, 1, 1], [1, -1])],
      inputs: [value("image", [1, 1, 4, 4])],
      outputs: [value("behind", [1, 2, 4, 4])],
      domains: { "com.example": 1 },
    });
    const photo = npy(float32([1, 1, 4, 4], random(1, 16)));
    const all = await lines(model, photo);
    assert.deepEqual(all.map(({ layer }) => layer), ["before", "middle", "behind"]); // prettier-ignore
    assert.ok(all[0]?.mean && all[0].trouble === undefined);
    for (const line of all.slice(1)) assert.match(line.trouble ?? "", /Mystery/);
    const maps = await features(looking(), { model, image: photo, layer: "before" }, never);
    assert.equal(maps.channels.length, 2);
    await assert.rejects(features(looking(), { model, image: photo, layer: "behind" }, never), /Mystery/);
  });

  it("computes layer by layer where one of them fails on this photo, and says so of that one", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "before"),
        node("Cast", ["before"], "index", { to: elementTypes.int64 }),
        node("Gather", ["table", "index"], "behind"),
        node("Relu", ["before"], "beside"),
      ],
      weights: [weight("w", [1, 1, 1, 1], [1]), weight("table", [5], [1, 2, 3, 4, 5])],
      inputs: [value("image", [1, 1, 2, 2])],
      outputs: [value("behind", [1, 1, 2, 2]), value("beside", [1, 1, 2, 2])],
    });
    const all = await lines(model, npy(float32([1, 1, 2, 2], [1, 2, 3, 400])));
    const trouble = new Map(all.map((line) => [line.layer, line.trouble]));
    assert.equal(trouble.get("before"), undefined);
    assert.equal(trouble.get("beside"), undefined);
    assert.match(trouble.get("behind") ?? "", /indices|index|bounds/i);
    const fine = await lines(model, npy(float32([1, 1, 2, 2], [1, 2, 3, 4])));
    assert.ok(fine.every((line) => line.trouble === undefined));
  });

  it("gives the same where memory is too short for all layers at once", async () => {
    const [model, photo] = [referenceFile(), npy(image)];
    const whole = await lines(model, photo);
    const before = process.env[memoryLimitVariable];
    process.env[memoryLimitVariable] = "9000"; // a third of it holds the first three layers
    try {
      assert.deepEqual(await lines(model, photo), whole);
    } finally {
      if (before === undefined) delete process.env[memoryLimitVariable];
      else process.env[memoryLimitVariable] = before;
    }
  });
});
