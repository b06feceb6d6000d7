import assert from "node:assert/strict";
import { UnknownLayer } from "../../src/engine/model.ts";
import { InvalidParameter } from "../../src/shared/parameters.ts";
import { float32 } from "../../src/shared/tensor.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { near, oneHot } from "./support/asking.ts";
import { never, newEngine, npy, rawOf, updates } from "./support/engine.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { classCount, gradientOf, picture, referenceFile, scoresOf, type Variant } from "./support/reference-net.ts";

const image = picture(7);
const expected = scoresOf(image.data);
const gradient = gradientOf(image.data, oneHot(classCount, 1));
const sumOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("the engine, on what a network says", () => {
  afterEach(releaseModels);

  it("finds the scores before Softmax, LogSoftmax and Sigmoid, and makes probabilities of them", async () => {
    const engine = newEngine();
    const powers = expected.map(Math.exp);
    const soft = powers.map((power) => power / sumOf(powers));
    for (const [end, probabilities] of [
      [undefined, soft],
      ["Softmax", soft],
      ["LogSoftmax", soft],
      ["Sigmoid", expected.map((score) => 1 / (1 + Math.exp(-score)))],
    ] as const) {
      const model = referenceFile({ ...(end && { end }) });
      const prediction = await engine.predict({ model, image: npy(image) }, never);
      near(prediction.scores, expected, 1e-5, String(end));
      near(prediction.probabilities, probabilities, 1e-5, String(end));
      assert.equal(prediction.top[0]?.index, expected.indexOf(Math.max(...expected)));
      const card = await engine.open({ model }, never);
      assert.equal(card.score, "scores");
      assert.deepEqual(card.beforeScore, end ? [end] : []);
      assert.equal(card.classes, classCount);
    }
  });

  const variants: Readonly<Record<string, Variant>> = {
    "half weights": { stored: "float16" },
    "bfloat16 weights": { stored: "bfloat16" },
    "double weights": { stored: "float64" },
    "channels last": { layout: "NHWC" },
    "channels last in halves with a softmax": { layout: "NHWC", stored: "float16", end: "Softmax" },
    "a batch of one": { batch: 1 },
    "a batch of any size": { batch: "N" },
  };
  for (const [what, variant] of Object.entries(variants))
    it(`gives the same scores, gradient and maps with ${what}`, async () => {
      const engine = newEngine();
      const asked = { model: referenceFile(variant), image: npy(image) };
      near((await engine.predict(asked, never)).scores, expected);
      near((await rawOf(engine, { ...asked, technique: "saliency", target: 1 })).data, gradient);
      const cam = await rawOf(engine, { ...asked, technique: "grad-cam", target: 1, parameters: { negative: true } });
      assert.deepEqual(cam.shape, [1, 1, 6, 5]);
      const card = await engine.open({ model: asked.model }, never);
      assert.equal(card.defaultLayer, "conv2");
      assert.equal(card.picture?.layout, variant.layout ?? "NCHW");
      assert.deepEqual(card.problems, []);
    });

  it("gives each of many pictures what it gives it alone, whether the file fixes its batch or not", async () => {
    const many = Array.from({ length: 11 }, (_, i) => picture(40 + i));
    const images = float32([11, 3, 12, 10], new Float32Array(11 * 360));
    many.forEach((one, i) => images.data.set(one.data, i * 360));
    const reshaped = onnxFile({
      nodes: [
        node("Conv", ["x", "k"], "c"),
        node("Reshape", ["c", "row"], "flat"),
        node("MatMul", ["flat", "m"], "scores"),
      ],
      weights: [
        weight("k", [2, 3, 12, 10], random(1, 720)),
        w.tensor("row", 7, [2], w.bytes(9, new Uint8Array(BigInt64Array.from([1n, 2n]).buffer))),
        weight("m", [2, 3], random(2, 6)),
      ],
      inputs: [value("x", [1, 3, 12, 10])],
      outputs: [value("scores", [1, 3])],
    });
    for (const [file, batch] of [
      [referenceFile({ batch: 1 }), 4],
      [referenceFile(), 4],
      [reshaped, 1],
    ] as const) {
      const model = await openModel(file);
      assert.equal(model.batch, batch);
      const together = await model.scores(images);
      const classes = together.shape[1]!;
      for (const [i, one] of many.entries())
        near(together.data.subarray(i * classes, (i + 1) * classes), (await model.scores(one)).data);
    }
  });

  it("reads one number for each picture as yes or no, with or without a sigmoid at the end", async () => {
    const engine = newEngine();
    const predictions = [];
    for (const end of ["none", "Sigmoid"]) {
      const model = onnxFile({
        nodes: [
          node("Conv", ["x", "k"], "maps"),
          node("GlobalAveragePool", ["maps"], "pooled"),
          node("Flatten", ["pooled"], end === "none" ? "answer" : "flat"),
          ...(end === "none" ? [] : [node("Sigmoid", ["flat"], "answer")]),
        ],
        weights: [weight("k", [1, 3, 3, 3], random(1, 27))],
        inputs: [value("x", [1, 3, 12, 10])],
        outputs: [value("answer", [1, 1])],
      });
      const card = await engine.open({ model }, never);
      assert.equal(card.classes, 1);
      assert.match(card.problems.join(), /yes-or-no/);
      const prediction = await engine.predict({ model, image: npy(image) }, never);
      const [top] = prediction.top;
      assert.ok(Math.abs(top!.probability - 1 / (1 + Math.exp(-top!.score))) < 1e-6);
      predictions.push(top!.probability);
      assert.equal((await rawOf(engine, { model, image: npy(image), technique: "saliency" })).shape.length, 4);
    }
    assert.ok(Math.abs(predictions[0]! - predictions[1]!) < 1e-6);
  });

  it("explains the most probable class unless told, and refuses one that there is not", async () => {
    const engine = newEngine();
    const asked = { model: referenceFile(), image: npy(image), technique: "saliency" };
    const best = expected.indexOf(Math.max(...expected));
    assert.deepEqual(await rawOf(engine, asked), await rawOf(engine, { ...asked, target: best }));
    for (const target of [4, -1, 0.5, NaN])
      await assert.rejects(updates(engine, { ...asked, target }), /classes 0 to 3; there is no class/);
    await assert.rejects(updates(engine, { ...asked, target: 0, against: 9 }), /there is no class 9/);
  });

  it("refuses what it is asked wrongly, and names what there is", async () => {
    const engine = newEngine();
    const asked = { model: referenceFile(), image: npy(image), technique: "grad-cam" };
    await assert.rejects(
      updates(engine, { ...asked, technique: "toString" }),
      /no technique toString. There are cam, /,
    );
    await assert.rejects(updates(engine, { ...asked, parameters: { steps: 3 } }), InvalidParameter);
    await assert.rejects(updates(engine, { ...asked, layer: "conv9" }), (error: Error) => {
      assert.ok(error instanceof UnknownLayer);
      assert.match(error.message, /has no layer conv9. It has conv1, pool1, conv2, average, flat, fc|scores/);
      return true;
    });
    await assert.rejects(updates(engine, { ...asked, layer: "CONV" }), /has no layer CONV. It has conv1, conv2\./);
    await assert.rejects(rawOf(engine, { ...asked, key: "other" }), /grad-cam gives no map called other/);
  });

  it("refuses a tensor of another size, and names both", async () => {
    const engine = newEngine();
    const wide = npy(float32([1, 3, 12, 11], new Float32Array(396)));
    await assert.rejects(
      engine.predict({ model: referenceFile(), image: wide }, never),
      /picture\.npy is 1 × 3 × 12 × 11, but .*model\.onnx takes 1 × 3 × 12 × 10/,
    );
    const gray = npy(float32([1, 12, 10], new Float32Array(120)));
    await assert.rejects(engine.predict({ model: referenceFile(), image: gray }, never), /is 1 × 1 × 12 × 10, but/);
  });
});
