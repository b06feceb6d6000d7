import assert from "node:assert/strict";
import { kindText } from "../../src/engine/graph/layers.ts";
import { flatten, kernel, layersIn, picture, same, scores } from "./support/layered.ts";
import { integers, node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

describe("the parameters of a network's layers", () => {
  afterEach(releaseModels);

  it("are counted with CNTK's biases and the weights that it reshapes", async () => {
    const file = onnxFile({
      nodes: [
        node("Conv", ["x", "k"], "Convolution28_Output_0", same, { name: "Convolution28" }),
        node("Add", ["Convolution28_Output_0", "bias"], "Plus30_Output_0", {}, { name: "Plus30" }),
        node("Relu", ["Plus30_Output_0"], "ReLU32_Output_0", {}, { name: "ReLU32" }),
        node("Reshape", ["matrix", "two"], "matrix2", {}, { name: "Times212_reshape1" }),
        node("Reshape", ["ReLU32_Output_0", "row"], "flat", {}, { name: "Times212_reshape0" }),
        node("MatMul", ["flat", "matrix2"], "Times212_Output_0", {}, { name: "Times212" }),
      ],
      weights: [
        kernel("k", 2, 3),
        weight("bias", [2, 1, 1], [1, 2]),
        weight("matrix", [2, 8, 8, 4], random(3, 512)),
        integers("two", [128, 4]),
        integers("row", [1, 128]),
      ],
      inputs: [value("x", [1, 3, 8, 8])],
      outputs: [value("Times212_Output_0", [1, 4])],
    });
    const { names, layers } = await layersIn(file);
    assert.deepEqual(names, ["Convolution28", "Times212_reshape0", "Times212"]);
    assert.deepEqual(
      layers.map(({ parameters }) => parameters),
      [54 + 2, 0, 512],
    );
    assert.equal(kindText(layers[0]!), "Conv + Add + Relu");
  });

  it("are counted once where two layers share them", async () => {
    const file = onnxFile({
      nodes: [node("Conv", ["x", "k"], "a", same), node("Conv", ["a", "k"], "b", same), flatten("b")],
      weights: [kernel("k", 3, 3)],
      inputs: picture,
      outputs: scores("flat", 192),
    });
    const { names, layers } = await layersIn(file);
    assert.deepEqual(
      layers.map(({ parameters }) => parameters),
      [81, 0, 0],
    );
    assert.deepEqual(
      layers.map(({ shared }) => shared),
      [undefined, { parameters: 81, layer: names[0] }, undefined],
    );
  });
});
