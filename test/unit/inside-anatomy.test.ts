import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { cardOf } from "../../src/engine/card.ts";
import { anatomy } from "../../src/engine/inside/anatomy.ts";
import { node } from "../../src/engine/inside/node.ts";
import { Library } from "../../src/engine/library.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { node as nodeOf, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { transformer } from "./support/small-transformer.ts";
import { told } from "./support/told.ts";

const samples = fileURLToPath(new URL("../../samples/", import.meta.url));
const squeezenet = `${samples}squeezenet1.1.onnx`;

describe("the anatomy of a network", () => {
  it("is SqueezeNet 1.1's as published: 349 million multiply-adds, in its convolutions", async () => {
    const layers = await anatomy(new Library(), { model: squeezenet });
    const total = layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
    assert.equal((total / 1e9).toFixed(2), "0.35"); // torchvision's table of weights: GFLOPS 0.35
    assert.deepEqual(layers[0]?.weights, ["conv1_w_0", "conv1_b_0"]);
    // 64 filters of 3 × 3 × 3 at 111 × 111 places (this file does not pad its first convolution).
    assert.equal(layers[0]?.multiplyAdds, 64 * 27 * 111 * 111);
    assert.deepEqual(layers[0].field, { size: [3, 3], stride: [2, 2], center: [1, 1], whole: false });
    assert.equal(layers[0].bytes, 4 * 64 * 111 * 111);
    assert.equal(told(layers.at(-1)?.field).whole, true);
    const own = (name: string) => layers.find(({ layer }) => layer === name)?.own;
    assert.deepEqual(["conv1", "pool1", "fire2/expand3x3", "fire2/concat"].map(own), [true, false, true, false]);
  });
});

describe("the channels that a network's layers have", () => {
  const layersOf = async (model: string) => (await cardOf(await new Library().open(model), samplesIn(samples))).layers;

  it("are those of its maps, whichever axis they are on", async () => {
    const model = onnxFile({
      nodes: [
        nodeOf("Conv", ["x", "k"], "first"),
        nodeOf("Transpose", ["first"], "last", { perm: [0, 2, 3, 1] }),
        nodeOf("ReduceMean", ["last"], "mean", { axes: [1, 2], keepdims: 0 }),
        nodeOf("Softmax", ["mean"], "y"),
      ],
      weights: [weight("k", [4, 3, 3, 3], random(1, 108))],
      inputs: [value("x", [1, 3, 8, 8])],
      outputs: [value("y", [1, 4])],
    });
    const layers = await layersOf(model);
    assert.deepEqual([...new Set(layers.map(({ maps }) => maps?.[0]))], [4]);
    assert.deepEqual(
      layers.filter(({ spatial }) => spatial).map(({ name, shape, maps }) => [name, shape, maps]),
      [
        ["first", [1, 4, 6, 6], [4, 6, 6]],
        ["last", [1, 6, 6, 4], [4, 6, 6]],
      ],
    );
  });

  it("are those of a transformer's tokens, and the heads of its attention", async () => {
    const found = new Map((await layersOf(onnxFile(transformer))).map(({ name, maps }) => [name, maps?.[0]]));
    for (const layer of ["patches", "words", "tokens", "queries", "merged", "residual", "pooled"])
      assert.equal(found.get(layer), 6, layer);
    assert.deepEqual([found.get("attention"), found.get("scores")], [2, 5]);
  });
});

describe("the cost of what only the runtime understands", () => {
  it("is not counted, and nobody says that there is none", async () => {
    const model = onnxFile({
      nodes: [nodeOf("Conv", ["x", "k"], "c"), nodeOf("Einsum", ["c", "m"], "y", { equation: "nchw,cd->ndhw" })],
      weights: [weight("k", [4, 3, 3, 3], random(1, 108)), weight("m", [4, 2], random(2, 8))],
      inputs: [value("x", [1, 3, 8, 8])],
      outputs: [value("y", [1, 2, 6, 6])],
    });
    const layers = await anatomy(new Library(), { model });
    assert.deepEqual(
      layers.map(({ multiplyAdds, uncounted }) => ({ multiplyAdds, uncounted })),
      [
        { multiplyAdds: 4 * 36 * 27, uncounted: undefined },
        { multiplyAdds: 0, uncounted: ["Einsum"] },
      ],
    );
    const costs = [0, 1].map(async (place) => (await node(new Library(), { model, node: place })).multiplyAdds);
    assert.deepEqual(await Promise.all(costs), [4 * 36 * 27, undefined]);
  });
});

describe("what is known of a node", () => {
  it("is its attributes in words, its inputs' roles, its cost", async () => {
    const facts = await node(new Library(), { model: squeezenet, node: 0 });
    assert.deepEqual(
      facts.attributes.find(({ name }) => name === "kernel_shape"),
      { name: "kernel_shape", value: "3, 3" },
    );
    assert.deepEqual(
      facts.inputs.map(({ role }) => role),
      ["X", "W", "B"],
    );
    assert.equal(facts.multiplyAdds, 64 * 27 * 111 * 111);
    assert.equal(facts.parameters, 64 * 27 + 64);
    assert.equal(facts.trouble, undefined);
  });

  it("is there where nothing can be run", async () => {
    const facts = await node(new Library(), { model: w.file(w.small()), node: 0 });
    assert.equal(facts.op, "Identity");
    assert.equal(facts.multiplyAdds, undefined);
    assert.deepEqual(facts.field, { why: "the network takes no picture, or cannot be run" });
  });

  it("is what it would have learned where nothing can be run, without what was measured", async () => {
    const norm = ["scale", "bias", "mean", "variance"];
    const model = onnxFile({
      nodes: [nodeOf("BatchNormalization", ["x", ...norm], "y")],
      weights: norm.map((name) => weight(name, [5], [1, 1, 1, 1, 1])),
      inputs: [value("x", [1, 5])],
      outputs: [value("y", [1, 5])],
    });
    const facts = await node(new Library(), { model, node: 0 });
    assert.deepEqual(facts.field, { why: "the network takes no picture, or cannot be run" });
    assert.equal(facts.parameters, 10);
  });

  it("is refused of a node that there is not", () =>
    assert.rejects(node(new Library(), { model: squeezenet, node: 66 }), /has 66 nodes; there is no node 66/));
});
