import assert from "node:assert/strict";
import { join } from "node:path";
import { anatomyOf, fieldsIn } from "../../src/engine/inside/anatomy.ts";
import { dead } from "../../src/engine/inside/dead.ts";
import { node as nodeFacts } from "../../src/engine/inside/node.ts";
import { kernelsOf } from "../../src/engine/inside/kernels.ts";
import { rectifiersOf } from "../../src/engine/inside/rectifiers.ts";
import { step } from "../../src/engine/inside/step.ts";
import { Library } from "../../src/engine/library.ts";
import { gramsOf } from "../../src/engine/synthesis/gram.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { styleLayers } from "../../src/engine/synthesis/style-layers.ts";
import type { DeadLayer } from "../../src/shared/dead.ts";
import { float32 } from "../../src/shared/tensor.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, npy, samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { bytes, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { looking } from "./support/samples.ts";

// One network four times: on floats, and as quantizers write it.

const microsoft = "com.microsoft";
const own = (op: string, inputs: readonly string[], output: string, attributes = {}) =>
  node(op, inputs, output, attributes, { domain: microsoft });

/** Whole numbers from −20 to 20; those of filter `silent` are 0. */
const whole = (seed: number, count: number, each: number, silent: number) =>
  Array.from(random(seed, count), (v, i) =>
    Math.floor(i / each) === silent ? 0 : Math.max(-20, Math.min(20, Math.round(v * 20) || 0)),
  );
const [w1, w2, fc] = [whole(1, 108, 27, -1), whole(2, 144, 36, 2), whole(3, 24, 8, -1)];
/** In whole numbers: the filter that it holds down never fires. */
const bias = [0, -60_000, 0, 0];
const fcBias = [1, -2, 3];
const [coarse, fine] = [1 / 16, 1 / 64];
const scales = [fine, fine / 2, fine, fine * 2];
const scaled = (numbers: readonly number[]) =>
  numbers.map((n, i) => n * (scales[Math.floor((i * 4) / numbers.length)] ?? 0));

const floats = [
  weight("w1", [4, 3, 3, 3], scaled(w1)),
  weight(
    "b1",
    [4],
    bias.map((n, i) => n * coarse * (scales[i] ?? 0)),
  ),
  weight("w2", [4, 4, 3, 3], scaled(w2)),
  weight("b2", [4], [0, 0, 0, 0]),
  weight(
    "fc",
    [8, 3],
    fc.map((n) => n * fine),
  ),
  weight(
    "fb",
    [3],
    fcBias.map((n) => n * coarse * fine),
  ),
];
/** As ONNX Runtime has biases. */
const int32 = (name: string, values: readonly number[]) =>
  w.tensor(name, 6, [values.length], w.bytes(9, new Uint8Array(Int32Array.from(values).buffer)));
const integers = [
  bytes("w1", "int8", w1, [4, 3, 3, 3]),
  int32("b1", bias),
  bytes("w2", "int8", w2, [4, 4, 3, 3]),
  int32("b2", [0, 0, 0, 0]),
  bytes("fc", "int8", fc, [8, 3]),
  int32("fb", fcBias),
  weight("ws", [4], scales),
  bytes("wz", "int8", [0, 0, 0, 0], [4]),
  weight("fs", [], [fine]),
  bytes("fz", "int8", [0], []),
  weight("s", [], [coarse]),
  bytes("low", "uint8", [0], []),
  bytes("z", "uint8", [128], []),
];
const [first, second] = [
  { strides: [2, 2], pads: [1, 1, 1, 1], kernel_shape: [3, 3] },
  { dilations: [2, 2], pads: [2, 2, 2, 2], kernel_shape: [3, 3] },
];
const pool = { kernel_shape: [2, 2], strides: [2, 2] };

const file = (nodes: readonly Uint8Array[], weights: readonly Uint8Array[], channels = 3) =>
  onnxFile({
    nodes,
    weights,
    inputs: [value("x", [1, channels, 24, 24])],
    outputs: [w.value("y")],
    domains: { [microsoft]: 1 },
  });

/** From the first convolution's output on. */
const rest = [
  node("Relu", ["c1"], "r"),
  node("MaxPool", ["r"], "p", pool),
  node("Conv", ["p", "w2", "b2"], "c2", second),
  node("Add", ["p", "c2"], "sum"),
  node("Concat", ["sum", "p"], "joined", { axis: 1 }),
  node("GlobalAveragePool", ["joined"], "mean"),
  node("Flatten", ["mean"], "flat"),
  node("Gemm", ["flat", "fc", "fb"], "y"),
];
const plain = () => file([node("Conv", ["x", "w1", "b1"], "c1", first), ...rest], floats);

const around = (value: string, zero: string) => [
  node("QuantizeLinear", [value, "s", zero], `${value}:q`),
  node("DequantizeLinear", [`${value}:q`, "s", zero], `${value}:d`),
];
const pairs = (zeroOfPicture = "z") =>
  file(
    [
      ...around("x", zeroOfPicture),
      node("Conv", ["x:d", "w1", "b1"], "c1", first),
      ...around("c1", "low"),
      node("MaxPool", ["c1:d"], "p", pool),
      node("Conv", ["p", "w2", "b2"], "c2", second),
      ...around("c2", "z"),
      node("Add", ["p", "c2:d"], "sum"),
      ...rest.slice(4),
    ],
    [...floats, ...integers.slice(10)],
  );

const operators = () =>
  file(
    [
      node("QuantizeLinear", ["x", "s", "z"], "q"),
      node("QLinearConv", ["q", "s", "z", "w1", "ws", "wz", "s", "low", "b1"], "c1", first),
      node("MaxPool", ["c1"], "p", pool),
      node("QLinearConv", ["p", "s", "low", "w2", "ws", "wz", "s", "z", "b2"], "c2", second),
      own("QLinearAdd", ["p", "s", "low", "c2", "s", "z", "s", "z"], "sum"),
      own("QLinearConcat", ["s", "z", "sum", "s", "z", "p", "s", "low"], "joined", { axis: 1 }),
      own("QLinearGlobalAveragePool", ["joined", "s", "z", "s", "z"], "mean", { channels_last: 0 }),
      node("Flatten", ["mean"], "flat"),
      own("QGemm", ["flat", "s", "z", "fc", "fs", "fz", "fb", "s", "z"], "whole"),
      node("DequantizeLinear", ["whole", "s", "z"], "y"),
    ],
    integers,
  );

const dynamic = () =>
  file(
    [
      node("DynamicQuantizeLinear", ["x"], ["q", "qs", "qz"]),
      node("ConvInteger", ["q", "w1", "qz", "fz"], "i", first),
      node("Cast", ["i"], "i:f", { to: 1 }),
      node("Mul", ["qs", "fs"], "both"),
      node("Mul", ["i:f", "both"], "c1"),
      ...rest,
    ],
    [integers[0]!, ...floats.slice(2), ...integers.slice(8, 10)],
  );

/** The last product on whole numbers, and what is before it on floats. */
const product = (nodes: readonly Uint8Array[]) =>
  file(
    [node("Conv", ["x", "w1", "b1"], "c1", first), ...rest.slice(0, -1), ...nodes],
    [...floats.slice(0, 4), integers[4]!, floats[5]!, ...integers.slice(8, 10)],
  );
const scaledProduct = () =>
  product([
    node("DynamicQuantizeLinear", ["flat"], ["q", "qs", "qz"]),
    own("MatMulIntegerToFloat", ["q", "fc", "qs", "fs", "qz", "fz", "fb"], "y"),
  ]);
const scalingProduct = () => product([own("DynamicQuantizeMatMul", ["flat", "fc", "fs", "fz", "fb"], "y")]);

const numbers = Array.from(random(7, 1728), (v) => v * 4);
const photo = npy(float32([1, 3, 24, 24], numbers));
const withoutRed = npy(
  float32(
    [1, 3, 24, 24],
    numbers.map((n, i) => (i < 576 ? 0 : n)),
  ),
);

async function deadIn(model: string, image = photo): Promise<readonly DeadLayer[]> {
  let layers: readonly DeadLayer[] = [];
  for await (const told of dead(looking(), { model, images: [image] }, never))
    if (told.kind === "report") layers = told.layers;
  return layers;
}

async function opened(path: string) {
  const model = await openModel(path);
  return { model, bound: await model.bound(1) };
}

async function rectifiedIn(path: string) {
  const { bound } = await opened(path);
  return (value: string) => rectifiersOf(bound).get(bound.network.values.get(value)!)?.rectified ?? false;
}

async function totals(path: string) {
  const { bound } = await opened(path);
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  const anatomy = anatomyOf(bound, []);
  return {
    multiplyAdds: sum(anatomy.map(({ multiplyAdds }) => multiplyAdds)),
    parameters: sum(bound.layers.map(({ parameters }) => parameters)),
    uncounted: anatomy.flatMap(({ uncounted = [] }) => uncounted),
  };
}

describe("a quantized network", () => {
  afterEach(releaseModels);

  const forms = {
    "in pairs": pairs,
    "of operators on whole numbers": operators,
    "with scales found as it runs": dynamic,
  };

  for (const [name, form] of Object.entries(forms))
    it(`has the receptive fields of the same network on floats, ${name}`, async () => {
      const fieldOf = async (path: string) => {
        const { bound } = await opened(path);
        return (value: string) => fieldsIn(bound).fieldOf(bound.network.values.get(value)!);
      };
      const [quantized, asFloats] = [await fieldOf(form()), await fieldOf(plain())];
      for (const value of ["c1", "p", "c2", "sum", "joined", "mean", "flat", "y"]) {
        assert.ok(asFloats(value), value);
        assert.deepEqual(quantized(value), asFloats(value), value);
      }
    });

  for (const [name, form] of Object.entries({
    pairs,
    operators,
    "a product of whole numbers": scaledProduct,
    "a product that makes whole numbers itself": scalingProduct,
  }))
    it(`costs and has learned as much as the same network on floats: ${name}`, async () => {
      assert.deepEqual(await totals(form()), await totals(plain()));
    });

  it("has learned as much in each of its convolutions, biases of whole numbers among it and scales not", async () => {
    const convolutions = async (model: string, places: readonly number[]) => {
      const facts = places.map(async (place) => await nodeFacts(new Library(), { model, node: place }));
      return (await Promise.all(facts)).map(({ parameters }) => parameters);
    };
    const expected = await convolutions(plain(), [0, 3]);
    assert.deepEqual(expected, [108 + 4, 144 + 4]);
    assert.deepEqual(await convolutions(operators(), [1, 3]), expected);
  });

  it("costs as much where whole numbers are multiplied", async () => {
    assert.equal((await totals(dynamic())).multiplyAdds, (await totals(plain())).multiplyAdds);
  });

  it("has the filters that its weights stand for", async () => {
    const [quantized, asFloats] = [await opened(operators()), await opened(plain())];
    for (const name of ["c1", "c2"]) {
      const of = ({ model, bound }: typeof quantized) => kernelsOf(model, bound, name, never);
      const [found, expected] = [await of(quantized), await of(asFloats)];
      assert.deepEqual(found.shape, expected.shape);
      assert.deepEqual(found.data, expected.data);
    }
    const { data } = await kernelsOf(quantized.model, quantized.bound, "fc", never);
    assert.deepEqual(data, (await kernelsOf(asFloats.model, asFloats.bound, "fc", never)).data);
  });

  it("makes what its weights stand for once, however often its filters are looked at", async () => {
    const { model, bound } = await opened(operators());
    const look = async () => {
      for (const name of ["c1", "c2", "y"]) await kernelsOf(model, bound, name, never);
      return bound.network.graph.nodes.length;
    };
    assert.equal(await look(), await look());
  });

  it("has the filters that its weights stand for in each layer that shares them", async () => {
    const { model, bound } = await opened(
      file(
        [
          node("QuantizeLinear", ["x", "s", "z"], "q"),
          node("QLinearConv", ["q", "s", "z", "w2", "ws", "wz", "s", "z"], "a", { auto_pad: "SAME_UPPER" }),
          node("QLinearConv", ["a", "s", "z", "w2", "s", "fz", "s", "z"], "b"),
          node("DequantizeLinear", ["b", "s", "z"], "y"),
        ],
        integers,
        4,
      ),
    );
    const of = async (name: string) => [...(await kernelsOf(model, bound, name, never)).data];
    assert.deepEqual(await of("a"), scaled(w2));
    assert.deepEqual(
      await of("b"),
      w2.map((n) => n * coarse),
    );
  });

  it("does not say of whole numbers without a scale that they are filters, nor that there are none", async () => {
    const { model, bound } = await opened(dynamic());
    await assert.rejects(
      kernelsOf(model, bound, "w1", never),
      /^TypeError: w1 holds whole numbers, and ConvInteger does not say on what scale/,
    );
  });

  it("does not say that there is no convolution in it", async () => {
    const request = { model: operators(), image: photo, layer: "c1", channel: 0 };
    await assert.rejects(step(looking(), request, never), /^TypeError: c1 has a convolution .* of whole numbers/);
    await assert.rejects(step(looking(), { ...request, node: 1 }, never), /QLinearConv .* is a convolution/);
    assert.equal((await step(looking(), { ...request, layer: "p" }, never)).kind, "pooling");
  });

  it("has maps of what its whole numbers stand for", async () => {
    const [quantized, asFloats] = [await opened(operators()), await opened(plain())];
    const image = float32(
      [1, 3, 24, 24],
      Array.from(random(7, 1728), (v) => Math.round(v * 32) * coarse),
    );
    for (const value of ["p", "c2", "sum", "flat"]) {
      const [found, expected] = [
        await quantized.model.activations(image, value),
        await asFloats.model.activations(image, value),
      ];
      assert.equal(found.dtype, "float32");
      near(found.data, expected.data, 3 * coarse, value);
    }
  });

  for (const [name, form] of Object.entries({ pairs, operators }))
    it(`has the layers of the same network on floats, and their dead channels: ${name}`, async () => {
      const [quantized, asFloats] = [await deadIn(form()), await deadIn(plain())];
      const of = (layers: readonly DeadLayer[], name: string) => layers.find(({ layer }) => layer === name);
      for (const name of ["c1", "c2"]) {
        assert.ok(of(asFloats, name)?.dead.length, name);
        assert.deepEqual(of(quantized, name)?.dead, of(asFloats, name)?.dead);
        assert.deepEqual(of(quantized, name)?.constant, []);
        assert.equal(of(quantized, name)?.own, true);
      }
    });

  for (const zero of ["z", "low"])
    it(`does not call the picture's colours dead: written around ${zero}`, async () => {
      const names = (await deadIn(pairs(zero), withoutRed)).map(({ layer }) => layer);
      assert.deepEqual(
        names.filter((name) => name.startsWith("x:")),
        [],
      );
      assert.ok(names.includes("c1"));
    });

  it("rectifies where zero is the least number that it can write", async () => {
    const isRectified = await rectifiedIn(operators());
    assert.deepEqual(["c1", "p", "c2", "sum", "mean"].map(isRectified), [true, true, false, false, false]);
  });

  it("does not rectify the picture, written from zero on", async () => {
    const isRectified = await rectifiedIn(pairs("low"));
    assert.deepEqual(["x:q", "x:d", "c1:q", "c1:d"].map(isRectified), [false, false, true, true]);
  });

  it("rectifies what an operator gave that nobody knows", async () => {
    const isRectified = await rectifiedIn(
      file(
        [
          node("Transpose", ["x"], "last", { perm: [0, 2, 3, 1] }),
          node("QuantizeLinear", ["last", "s", "low"], "q"),
          own("QLinearConv", ["q", "s", "low", "w1", "ws", "wz", "s", "low"], "c", { channels_last: 1 }),
          own("QLinearAdd", ["c", "s", "low", "c", "s", "low", "s", "low"], "sum"),
          node("DequantizeLinear", ["sum", "s", "low"], "y"),
        ],
        integers,
      ),
    );
    assert.deepEqual(["q", "sum", "y"].map(isRectified), [false, true, true]);
  });

  const coffee = join(samplesFolder, "coffee.png");
  const preparation: Preparation = { size: [24, 24], fit: "stretch", color: "RGB", range: [0, 1], mean: [0], deviation: [1], layout: "NCHW" }; // prettier-ignore
  const noneThrough = (op: string) =>
    new RegExp(
      `through ${op} \\(node .*\\): no gradient goes through quantized arithmetic\\. Use the model on floats that it was quantized from\\.$`,
    );

  for (const [name, form, why] of [
    ["pairs", pairs, noneThrough("DequantizeLinear")],
    [
      "operators",
      operators,
      /q holds uint8, not numbers that a picture could raise a little\. Use the model on floats that it was quantized from\.$/,
    ],
    ["dynamic", dynamic, noneThrough("ConvInteger")],
  ] as const)
    it(`has no texture and no style, for the reason that it has no dream: ${name}`, async () => {
      const request = { model: form(), image: coffee, preparation };
      const steps = { steps: 1, size: 32 };
      const texture = made({ ...request, technique: "texture-synthesis", parameters: steps });
      const model = await openModel(request.model);
      const layers = styleLayers(await model.bound(1));
      const layer = layers[0]?.name ?? "";
      const grams = gramsOf(model, inputLine(untouched), float32([1, 3, 24, 24], numbers), layers);
      await assert.rejects(grams, why, "before anything is run");
      await assert.rejects(texture, why);
      await assert.rejects(
        made({ ...request, technique: "style-transfer", layer, parameters: { ...steps, style: coffee } }),
        why,
      );
      await assert.rejects(made({ ...request, technique: "deep-dream", layer, parameters: { steps: 1 } }), why);
    });

  for (const [name, layer, channel] of [
    ["whole numbers read as floats", "i:f", undefined],
    ["a channel of them", "i:f", 1],
    ["what they stand for", "c1", undefined],
  ] as const)
    it(`has no dream where its arithmetic is in the way, and is not called dead for it: ${name}`, async () => {
      const request = { model: dynamic(), image: coffee, preparation, technique: "deep-dream", layer };
      const dream = made({ ...request, ...(channel !== undefined && { channel }), parameters: { steps: 1 } });
      await assert.rejects(dream, noneThrough("ConvInteger"));
    });
});
