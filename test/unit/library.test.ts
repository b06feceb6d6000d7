import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { inputSizeOf, isSizeAssumed, Library } from "../../src/engine/library.ts";
import { compiled } from "./support/compiled.ts";
import { never, newEngine, npy, updates } from "./support/engine.ts";
import { classCount, picture, referenceFile, scoresOf } from "./support/reference-net.ts";
import { near } from "./support/asking.ts";
import { node, onnxFile, value } from "./support/onnx-nets.ts";

const size = { height: 12, width: 10 };

/** Another network at the same path. */
function replace(path: string): void {
  renameSync(referenceFile({ end: "Sigmoid" }), path);
}

describe("the library of open models", () => {
  it("loads a model once for a panel that asks everything at once, and compiles each program once", async () => {
    const engine = newEngine();
    const subject = { model: referenceFile(), image: npy(picture(7)) };
    const programs = await compiled(async () => {
      const [card, prediction, , found] = await Promise.all([
        engine.open(subject, never),
        engine.predict(subject, never),
        engine.predict(subject, never),
        updates(engine, { ...subject, technique: "grad-cam", target: 1 }),
        updates(engine, { ...subject, technique: "saliency", target: 1 }),
      ]);
      assert.equal(card.classes, classCount);
      near(prediction.scores, scoresOf(picture(7).data));
      assert.ok(found.some(({ kind }) => kind === "heatmap"));
    });
    assert.ok(programs.length >= 3);
    assert.deepEqual(
      programs.filter(({ options }) => options.copyWeights),
      [],
    );
    const questions = programs.map(({ graph, outputs }) =>
      [graph.inputs[0]?.shape[0] ?? 0, ...outputs.map(({ name }) => name)].join(" "),
    );
    assert.equal(new Set(questions).size, programs.length);
  });

  it("gives whoever asks meanwhile the same model, and asks the disk again after a failure", async () => {
    const library = new Library();
    const path = referenceFile();
    const [first, second] = await Promise.all([library.open(path), library.open(path)]);
    assert.equal(first, second);
    assert.equal(await library.open(path), first);

    const away = `${path}.away`;
    renameSync(path, away);
    await Promise.all([assert.rejects(library.open(path)), assert.rejects(library.open(path))]);
    renameSync(away, path);
    assert.equal((await library.open(path)).file.path, path);
  });

  it("copies the weights of a file that keeps changing, and of no other", async () => {
    const library = new Library();
    const path = referenceFile();
    const copied = async () => (await (await library.open(path)).at(size)).options.copyWeights;
    assert.equal(await copied(), false);
    replace(path);
    assert.equal(await copied(), true);
    replace(path);
    assert.equal(await copied(), true);
  });

  it("does not take a model that is opened again, or whose sidecar was written, for one that changes", async () => {
    const library = new Library();
    const path = referenceFile();
    const copied = async () => (await (await library.open(path)).at(size)).options.copyWeights;
    const first = await library.open(path);
    for (let i = 0; i < 3; i++) await library.open(referenceFile());
    assert.notEqual(await library.open(path), first, "three others took its place");
    assert.equal(await copied(), false);
    writeFileSync(path.replace(/\.onnx$/, ".glassbox.json"), JSON.stringify({ name: "By hand" }));
    assert.equal((await library.open(path)).sidecar?.name, "By hand");
    assert.equal(await copied(), false);
  });

  it("says which models have a size that is only assumed", async () => {
    const library = new Library();
    const assumed = async (dims: readonly (number | string)[], sidecar?: object) => {
      const path = onnxFile({
        nodes: [node("GlobalAveragePool", ["x"], "p"), node("Flatten", ["p"], "scores")],
        inputs: [value("x", dims)],
        outputs: [value("scores", ["N", 3])],
      });
      if (sidecar) writeFileSync(path.replace(/\.onnx$/, ".glassbox.json"), JSON.stringify(sidecar));
      const entry = await library.open(path);
      const { height, width } = inputSizeOf(entry);
      return [isSizeAssumed(entry), height, width];
    };
    assert.deepEqual(await assumed(["N", 3, "h", "w"]), [true, 224, 224]);
    assert.deepEqual(await assumed(["N", 3, 12, "w"]), [true, 12, 224]);
    assert.deepEqual(await assumed(["N", 3, 12, 10]), [false, 12, 10]);
    assert.deepEqual(await assumed(["N", 3, "h", "w"], { dimensions: { h: 40 } }), [true, 40, 224]);
    assert.deepEqual(await assumed(["N", 3, "h", "w"], { dimensions: { h: 40, w: 50 } }), [false, 40, 50]);
    assert.deepEqual(await assumed(["N", 3, "h", "w"], { input: { size: [60, 70] } }), [false, 60, 70]);
  });
});
