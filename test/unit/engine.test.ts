import assert from "node:assert/strict";
import { copyFileSync, renameSync, writeFileSync } from "node:fs";
import { colorsIn, colorsOf } from "../../src/engine/colors.ts";
import { openOnnx } from "../../src/engine/formats/onnx/index.ts";
import { ModelChanged, OpenModel, UnknownLayer } from "../../src/engine/model.ts";
import { findings } from "../../src/engine/run.ts";
import { Results } from "../../src/engine/results.ts";
import { Looking } from "../../src/engine/subject.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { InvalidParameter, type Given } from "../../src/shared/parameters.ts";
import { float32 } from "../../src/shared/tensor.ts";
import type { Update } from "../../src/shared/updates.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { ask, near, oneHot } from "./support/asking.ts";
import { never, newEngine, npy, rawOf, requestOf, samplesFolder, updates } from "./support/engine.ts";
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

describe("the named colours, as numbers of a network's input", () => {
  const plain = { size: [8, 8], fit: "stretch", layout: "NCHW" } as const;
  const imagenet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

  it("are what the photo's arithmetic makes of them; the mean is zero where the network subtracts it", () => {
    const colors = colorsOf({ ...plain, color: "RGB", range: [0, 1], ...imagenet });
    near(colors.black, [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225]);
    near(colors.white, [0.515 / 0.229, 0.544 / 0.224, 0.594 / 0.225]);
    near(colors.gray, [0.015 / 0.229, 0.044 / 0.224, 0.094 / 0.225]);
    assert.deepEqual(colors.mean, [0, 0, 0]);
  });

  it("are ImageNet's mean where the network subtracts none, in its own order of colours", () => {
    const bgr = colorsOf({ ...plain, color: "BGR", range: [0, 255], mean: [0], deviation: [1] });
    near(bgr.mean, [0.406 * 255, 0.456 * 255, 0.485 * 255]);
    assert.deepEqual(
      [bgr.black, bgr.white, bgr.gray],
      [
        [0, 0, 0],
        [255, 255, 255],
        [127.5, 127.5, 127.5],
      ],
    );
    const gray = colorsOf({ ...plain, color: "gray", range: [0, 1], mean: [0], deviation: [1] });
    near(gray.mean, [0.299 * 0.485 + 0.587 * 0.456 + 0.114 * 0.406]);
  });

  it("are a tensor's own extremes and means, where only a tensor is known", () => {
    assert.deepEqual(colorsIn(float32([1, 2, 1, 4], [0, 1, 2, 5, -4, 0, 0, 0])), {
      black: [0, -4],
      white: [5, 0],
      gray: [2.5, -2],
      mean: [2, -1],
    });
  });
});

describe("the engine, on what it keeps", () => {
  afterEach(releaseModels);

  it("gives the very floats that a finished run made", async () => {
    const looking = new Looking(samplesIn(samplesFolder));
    const results = new Results(looking);
    const request = requestOf({ model: referenceFile(), image: npy(image), technique: "smoothgrad" });
    let last: unknown;
    for await (const finding of results.run(request, never)) if (finding.kind === "heatmap") last = finding.raw;
    assert.ok(last !== undefined);
    assert.equal(await results.raw(request, never), last);
    assert.notEqual(await results.raw({ ...request, target: 3 }, never), last);
  });

  it("does not take the map of a photo for that of the photo which replaced it", async () => {
    const looking = new Looking(samplesIn(samplesFolder));
    const results = new Results(looking);
    const request = requestOf({ model: referenceFile(), image: npy(image), technique: "saliency", target: 1 });
    for await (const _ of results.run(request, never)) writeFileSync(request.image, encodeNpy(picture(8)));
    near((await results.raw(request, never)).data, gradientOf(picture(8).data, oneHot(classCount, 1)));
  });

  it("opens a model again that changed between two questions", async () => {
    const engine = newEngine();
    const asked = { model: referenceFile(), image: npy(image) };
    near((await engine.predict(asked, never)).scores, expected);
    writeFileSync(`${asked.model}.new`, w.small());
    copyFileSync(referenceFile({ end: "Sigmoid" }), `${asked.model}.new`);
    renameSync(`${asked.model}.new`, asked.model);
    const { probabilities } = await engine.predict(asked, never);
    near(
      probabilities,
      expected.map((score) => 1 / (1 + Math.exp(-score))),
    );
  });

  it("gives no result of weights that were replaced beside their model", async () => {
    const engine = newEngine();
    const scale = (factor: number) => Float32Array.from({ length: 360 * 3 }, (_, i) => factor * ((i % 7) - 3));
    const model = onnxFile({
      nodes: [node("Flatten", ["x"], "flat"), node("Gemm", ["flat", "m"], "scores")],
      weights: [w.tensor("m", 1, [360, 3], w.external("weights.bin"))],
      inputs: [value("x", ["N", 3, 12, 10])],
      outputs: [value("scores", ["N", 3])],
    });
    const weights = model.replace("model.onnx", "weights.bin");
    const asked = { model, image: npy(image), technique: "saliency", target: 1 };
    writeFileSync(weights, scale(1));
    const before = await rawOf(engine, asked);
    writeFileSync(`${weights}.new`, scale(2));
    renameSync(`${weights}.new`, weights);
    near(
      (await rawOf(engine, asked)).data,
      before.data.map((slope) => 2 * slope),
    );
  });

  it("reads the labels again when the sidecar changed", async () => {
    const engine = newEngine();
    const model = referenceFile();
    const sidecar = (labels: readonly string[]) =>
      writeFileSync(model.replace(/onnx$/, "glassbox.json"), JSON.stringify({ labels }));
    sidecar(["a", "b", "c", "d"]);
    assert.deepEqual((await engine.open({ model }, never)).labels, ["a", "b", "c", "d"]);
    sidecar(["cat", "dog", "owl", "fox"]);
    assert.deepEqual((await engine.open({ model }, never)).labels, ["cat", "dog", "owl", "fox"]);
  });

  it("does not count what was computed while the model's file changed", async () => {
    const file = openOnnx(referenceFile());
    let looks = 0;
    const changing = { ...file, unchanged: () => ++looks < 2 };
    const model = await OpenModel.open(
      changing,
      { height: 12, width: 10 },
      { threads: 1, memory: 1e9, copyWeights: false },
    );
    await assert.rejects(model.scores(image), (error: Error) => {
      assert.ok(error instanceof ModelChanged);
      assert.match(error.message, /model\.onnx changed on disk while it was in use/);
      return true;
    });
    assert.equal(looks, 2, "once before the run and once after it");
    await model.release();
  });

  it("answers five models that are asked at once, though it keeps only three", async () => {
    const engine = newEngine();
    const files = Array.from({ length: 5 }, (_, i) => referenceFile({ batch: i % 2 ? 1 : "N" }));
    const answers = await Promise.all(
      files.map(async (model) => {
        const asked = { model, image: npy(image), technique: "saliency", target: 1 };
        const [raw] = await Promise.all([
          rawOf(engine, asked),
          engine.predict(asked, never),
          engine.open({ model }, never),
        ]);
        return raw;
      }),
    );
    for (const answer of answers) near(answer.data, gradient);
  });

  it("keeps three models open and gives the same answers after closing others", async () => {
    const engine = newEngine();
    const files = Array.from({ length: 5 }, () => referenceFile());
    const path = npy(image);
    for (const model of [...files, ...files])
      near((await engine.predict({ model, image: path }, never)).scores, expected);
  });
});

describe("the engine, on networks that are no classifiers or no good", () => {
  afterEach(releaseModels);

  const style = () =>
    onnxFile({
      nodes: [
        node("Conv", ["photo", "k"], "c", { pads: [1, 1, 1, 1] }),
        node("Relu", ["c"], "r"),
        node("Conv", ["r", "back"], "painted", { pads: [1, 1, 1, 1] }),
      ],
      weights: [weight("k", [4, 3, 3, 3], random(1, 108)), weight("back", [3, 4, 3, 3], random(2, 108))],
      inputs: [value("photo", ["N", 3, 12, 10])],
      outputs: [value("painted", ["N", 3, 12, 10])],
    });

  it("says on the card that there are no classes, and explains layers all the same", async () => {
    const engine = newEngine();
    const asked = { model: style(), image: npy(image) };
    const card = await engine.open({ model: asked.model }, never);
    assert.equal(card.classes, undefined);
    assert.equal(card.score, undefined);
    assert.equal(card.notCam, "it has no classes");
    assert.equal(card.defaultLayer, "painted");
    const prediction = await engine.predict(asked, never);
    assert.deepEqual([prediction.top.length, prediction.probabilities.length], [0, 0]);
    for (const technique of ["grad-cam", "saliency", "occlusion", "cam"])
      await assert.rejects(
        updates(engine, { ...asked, technique }),
        /explains a class\. .*model\.onnx has no classes: none of its outputs/,
      );
    for (const from of ["score", "strongest"])
      assert.deepEqual(
        (await rawOf(engine, { ...asked, technique: "deconvnet", layer: "c", parameters: { from } })).shape,
        image.shape,
      );
    await assert.rejects(
      rawOf(engine, { ...asked, technique: "deconvnet", target: 0, against: 1, layer: "no" }),
      /no layer no/,
    );
  });

  it("runs with NaN weights, and counts what is broken", async () => {
    const engine = newEngine();
    const kernel = random(1, 108);
    kernel[5] = NaN;
    const model = onnxFile({
      nodes: [
        node("Conv", ["photo", "k"], "c", { pads: [1, 1, 1, 1] }),
        node("GlobalAveragePool", ["c"], "p"),
        node("Flatten", ["p"], "scores"),
      ],
      weights: [weight("k", [4, 3, 3, 3], kernel)],
      inputs: [value("photo", ["N", 3, 12, 10])],
      outputs: [value("scores", ["N", 4])],
    });
    const asked = { model, image: npy(image) };
    const { scores } = await engine.predict(asked, never);
    assert.deepEqual(Array.from(scores, Number.isNaN), [true, false, false, false]);
    for (const technique of ["saliency", "grad-cam", "integrated-gradients", "smoothgrad", "occlusion"]) {
      const map = (
        await updates(engine, { ...asked, technique, target: 0, parameters: small[technique] ?? {} })
      ).findLast(
        (update): update is Extract<Update, { kind: "heatmap" }> => update.kind === "heatmap" && update.key === "map",
      );
      assert.ok(map, technique);
      assert.ok(map.values.broken > 0, `${technique} counts ${map.values.broken} broken values`);
      assert.ok(Number.isFinite(map.values.low) && Number.isFinite(map.values.high));
    }
  });

  const small: Readonly<Record<string, Given>> = {
    "integrated-gradients": { steps: 2 },
    smoothgrad: { samples: 2 },
    occlusion: { window: 12, stride: 12 },
  };

  it("refuses what would take more memory than it may, before it runs, and names the setting", async () => {
    const file = onnxFile({
      nodes: [
        node("Conv", ["photo", "k"], "c"),
        node("Resize", ["c", "", "scales"], "huge", {}, { name: "enlarge" }),
        node("GlobalAveragePool", ["huge"], "p"),
        node("Flatten", ["p"], "scores"),
      ],
      weights: [weight("k", [4, 3, 3, 3], random(1, 108)), weight("scales", [4], [1, 1, 4096, 4096])],
      inputs: [value("photo", [1, 3, 12, 10])],
      outputs: [value("scores", [1, 4])],
    });
    await assert.rejects(openModel(file, { memory: 1e9 }), (error: Error) => {
      assert.match(error.message, /Resize \(node enlarge\) of .*model\.onnx needs 2\d\.\d GB/);
      assert.match(error.message, /glassbox\.engine\.memoryLimit/);
      return true;
    });
  });

  it("names the operator and node where the gradient cannot pass, and answers what does not cross it", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["photo", "k"], "c", {}, { name: "early" }),
        node("Relu", ["c"], "r"),
        node("CumSum", ["r", "axis"], "sums", {}, { name: "running/total" }),
        node("GlobalAveragePool", ["sums"], "p"),
        node("Flatten", ["p"], "flat"),
        node("Gemm", ["flat", "m"], "scores"),
      ],
      weights: [
        weight("k", [4, 3, 3, 3], random(1, 108)),
        w.tensor("axis", 7, [], w.bytes(9, new Uint8Array(BigInt64Array.from([2n]).buffer))),
        weight("m", [4, 3], random(2, 12)),
      ],
      inputs: [value("photo", ["N", 3, 12, 10])],
      outputs: [value("scores", ["N", 3])],
    });
    const engine = newEngine();
    const asked = { model, image: npy(image) };
    assert.equal((await engine.predict(asked, never)).scores.length, 3);
    for (const technique of ["saliency", "grad-cam"])
      await assert.rejects(
        updates(engine, { ...asked, technique, layer: "early" }),
        /has to pass through CumSum \(node running\/total\): Glassbox has no gradient rule/,
      );
    assert.equal((await rawOf(engine, { ...asked, technique: "cam" })).data.length, 80);
    assert.deepEqual((await rawOf(engine, { ...asked, technique: "grad-cam", layer: "sums" })).shape, [1, 1, 10, 8]);
    const parameters = { from: "strongest" };
    assert.deepEqual(
      (await rawOf(engine, { ...asked, technique: "deconvnet", layer: "early", parameters })).shape,
      image.shape,
    );
    const occlusion = await rawOf(engine, {
      ...asked,
      technique: "occlusion",
      layer: "early",
      parameters: { window: 12 },
    });
    assert.deepEqual(occlusion.shape, image.shape);
  });

  it("explains a network without any maps, but for what needs maps", async () => {
    const engine = newEngine();
    const model = onnxFile({
      nodes: [
        node("Flatten", ["x"], "flat"),
        node("Gemm", ["flat", "first"], "hidden"),
        node("Relu", ["hidden"], "positive"),
        node("Gemm", ["positive", "second"], "scores"),
      ],
      weights: [weight("first", [64, 5], random(1, 320)), weight("second", [5, 3], random(2, 15))],
      inputs: [value("x", ["N", 1, 8, 8])],
      outputs: [value("scores", ["N", 3])],
    });
    const asked = { model, image: npy(float32([1, 1, 8, 8], random(3, 64))) };
    for (const technique of ["saliency", "deconvnet", "occlusion"])
      assert.deepEqual((await rawOf(engine, { ...asked, technique })).shape, [1, 1, 8, 8]);
    await assert.rejects(rawOf(engine, { ...asked, technique: "grad-cam" }), /scores has no maps: its output is 1 × 3/);
    await assert.rejects(rawOf(engine, { ...asked, technique: "cam" }), /stands Relu, not global average pooling/);
  });

  it("is stopped between two findings", async () => {
    const controller = new AbortController();
    const looking = new Looking(samplesIn(samplesFolder));
    const request = requestOf({ model: referenceFile({ batch: 1 }), image: npy(image), technique: "smoothgrad" });
    const run = findings(looking, request, controller.signal);
    await run.next();
    assert.equal((await run.return(undefined)).done, true);
    assert.equal((await ask("saliency", { model: await openModel(request.model), image })).maps().length, 1);
  });
});
