import assert from "node:assert/strict";
import { join } from "node:path";
import { classNames } from "../../src/engine/synthesis/class-channels.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");

/** Three channels, three more of these, their means, three classes of those by weights or as they are, and the probabilities. */
const thrice = (byWeights: boolean) =>
  onnxFile({
    nodes: [
      node("Conv", ["x", "k1"], "first"),
      node("Conv", ["first", "k2"], "conv"),
      node("Relu", ["conv"], "last"),
      node("GlobalAveragePool", ["last"], "pooled"),
      node("Flatten", ["pooled"], "flat"),
      ...(byWeights ? [node("Gemm", ["flat", "w"], "scores")] : []),
      node("Softmax", [byWeights ? "scores" : "flat"], "probabilities"),
    ],
    weights: [1, 2].map((n) => weight(`k${n}`, [3, 3, 1, 1], random(n, 9))).concat(weight("w", [3, 3], random(3, 9))),
    inputs: [value("x", [1, 3, 8, 8])],
    outputs: [value("probabilities", [1, 3])],
  });

describe("channels that are classes", function () {
  this.timeout(60_000);
  after(releaseModels);
  const labels = ["one, 1", "two, 2", "three, 3"];

  it("are those with nothing but pooling and squashing between them and the probabilities; as many may be something else", async () => {
    const namesIn = async (path: string, named = labels) => {
      const model = await openModel(path);
      const bound = await model.bound(1);
      return (layer: string) => classNames({ model, bound, layer, labels: named })(1);
    };
    const own = await namesIn(thrice(false));
    assert.deepEqual(["first", "conv", "last", "pooled", "probabilities"].map(own), [undefined, ...Array<string>(4).fill("two")]); // prettier-ignore
    const weighed = await namesIn(thrice(true));
    assert.deepEqual(["last", "scores"].map(weighed), [undefined, "two"]);
    assert.equal((await namesIn(thrice(false), ["one"]))("last"), undefined, "a class without a name");
  });

  it("have their names in a feature grid, and a note where one of them is visualized", async () => {
    const titleIn = async (file: string, layer: string) => {
      const request = { technique: "feature-grid", model: join(samplesFolder, file), layer };
      const { finished } = await made({ ...request, parameters: { size: 32, steps: 1, first: 207, count: 1 } });
      return finished.sheet?.cells[0]?.title;
    };
    assert.equal(await titleIn("squeezenet1.1.onnx", "conv10"), "Channel 207, golden retriever");
    assert.equal(await titleIn("efficientnet-lite0.onnx", "classifier"), "Channel 207, golden retriever");
    assert.match((await titleIn("squeezenet1.1.onnx", "fire9/concat")) ?? "", /^Channel 207(: inactive at first)?$/);

    const neuron = { technique: "neuron-visualization", model: squeezenet, channel: 207 };
    const notesOf = async (layer: string) =>
      (await made({ ...neuron, layer, parameters: { size: 64, steps: 1 } })).notes.map(({ text }) => text).join("\n");
    assert.match(await notesOf("conv10"), /^Channel 207 of conv10 is the class golden retriever\.$/m);
    assert.doesNotMatch(await notesOf("fire9/concat"), /class/);
  });
});
