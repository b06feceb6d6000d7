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
import { near } from "./support/asking.ts";
import { never, npy, samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { node, openModel, releaseModels } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { looking } from "./support/samples.ts";
import {
  own,
  w2,
  coarse,
  scaled,
  integers,
  file,
  plain,
  pairs,
  operators,
  dynamic,
  scaledProduct,
  scalingProduct,
} from "./support/quantized-nets.ts";

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
      /c1 holds uint8, not numbers that a picture could raise a little\. Use the model on floats that it was quantized from\.$/,
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
