import assert from "node:assert/strict";
import { copyFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { openOnnx } from "../../src/engine/formats/onnx/index.ts";
import { ModelChanged, OpenModel } from "../../src/engine/model.ts";
import { Results } from "../../src/engine/results.ts";
import { Looking } from "../../src/engine/subject.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near, oneHot } from "./support/asking.ts";
import { never, newEngine, npy, rawOf, requestOf, samplesFolder, updates } from "./support/engine.ts";
import { node, onnxFile, releaseModels, value } from "./support/onnx-nets.ts";
import { classCount, gradientOf, picture, referenceFile, scoresOf } from "./support/reference-net.ts";

const image = picture(7);
const expected = scoresOf(image.data);
const gradient = gradientOf(image.data, oneHot(classCount, 1));

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

  it("tells of what is kept how long it took when it was computed", async () => {
    const engine = newEngine();
    const asked = { model: referenceFile(), image: npy(image), technique: "smoothgrad" };
    const took = async () =>
      (await updates(engine, asked)).flatMap((each) => (each.kind === "progress" ? (each.ms ?? []) : []));
    const [first, ...more] = await took();
    assert.ok(first !== undefined && first > 0);
    assert.deepEqual(more, [], "at its end, and once");
    assert.deepEqual(await took(), [first]);
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

  it("says that a model is gone which was deleted, and opens it when it is back", async () => {
    const engine = newEngine();
    const asked = { model: referenceFile(), image: npy(image) };
    await engine.predict(asked, never);
    renameSync(asked.model, `${asked.model}.away`);
    await assert.rejects(engine.predict(asked, never), /model\.onnx: .*no such file/);
    renameSync(`${asked.model}.away`, asked.model);
    near((await engine.predict(asked, never)).scores, expected);
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

  it("says the new names when the file with labels changed, also of what it had computed", async () => {
    const engine = newEngine();
    const model = referenceFile();
    const labels = model.replace(/model\.onnx$/, "labels.txt");
    writeFileSync(model.replace(/onnx$/, "glassbox.json"), JSON.stringify({ labels: "labels.txt" }));
    const asked = { model, image: npy(image), technique: "occlusion", target: 1, parameters: {} };
    const said = async () => {
      const texts: string[] = [];
      for await (const update of engine.run(asked, never)) texts.push(JSON.stringify(update));
      return texts.join();
    };
    writeFileSync(labels, "a\nantelope\nc\nd\n");
    assert.match(await said(), /antelope/);
    writeFileSync(labels, "a\nbuffalo!\nc\nd\n");
    assert.match(await said(), /buffalo!/);
  });

  it("remarks on a photo of a few pixels that it was enlarged, and how much", async () => {
    const engine = newEngine();
    const remarksOn = async (side: number) => {
      const photo = join(folder(), "photo.png");
      const blank = { create: { width: side, height: side, channels: 3, background: "#336699" } } as const;
      await sharp(blank).png().toFile(photo);
      return (await engine.predict({ model: join(samplesFolder, "squeezenet1.1.onnx"), image: photo }, never)).remarks;
    };
    assert.deepEqual(await remarksOn(8), ["enlarged 28 times: 8 × 8 pixels show little"]);
    assert.deepEqual(await remarksOn(64), []);
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
