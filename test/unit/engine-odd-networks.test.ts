import assert from "node:assert/strict";
import { findings } from "../../src/engine/run.ts";
import { Looking } from "../../src/engine/subject.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import type { Given } from "../../src/shared/parameters.ts";
import { float32 } from "../../src/shared/tensor.ts";
import type { Update } from "../../src/shared/updates.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { ask } from "./support/asking.ts";
import { never, newEngine, npy, rawOf, requestOf, samplesFolder, updates } from "./support/engine.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { picture, referenceFile } from "./support/reference-net.ts";

const image = picture(7);

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
