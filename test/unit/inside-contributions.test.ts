import assert from "node:assert/strict";
import { contributions } from "../../src/engine/inside/contributions.ts";
import { floatsOf } from "../../src/engine/inside/floats.ts";
import { unit } from "../../src/engine/inside/unit.ts";
import { weightValues } from "../../src/engine/inside/weights.ts";
import type { Contributions } from "../../src/shared/contributions.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { transformer } from "./support/small-transformer.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";
import { never, npy } from "./support/engine.ts";
import { cat, efficientnet, looking, squeezenet } from "./support/samples.ts";

const image = picture(7);
const reference = () => ({ model: referenceFile(), image: npy(image) });

const weightFloats = async (of: Parameters<typeof weightValues>[0]) => floatsOf(await weightValues(of, never));

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
      ["conv2.weight", "conv2.bias"].map((weight) => weightFloats({ model: request.model, weight })),
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
      const [row, column] = own.place!;
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
    const bias = await weightFloats({ model: request.model, weight: "conv1.bias" });
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

  it("leave a bias only where the way is linear, and come before an activation only where there is one", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "plain"),
        node("Conv", ["plain", "v"], "c"),
        node("LeakyRelu", ["c"], "leaky"),
        node("GlobalAveragePool", ["leaky"], "mean"),
        node("Conv", ["mean", "u"], "e"),
        node("Sigmoid", ["e"], "gate"),
        node("Mul", ["leaky", "gate"], "gated"),
        node("Mul", ["gated", "two"], "doubled"),
        node("LayerNormalization", ["doubled", "ones", "none"], "normed", { axis: 3 }),
        node("Transpose", ["normed"], "turned", { perm: [0, 1, 3, 2] }),
        node("MatMul", ["normed", "turned"], "attention"),
      ],
      weights: [
        weight("w", [2, 3, 1, 1], random(1, 6)),
        weight("v", [2, 2, 1, 1], random(2, 4)),
        weight("u", [2, 2, 1, 1], random(4, 4)),
        weight("two", [], [2]),
        weight("ones", [4], [1, 1, 1, 1]),
        weight("none", [4], [0, 0, 0, 0]),
      ],
      inputs: [value("image", [1, 3, 4, 4])],
      outputs: [value("attention", [1, 2, 4, 4])],
    });
    const image = npy(float32([1, 3, 4, 4], random(3, 48)));
    const engine = looking();
    const found = async (layer: string) => contributions(engine, { model, image, layer, channel: 1 }, never);
    for (const [layer, linear, activated] of [
      ["plain", true, false],
      ["leaky", true, true],
      ["mean", true, false],
      ["gate", true, true],
      ["gated", false, false],
      ["normed", false, false],
      ["attention", false, false],
    ] as const) {
      const made = await found(layer);
      assert.deepEqual([made.linear, made.activated], [linear, activated], layer);
      if (linear) near([made.remainder + 1], [1], 1e-6, `${layer} has no bias`);
    }
  });

  it("are counted at tokens without a place as well, and add up", async () => {
    const model = onnxFile({
      ...transformer,
      nodes: [
        ...transformer.nodes,
        node("LayerNormalization", ["residual", "scale", "shift"], "normed", { axis: 2 }),
        node("Gather", ["normed", "zero"], "token", { axis: 1 }),
        node("Gemm", ["token", "fc"], "head"),
        node("ReduceMean", ["normed"], "average", { axes: [1], keepdims: 0 }),
      ],
      weights: [...(transformer.weights ?? []), weight("scale", [6], random(7, 6)), weight("shift", [6], random(8, 6))],
      outputs: [value("head", [1, 5]), value("average", [1, 6])],
    });
    const image = float32([1, 3, 8, 12], random(3, 288));
    const open = await openModel(model);
    const normed = await open.activations(image, "normed");
    const engine = looking();
    const of = (layer: string, channel: number) =>
      contributions(engine, { model, image: npy(image), layer, channel }, never);

    const [head, fc] = [await of("head", 2), random(6, 30)];
    const [source, ...others] = head.sources;
    assert.deepEqual([source?.layer, source?.placeless, others], ["normed", 1, []]);
    assert.equal(source!.channels.length, 6);
    for (const { channel, contribution, place } of source!.channels) {
      near([contribution + 1], [normed.data[channel]! * fc[channel * 5 + 2]! + 1], 1e-5, `channel ${channel}`);
      assert.equal(place, undefined, "it is the class token's");
    }
    near([sumOf(head) + 1, head.remainder + 1], [head.value + 1, 1], 1e-5, "law");

    const average = await of("average", 4);
    const [own] = average.sources[0]!.channels;
    const tokens = Array.from({ length: 7 }, (_, token) => normed.data[token * 6 + 4]!);
    near([own!.contribution + 1], [tokens.reduce((sum, each) => sum + each / 7, 1)], 1e-5, "the class token is of it");
    const strongest = tokens.map(Math.abs).indexOf(Math.max(...tokens.map(Math.abs)));
    const grid = strongest - 1;
    assert.deepEqual(own!.place, grid < 0 ? undefined : [Math.floor(grid / 3), grid % 3]);

    for (const layer of ["queries", "split", "attention", "normed"])
      for (const { total, channels } of (await of(layer, 1)).sources)
        near([channels.reduce((sum, { contribution }) => sum + contribution, 1)], [total + 1], 1e-5, layer);
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
        const bias = await weightFloats({ model, weight: weighted.inputs[2]!.name });
        near([found.value - sumOf(found), 10], [bias.data[7]!, 10], 2e-5, `${layer}: bias`);
        near([found.remainder, 1], [found.value - sumOf(found), 1], 1e-6, `${layer}: law`);
        if (card.value > 0 && card.value < 6) near([found.value], [card.value], 1e-4, `${layer}: value`);
        assert.ok(found.sources.length >= 1 && found.sources.every(({ channels }) => channels.length > 0), layer);
      }
    });
});
