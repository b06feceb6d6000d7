import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { isPlace } from "../../src/engine/graph/graph.ts";
import { encode } from "../../src/engine/runtime/encode.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { ask } from "./support/asking.ts";
import { compiled } from "./support/compiled.ts";
import { openModel, releaseModels } from "./support/onnx-nets.ts";
import { samplesFolder } from "./support/engine.ts";
import { random } from "./support/random.ts";
import { picture, referenceFile } from "./support/reference-net.ts";

describe("what is compiled", () => {
  afterEach(releaseModels);

  for (const technique of ["saliency", "grad-cam", "guided-backpropagation", "deconvnet", "guided-grad-cam", "cam"])
    it(`is nothing for another class, another photo or the difference of two classes: ${technique}`, async () => {
      const model = await openModel(referenceFile());
      const question = { model, image: picture(7), target: 1 };
      assert.ok((await compiled(() => ask(technique, question))).length >= 1, "the first time something is");
      const later = await compiled(async () => {
        await ask(technique, { ...question, target: 3 });
        await ask(technique, { ...question, image: picture(8) });
        await ask(technique, { ...question, target: 0, against: 2 });
      });
      assert.equal(later.length, 0);
    });

  it("is nothing for another window of a perturbation or another step of an integral", async () => {
    const model = await openModel(referenceFile());
    const question = { model, image: picture(7), target: 1 };
    const parameters = { window: 6, stride: 6 };
    await ask("occlusion", { ...question, parameters });
    await ask("integrated-gradients", { ...question, parameters: { steps: 1 } });
    const later = await compiled(async () => {
      await ask("occlusion", { ...question, target: 2, parameters: { window: 5, stride: 4, fill: "noise" } });
      await ask("integrated-gradients", { ...question, image: picture(8), parameters: { steps: 3, baseline: "blur" } });
      await ask("smoothgrad", { ...question, parameters: { samples: 2 } });
    });
    assert.equal(later.length, 0);
  });

  it("is a program more for the gradient at another layer, or by another rule, once", async () => {
    const model = await openModel(referenceFile());
    const question = { model, image: picture(7), target: 1 };
    await ask("grad-cam", question);
    const other = () => ask("grad-cam", { ...question, layer: "conv1" });
    assert.equal((await compiled(other)).length, 1);
    assert.equal((await compiled(other)).length, 0);
    await ask("saliency", question);
    const guided = () => ask("guided-backpropagation", question);
    assert.equal((await compiled(guided)).length, 1);
    assert.equal((await compiled(guided)).length, 0);
  });
});

describe("a derived program of SqueezeNet", function () {
  this.timeout(60_000);
  afterEach(releaseModels);

  const path = join(samplesFolder, "squeezenet1.1.onnx");

  for (const [technique, parameters] of [
    ["saliency", {}],
    ["grad-cam", {}],
    ["deconvnet", { from: "strongest" }],
  ] as const)
    it(`refers to its weights instead of holding them: ${technique}`, async () => {
      const model = await openModel(path);
      const shape = model.inputShape;
      const image = float32(shape, random(3, size(shape)));
      const programs = await compiled(() => ask(technique, { model, image, target: 281, parameters }));
      assert.ok(programs.length >= 1);
      for (const { graph, outputs } of programs) {
        const { bytes, weights } = encode(graph, outputs);
        assert.deepEqual([weights.folder, weights.copies.size], [samplesFolder, 0]);
        const placed = [...graph.constants.values()].filter(isPlace).map((place) => weights.at(place).location);
        assert.deepEqual([...new Set(placed)], ["squeezenet1.1.onnx"]);
        const share = bytes.length / statSync(path).size;
        assert.ok(share < 0.02, `${bytes.length} bytes are ${(100 * share).toFixed(1)} % of the file`);
        const referred = [...graph.constants.values()].filter(isPlace).reduce((sum, { length }) => sum + length, 0);
        assert.ok(referred > 0.9 * statSync(path).size, "the weights are what the file is made of");
      }
    });
});
