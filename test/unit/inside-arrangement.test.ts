import assert from "node:assert/strict";
import { arranged, layoutOf } from "../../src/engine/inside/arrangement.ts";
import { axesOf } from "../../src/engine/inside/axes.ts";
import { floatsOf } from "../../src/engine/inside/floats.ts";
import { rectifiersOf } from "../../src/engine/inside/rectifiers.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { float, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { referenceFile } from "./support/reference-net.ts";
import { transformer } from "./support/small-transformer.ts";

const noise = (shape: readonly number[], seed = 5) => float32(shape, random(seed, size(shape)));

describe("the arrangement of a layer's numbers", () => {
  afterEach(releaseModels);

  async function found(path: string, name: string) {
    const model = await openModel(path);
    const bound = await model.bound(1);
    const image = noise(model.inputShape);
    const at = model.value(bound, name);
    const [tensor] = await model.together(image, () => [at]);
    const numbers = floatsOf(tensor!);
    const layout = layoutOf(axesOf(bound).get(at), numbers.shape);
    return { numbers, layout, maps: arranged(layout, numbers.data), bound, model };
  }

  it("is the file's own for channels, rows and columns, without a copy", async () => {
    const { layout, maps, numbers } = await found(referenceFile(), "conv1");
    assert.deepEqual(layout.arrangement, { shape: [4, 12, 10], kind: "maps", remark: "" });
    assert.equal(maps.buffer, numbers.data.buffer);
    assert.deepEqual(maps, numbers.data);
  });

  it("takes vectors, also such as have rows and columns of one, for numbers", async () => {
    for (const [name, channels] of [
      ["average", 5],
      ["flat", 5],
      ["scores", 4],
    ] as const)
      assert.deepEqual((await found(referenceFile(), name)).layout.arrangement, {
        shape: [channels, 1, 1],
        kind: "numbers",
        remark: "",
      });
  });

  it("turns channels-last layers of TensorFlow's graphs", async () => {
    const path = onnxFile({
      nodes: [
        node("Transpose", ["image"], "nchw", { perm: [0, 3, 1, 2] }),
        node("Conv", ["nchw", "w"], "conv"),
        node("Transpose", ["conv"], "nhwc", { perm: [0, 2, 3, 1] }),
        node("Add", ["nhwc", "b"], "biased"),
        node("Relu", ["biased"], "relu"),
      ],
      weights: [weight("w", [4, 3, 2, 2], random(1, 48)), weight("b", [4], random(2, 4))],
      inputs: [value("image", [1, 6, 5, 3])],
      outputs: [value("relu", [1, 5, 4, 4])],
    });
    const { layout, maps, numbers } = await found(path, "biased");
    assert.deepEqual(layout.arrangement, { shape: [4, 5, 4], kind: "maps", remark: "" });
    for (let c = 0; c < 4; c++)
      for (let y = 0; y < 5; y++)
        for (let x = 0; x < 4; x++) assert.equal(maps[(c * 5 + y) * 4 + x], numbers.data[(y * 4 + x) * 4 + c]);
  });

  it("puts tokens back on their grid and leaves the class token out", async () => {
    const path = onnxFile(transformer);
    for (const name of ["tokens", "placed", "queries", "merged", "residual"]) {
      const { layout, maps, numbers } = await found(path, name);
      assert.deepEqual(
        layout.arrangement,
        { shape: [6, 2, 3], kind: "tokens", remark: "the class token is left out" },
        name,
      );
      for (let d = 0; d < 6; d++)
        for (let place = 0; place < 6; place++)
          assert.equal(maps[d * 6 + place], numbers.data[(place + 1) * 6 + d], `${name}: dimension ${d} at ${place}`);
    }
  });

  it("knows tokens without a class token, before it came and after it went", async () => {
    for (const name of ["words", "flattened", "classless"])
      assert.deepEqual(
        (await found(onnxFile(transformer), name)).layout.arrangement,
        { shape: [6, 2, 3], kind: "tokens", remark: "" },
        name,
      );
    const { maps, numbers } = await found(onnxFile(transformer), "flattened");
    assert.deepEqual(maps, numbers.data);
  });

  it("says of what has no place in the picture that it has none", async () => {
    const { layout } = await found(onnxFile(transformer), "attention");
    assert.deepEqual(layout.arrangement.shape, [2, 7, 7]);
    assert.equal(layout.arrangement.kind, "numbers");
    assert.match(layout.arrangement.remark, /1 × 2 × 7 × 7, are not laid out over the picture/);
    assert.deepEqual((await found(onnxFile(transformer), "pooled")).layout.arrangement.shape, [6, 1, 1]);
  });

  it("tells the images of a batch apart", () => {
    const axes = { roles: ["row", "batch", "channel"] as const, grid: undefined, before: 0 };
    const layout = layoutOf(axes, [4, 2, 3], 2);
    const data = Float32Array.from({ length: 24 }, (_, i) => i);
    assert.deepEqual(layout.arrangement.shape, [3, 4, 1]);
    for (const image of [0, 1])
      assert.deepEqual(
        [...arranged(layout, data, image)],
        [0, 1, 2].flatMap((c) => [0, 1, 2, 3].map((row) => row * 6 + image * 3 + c)),
      );
    assert.equal(layoutOf(undefined, [4, 2, 3], 2).image, undefined);
  });

  it("knows which layers are rectified, and their upper bounds", async () => {
    const path = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "conv"),
        node("Relu", ["conv"], "relu"),
        node("MaxPool", ["relu"], "pool", { kernel_shape: [2, 2] }),
        node("Clip", ["conv", "zero", "six"], "relu6"),
        node("Clip", ["conv", "minus", "six"], "clip"),
        node("Min", ["relu", "six"], "written6"),
        node("Max", ["conv", "zero"], "written"),
        node("LeakyRelu", ["conv"], "leaky", { alpha: float(0.1) }),
        node("Concat", ["relu", "written"], "both", { axis: 1 }),
        node("Concat", ["relu", "leaky"], "mixed", { axis: 1 }),
        node("Add", ["conv", "three"], "raised"),
        node("Clip", ["raised", "zero", "six"], "gate"),
        node("Mul", ["conv", "gate"], "swish"),
      ],
      weights: [
        weight("w", [2, 3, 1, 1], random(1, 6)),
        weight("zero", [], [0]),
        weight("six", [], [6]),
        weight("three", [], [3]),
        weight("minus", [], [-1]),
      ],
      inputs: [value("image", [1, 3, 4, 4])],
      outputs: ["pool", "relu6", "clip", "written6", "both", "mixed", "swish"].map((name) => value(name, [1, 2, 4, 4])),
    });
    const { bound, model } = await found(path, "conv");
    const its = (name: string) => {
      const { rectified, bound: limit } = rectifiersOf(bound).get(model.value(bound, name)) ?? {};
      return [rectified ?? false, limit];
    };
    assert.deepEqual(its("conv"), [false, undefined]);
    assert.deepEqual(its("relu"), [true, undefined]);
    assert.deepEqual(its("pool"), [true, undefined]);
    assert.deepEqual(its("relu6"), [true, 6]);
    assert.deepEqual(its("clip"), [false, 6]);
    assert.deepEqual(its("written6"), [true, 6]);
    assert.deepEqual(its("written"), [true, undefined]);
    assert.deepEqual(its("leaky"), [false, undefined]);
    assert.deepEqual(its("both"), [true, undefined]);
    assert.deepEqual(its("mixed"), [false, undefined]);
    assert.deepEqual(its("swish"), [false, undefined]);
  });
});
