import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { contributions } from "../../src/engine/inside/contributions.ts";
import { fieldOf, fields, seenBy } from "../../src/engine/inside/fields.ts";
import { unitFindings, unitMaps } from "../../src/engine/inside/unit-maps.ts";
import { unit } from "../../src/engine/inside/unit.ts";
import { weightValues } from "../../src/engine/inside/weights.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { Looking } from "../../src/engine/subject.ts";
import type { Contributions, Rectangle, Stroke } from "../../src/shared/inside.ts";
import { float32 } from "../../src/shared/tensor.ts";
import type { Finding, FloatHeatmap, Update } from "../../src/shared/updates.ts";
import { ask, near } from "./support/asking.ts";
import { never, npy, samplesFolder } from "./support/engine.ts";
import { integers, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { back, deconvnetGate, forward, guidedGate, openGate, picture, referenceFile } from "./support/reference-net.ts";

const looking = () => new Looking(samplesIn(samplesFolder));
const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const efficientnet = join(samplesFolder, "efficientnet-lite0.onnx");
const cat = join(samplesFolder, "cat-chelsea.png");
const image = picture(7);
const reference = () => ({ model: referenceFile(), image: npy(image) });

async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

const holds = ({ top, left, bottom, right }: Rectangle, [y, x]: readonly [number, number]) =>
  y >= top && y < bottom && x >= left && x < right;

/** The smallest rectangle around places of a map. */
function around(places: readonly (readonly [number, number])[]): Rectangle | undefined {
  if (!places.length) return undefined;
  const [rows, columns] = [places.map(([row]) => row), places.map(([, column]) => column)];
  return {
    top: Math.min(...rows),
    left: Math.min(...columns),
    bottom: Math.max(...rows) + 1,
    right: Math.max(...columns) + 1,
  };
}

/** Four patches of 4 × 4 as tokens, with one more token before them. */
const patches = () =>
  onnxFile({
    nodes: [
      node("Conv", ["image", "w"], "patch", { strides: [4, 4] }),
      node("Reshape", ["patch", "shape"], "line"),
      node("Transpose", ["line"], "turned", { perm: [0, 2, 1] }),
      node("Concat", ["class", "turned"], "joined", { axis: 1 }),
      node("Tanh", ["joined"], "tokens"),
    ],
    weights: [
      weight("w", [5, 3, 4, 4], random(1, 240)),
      integers("shape", [1, 5, 4]),
      weight("class", [1, 1, 5], random(2, 5)),
    ],
    inputs: [value("image", [1, 3, 8, 8])],
    outputs: [value("tokens", [])],
  });

describe("fields of a layer's places", () => {
  afterEach(releaseModels);

  it("and the places that see a pixel are two sides of the same", async () => {
    const [engine, subject] = [looking(), reference()];
    for (const [layer, height, width] of [
      ["conv1", 12, 10],
      ["pool1", 6, 5],
      ["conv2", 6, 5],
    ] as const) {
      const places = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const);
      const seen = await Promise.all(places.map((place) => fieldOf(engine, { ...subject, layer, place })));
      for (let y = 0; y < 12; y++)
        for (let x = 0; x < 10; x++) {
          const expected = around(places.filter((_, i) => holds(seen[i]!.clipped, [y, x])));
          assert.deepEqual(await seenBy(engine, { ...subject, layer, pixel: [y, x] }), expected, `${layer} ${y}, ${x}`);
        }
    }
  });

  it("are those that are worked out by hand, and clipped at the border", async () => {
    const [engine, subject] = [looking(), reference()];
    // conv2 after a pooling of 2 and a convolution of 3: 3 · 2 + 2 pixels, 2 apart.
    assert.deepEqual(await fieldOf(engine, { ...subject, layer: "conv2", place: [0, 1] }), {
      whole: { top: -3, left: -1, bottom: 5, right: 7 },
      clipped: { top: 0, left: 0, bottom: 5, right: 7 },
    });
    const found = await fields(engine, { model: subject.model, layer: "conv2" });
    assert.deepEqual(found, [{ layer: "conv2", size: [8, 8], stride: [2, 2], center: [0.5, 0.5], whole: false }]);
    await assert.rejects(fieldOf(engine, { ...subject, layer: "conv2", place: [6, 0] }), /no row 6/);
  });

  it("are known of every layer and every value by name", async () => {
    const found = await fields(looking(), { model: squeezenet });
    const open = await openModel(squeezenet);
    const { layers, network, reached } = await open.bound(1);
    const names = new Set(found.map(({ layer }) => layer));
    assert.equal(names.size, found.length);
    for (const { name } of layers) assert.ok(names.has(name), name);
    for (const [name, each] of network.values) assert.equal(names.has(name), reached.has(each), name);
    // Three poolings and a first convolution of 3 by 2; fire9's 3 × 3 after them.
    const { size, stride } = found.find(({ layer }) => layer === "fire2/expand3x3")!;
    assert.deepEqual(
      [size, stride],
      [
        [15, 15],
        [4, 4],
      ],
    );
    assert.equal(found.find(({ layer }) => layer === "pool10")!.whole, true);
  });

  it("are found for tokens as for the patches that they are", async () => {
    const subject = { model: patches(), image: npy(float32([1, 3, 8, 8], random(3, 192))), layer: "tokens" };
    const engine = looking();
    const part = { top: 4, left: 0, bottom: 8, right: 4 };
    assert.deepEqual(await fieldOf(engine, { ...subject, place: [1, 0] }), { whole: part, clipped: part });
    assert.deepEqual(await seenBy(engine, { ...subject, pixel: [6, 3] }), { top: 1, left: 0, bottom: 2, right: 1 });
    const card = await unit(engine, { ...subject, channel: 2, place: [1, 0] }, never);
    assert.deepEqual(card.field, part);
  });
});

describe("one unit", () => {
  afterEach(releaseModels);

  it("is the strongest of its channel where no place is given", async () => {
    const { a2 } = forward(image.data);
    for (let channel = 0; channel < 5; channel++) {
      const map = Array.from(a2.data.subarray(channel * 30, (channel + 1) * 30));
      const found = await unit(looking(), { ...reference(), layer: "conv2", channel }, never);
      near([found.value + 1], [Math.max(...map) + 1], 1e-5, "value");
      assert.equal(found.strongest, true);
      near([map[found.place[0] * 5 + found.place[1]]! + 1], [Math.max(...map) + 1], 1e-5, "place");
    }
    const other = await unit(looking(), { ...reference(), layer: "conv2", channel: 1, place: [3, 4] }, never);
    near([other.value + 1], [a2.data[30 + 3 * 5 + 4]! + 1], 1e-5, "value");
  });

  it("comes with what it sees of the photo", async () => {
    const found = await unit(looking(), { model: squeezenet, image: cat, layer: "fire2/expand3x3", channel: 3 }, never);
    const { top, left, bottom, right } = found.field!;
    const { png, width, height } = found.patch!;
    const meta = await sharp(png).metadata();
    assert.deepEqual([meta.width, meta.height], [width, height]);
    assert.equal(width % (right - left), 0);
    assert.equal(width / (right - left), height / (bottom - top));
    assert.ok(width > 100 && right - left <= 15);
    // The middle of one enlarged pixel is the pixel of what the network sees.
    const { seen } = await import("../../src/engine/inside/seen.ts");
    const whole = await seen(looking(), { model: squeezenet, image: cat });
    const [large, small] = await Promise.all(
      [png, whole.png].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()),
    );
    const factor = width / (right - left);
    const at = (2 * factor * width + 3 * factor) * 3;
    const from = ((top + 2) * whole.width + left + 3) * 3;
    assert.deepEqual([...large!.subarray(at, at + 3)], [...small!.subarray(from, from + 3)]);
  });

  it("is refused where there is none such", async () => {
    const engine = looking();
    const refused = (more: object) => unit(engine, { ...reference(), layer: "conv2", channel: 0, ...more }, never);
    await assert.rejects(refused({ channel: 5 }), /channels 0 to 4; there is no channel 5/);
    await assert.rejects(refused({ place: [0, 5] }), /maps of 6 × 5; there is no unit at row 0, column 5/);
    await assert.rejects(refused({ layer: "conv3" }), /no layer conv3/);
  });
});

describe("what excites a unit", () => {
  afterEach(releaseModels);

  const maps = (findings: readonly Finding[]) =>
    new Map(findings.flatMap((each) => (each.kind === "heatmap" ? [[each.key, each] as const] : [])));

  it("is what plain loops send back from it, in three ways", async () => {
    const request = { ...reference(), layer: "conv2", channel: 2 };
    const engine = looking();
    const { place } = await unit(engine, request, never);
    const found = maps(await collected(unitFindings(engine, request, never)));
    const seed = new Float32Array(150);
    seed[2 * 30 + place[0] * 5 + place[1]] = 1;
    for (const [key, gate] of [
      ["deconvnet", deconvnetGate],
      ["guided", guidedGate],
      ["gradient", openGate],
    ] as const) {
      const map = found.get(key) as FloatHeatmap;
      near(map.raw.data, back(image.data, seed, gate).pixels.data, 1e-5, key);
      assert.deepEqual(map.values.shape, [12, 10]);
    }
  });

  it("is, times its activation, what the deconvnet technique shows", async () => {
    const request = { model: squeezenet, image: cat, layer: "fire3/concat", channel: 17 };
    const engine = looking();
    const { place, value: activation } = await unit(engine, request, never);
    const found = maps(await collected(unitFindings(engine, request, never))).get("deconvnet")!;
    const { model, image } = await engine.see(request);
    const parameters = { from: "unit", channel: 17, row: place[0], column: place[1] };
    const { raw } = (await ask("deconvnet", { model, image, layer: request.layer, parameters })).map();
    assert.ok(activation > 0);
    near(
      found.raw.data.map((x) => x * activation),
      raw.data,
      1e-4,
      "projection",
    );
  });

  it("crosses as bytes, and says so where nothing comes back", async () => {
    const model = onnxFile({
      nodes: [node("Conv", ["image", "w", "b"], "conv"), node("Relu", ["conv"], "relu")],
      weights: [weight("w", [1, 3, 1, 1], [1, 1, 1]), weight("b", [1], [-100])],
      inputs: [value("image", [1, 3, 4, 4])],
      outputs: [value("relu", [])],
    });
    const request = { model, image: npy(float32([1, 3, 4, 4], random(1, 48))), layer: "conv", channel: 0 };
    const all: Update[] = await collected(unitMaps(looking(), request, never));
    const note = all.find((each) => each.kind === "note");
    assert.match(note!.text, /2 of the 3 maps are zero everywhere: the unit is silent/);
    assert.deepEqual(
      all.flatMap((each) => (each.kind === "heatmap" ? [[each.key, each.values.bytes instanceof Uint8Array]] : [])),
      [
        ["deconvnet", true],
        ["guided", true],
        ["gradient", true],
      ],
    );
    assert.deepEqual(
      all.flatMap((each) => (each.kind === "progress" ? [each.done] : [])),
      [1, 2, 3],
    );
  });

  it("follows the brush", async () => {
    const engine = looking();
    const request = { model: squeezenet, image: cat, layer: "conv1", channel: 5 };
    const plain = await unit(engine, request, never);
    const { top, left } = plain.field!;
    const strokes: Stroke[] = [{ tool: "gray", radius: 30, points: [[left, top]] }];
    const painted = await unit(engine, { ...request, place: plain.place, strokes }, never);
    assert.ok(plain.value > 2 * painted.value, `${plain.value} became ${painted.value}`);
    assert.notDeepEqual(plain.patch!.png, painted.patch!.png);
    const maps = await collected(unitFindings(engine, { ...request, place: plain.place, strokes }, never));
    assert.ok(maps.some((each) => each.kind === "heatmap"));
  });
});

const sumOf = ({ sources }: Contributions) => sources.reduce((sum, { total }) => sum + total, 0);

describe("contributions to a unit", () => {
  afterEach(releaseModels);

  it("are activation times weight, through a pooling by its switches", async () => {
    const { a1, pool, z2 } = forward(image.data);
    const request = { ...reference(), layer: "conv2", channel: 3, place: [2, 2] as const };
    const found = await contributions(looking(), request, never);
    near([found.value], [z2.data[3 * 30 + 2 * 5 + 2]!], 1e-5, "value before the rectifier");
    assert.deepEqual(
      found.sources.map(({ layer, isInput }) => [layer, isInput]),
      [["conv1", false]],
    );
    const [kernel, bias] = await Promise.all(
      ["conv2.weight", "conv2.bias"].map((weight) => weightValues({ model: request.model, weight }, never)),
    );
    near([found.remainder], [bias!.data[3]!], 1e-4, "the bias remains");
    const { channels } = found.sources[0]!;
    for (let c = 0; c < 4; c++) {
      let sum = 0;
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++)
          sum += kernel!.data[(3 * 4 + c) * 9 + i * 3 + j]! * pool.data[c * 30 + (1 + i) * 5 + 1 + j]!;
      const own = channels.find(({ channel }) => channel === c);
      near([own?.contribution ?? 0, 1], [sum, 1], 1e-5, `channel ${c}`);
      if (!own) continue;
      const [row, column] = own.place;
      assert.equal(a1.data[c * 120 + row * 10 + column], pool.data[c * 30 + (row >> 1) * 5 + (column >> 1)]);
    }
    const strengths = channels.map(({ contribution }) => Math.abs(contribution));
    assert.deepEqual(
      strengths,
      strengths.toSorted((a, b) => b - a),
    );
  });

  it("end at the picture", async () => {
    const { z1 } = forward(image.data);
    const request = { ...reference(), layer: "conv1", channel: 1, place: [0, 9] as const };
    const found = await contributions(looking(), request, never);
    assert.deepEqual(
      found.sources.map(({ layer, isInput }) => [layer, isInput]),
      [["image", true]],
    );
    near([found.value], [z1.data[120 + 9]!], 1e-5, "value");
    const bias = await weightValues({ model: request.model, weight: "conv1.bias" }, never);
    near([found.remainder], [bias.data[1]!], 1e-4, "remainder");
  });

  it("hold one side of a skip connection fast while the other varies", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "a", { pads: [1, 1, 1, 1] }),
        node("Relu", ["a"], "ra"),
        node("Conv", ["ra", "v"], "b", { pads: [1, 1, 1, 1] }),
        node("Relu", ["b"], "rb"),
        node("Add", ["ra", "rb"], "sum"),
        node("Relu", ["sum"], "end"),
      ],
      weights: [weight("w", [2, 3, 3, 3], random(1, 54)), weight("v", [2, 2, 3, 3], random(2, 36))],
      inputs: [value("image", [1, 3, 6, 6])],
      outputs: [value("end", [])],
    });
    const tensor = float32([1, 3, 6, 6], random(3, 108));
    const open = await openModel(model);
    const [ra, rb] = await Promise.all(["ra", "rb"].map((name) => open.activations(tensor, name)));
    const engine = looking();
    for (let at = 0; at < 36; at += 5) {
      const place = [Math.floor(at / 6), at % 6] as const;
      const found = await contributions(engine, { model, image: npy(tensor), layer: "end", channel: 1, place }, never);
      assert.equal(found.sources.length, 2);
      near(
        [...found.sources.map(({ total }) => total), 1],
        [ra!.data[36 + at]!, rb!.data[36 + at]!, 1],
        1e-6,
        "both sides",
      );
      near([found.remainder + 1], [1], 1e-6, "nothing remains");
    }
  });

  it("go through joins, learned normalisation and average pooling, whose shift remains", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "a"),
        node("Relu", ["a"], "ra"),
        node("Conv", ["image", "v"], "b"),
        node("Relu", ["b"], "rb"),
        node("Concat", ["ra", "rb"], "joined", { axis: 1 }),
        node("AveragePool", ["joined"], "pool", { kernel_shape: [2, 2] }),
        node("Conv", ["pool", "u", "bias"], "c"),
        node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], "norm", {}),
        node("Clip", ["norm", "zero", "six"], "end"),
      ],
      weights: [
        weight("w", [2, 3, 1, 1], random(1, 6)),
        weight("v", [3, 3, 1, 1], random(2, 9)),
        weight("u", [2, 5, 1, 1], random(4, 10)),
        weight("bias", [2], [0.5, -1]),
        weight("scale", [2], [2, 3]),
        weight("shift", [2], [0.25, 0.125]),
        weight("mean", [2], [1, -0.5]),
        weight("variance", [2], [4, 0.25]),
        weight("zero", [], [0]),
        weight("six", [], [6]),
      ],
      inputs: [value("image", [1, 3, 4, 4])],
      outputs: [value("end", [])],
    });
    const tensor = float32([1, 3, 4, 4], random(3, 48));
    const request = { model, image: npy(tensor), layer: "end", channel: 1, place: [1, 2] as const };
    const found = await contributions(looking(), request, never);
    assert.equal(found.sources.length, 2);
    const scale = 3 / Math.sqrt(0.25 + 1e-5);
    near([found.remainder], [(-1 + 0.5) * scale + 0.125], 1e-5, "remainder");
    const open = await openModel(model);
    const [ra, rb] = await Promise.all(["ra", "rb"].map((name) => open.activations(tensor, name)));
    const u = random(4, 10);
    const mean = (data: Float32Array, c: number) => [6, 7, 10, 11].reduce((sum, at) => sum + data[c * 16 + at]! / 4, 0);
    const from = (data: Float32Array, count: number, first: number) =>
      Array.from({ length: count }, (_, c) => scale * u[5 + first + c]! * mean(data, c)).reduce((a, b) => a + b, 0);
    near(
      [...found.sources.map(({ total }) => total), 1],
      [from(ra!.data, 2, 0), from(rb!.data, 3, 2), 1],
      1e-5,
      "sides",
    );
  });

  for (const [model, layers] of [
    [squeezenet, ["conv1", "fire2/squeeze1x1", "fire4/expand3x3", "fire9/expand1x1", "conv10"]],
    [efficientnet, ["stem", "stage2/block1/depthwise", "stage3/block2/expand", "stage6/block2/project", "classifier"]],
  ] as const)
    it(`leave the bias in ${model.split("/").at(-1)!}`, async () => {
      const engine = looking();
      const { model: open } = await engine.see({ model, image: cat });
      const bound = await open.bound(1);
      for (const layer of layers) {
        const request = { model, image: cat, layer, channel: 7 };
        const [card, found] = [await unit(engine, request, never), await contributions(engine, request, never)];
        const weighted = bound.layers.find(({ name }) => name === layer)!.nodes.find(({ op }) => /Conv|Gemm/.test(op))!;
        const bias = await weightValues({ model, weight: weighted.inputs[2]!.name }, never);
        near([found.value - sumOf(found), 10], [bias.data[7]!, 10], 2e-5, `${layer}: bias`);
        near([found.remainder, 1], [found.value - sumOf(found), 1], 1e-6, `${layer}: law`);
        if (card.value > 0 && card.value < 6) near([found.value], [card.value], 1e-4, `${layer}: value`);
        assert.ok(found.sources.length >= 1 && found.sources.every(({ channels }) => channels.length > 0), layer);
      }
    });
});
