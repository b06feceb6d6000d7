import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dream } from "../../src/cli/dream.ts";
import { invert } from "../../src/cli/invert.ts";
import { texture } from "../../src/cli/texture.ts";
import { visualize } from "../../src/cli/visualize.ts";
import { recipeIn } from "../../src/engine/synthesis/recipe-png.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { client, printed, squeezenet } from "./support/cli-pictures.ts";
import { transformer } from "./support/small-transformer.ts";

describe("the layers of pictures on the command line", function () {
  this.timeout(60_000);

  it("refuses how many layers where each is given, and a channel of a whole layer", async () => {
    const image = join(samplesFolder, "coffee.png");
    const out = ["--out", join(folder(), "row.png")];
    const two = ["--layer", "fire2/concat", "--layer", "fire3/concat"];
    await assert.rejects(
      printed(invert, image, ...two, "--row", "3", ...out),
      /--row has no effect where the layers are/,
    );
    await assert.rejects(printed(texture, image, "--layer", "conv1", "--depth", "2", ...out), /--depth has no effect/);
    const layer = ["--layer", "fire2/concat", "--channel", "3", "--of", "layer", ...out];
    await assert.rejects(printed(visualize, ...layer), /--channel has no effect here: --of layer/);
    const layers = [{ name: "fire2/concat", weight: 1 }];
    const asked = { technique: "inversion", model: squeezenet, image, layers, parameters: { row: 3 } };
    await assert.rejects(made(asked), /row: it has no effect where the layers are chosen one by one/);
  });

  it("refuses a weight where none is of use, and one below zero where something is compared", async () => {
    const image = join(samplesFolder, "coffee.png");
    const out = ["--steps", "1", "--out", join(folder(), "none.png")];
    await assert.rejects(
      printed(invert, image, "--layer", "fire2/concat=2", ...out),
      /has no layer fire2\/concat=2\. It has .* Did you mean fire2\/concat\?$/,
    );
    await assert.rejects(printed(texture, image, "--layer", "conv1=-1", ...out), {
      name: "WrongUse",
      message: "--layer conv1=-1: what is compared here has no weight below zero",
    });
    await assert.rejects(printed(visualize, image, "--layer", "conv1", "--channel", "3", ...out), {
      name: "WrongUse",
      message: "--channel has no effect with caricature",
    });
  });

  it("counts a layer's channels whichever axis they are", async () => {
    const model = onnxFile(transformer); // 1 × 7 × 6: six channels of seven tokens
    const grid = ["--technique", "feature-grid", "--layer", "residual", "--first", "1", "--count", "2", "--steps", "1"];
    let text = "";
    await visualize([model, ...grid, "--out", join(folder(), "grid.png")], client, (piece) => (text += piece));
    assert.match(text, /\n {2}channels 1 to 2 of 6, from left to right\n$/);
  });

  it("invert says which layers stand beside one another", async () => {
    const out = join(folder(), "row.png");
    const layers = ["--layer", "conv1", "--layer", "fire2/concat"];
    const words = [join(samplesFolder, "coffee.png"), ...layers, "--steps", "1", "--out", out];
    assert.match(
      await printed(invert, ...words),
      /\n {2}from left to right: The photo, conv1 · \d+ % · \d+ of 255, fire2\/concat · \d+ % · \d+ of 255\n$/,
    );
  });

  it("dream takes several layers, each with its weight", async () => {
    const out = join(folder(), "both.png");
    const layers = ["--layer", "fire4/concat=-0.5", "--layer", "fire6/concat"];
    const quick = ["--octaves", "1", "--steps", "1", "--out", out];
    await printed(dream, join(samplesFolder, "coffee.png"), ...layers, ...quick);
    assert.deepEqual(recipeIn(readFileSync(out))?.layers, [
      { name: "fire4/concat", weight: -0.5 },
      { name: "fire6/concat", weight: 1 },
    ]);
    await printed(dream, join(samplesFolder, "coffee.png"), "--layer", "fire6/concat", ...quick);
    const { layer, layers: none } = recipeIn(readFileSync(out))!;
    assert.deepEqual([layer, none], ["fire6/concat", undefined]);
  });

  it("dream and visualize take a channel of each layer, and a name with a colon as it is", async () => {
    const out = join(folder(), "channels.png");
    const image = join(samplesFolder, "coffee.png");
    const layers = ["--layer", "fire4/concat:12=-0.5", "--layer", "fire6/concat:7"];
    const wanted = [
      { name: "fire4/concat", weight: -0.5, channel: 12 },
      { name: "fire6/concat", weight: 1, channel: 7 },
    ];
    const quick = ["--steps", "1", "--out", out];
    await printed(dream, image, ...layers, "--octaves", "1", ...quick);
    assert.deepEqual(recipeIn(readFileSync(out))?.layers, wanted);
    await printed(visualize, ...layers, "--size", "64", ...quick);
    const { layers: both, parameters } = recipeIn(readFileSync(out))!;
    assert.deepEqual([both, parameters.of], [wanted, "channel"]);
    const first = ["--layer", "fire4/concat:12", "--size", "64"];
    await printed(visualize, ...first, "--place", "1,1", ...quick);
    assert.equal(recipeIn(readFileSync(out))?.parameters.of, "unit");

    const beside = {
      weights: [weight("w", [3, 3, 1, 1], random(1, 9)), weight("v", [2, 3, 1, 1], random(2, 6))],
      inputs: [value("x", [1, 3, 16, 16])],
      outputs: [value("y", [1, 2, 16, 16])],
    };
    const nodes = [node("Conv", ["x", "w"], "map:0"), node("Conv", ["map:0", "v"], "y")];
    const colon = onnxFile({ nodes, ...beside });
    const madeOf = async (model: string, ...words: readonly string[]) => {
      await visualize([model, ...words, ...quick], client, () => undefined);
      const { layer, layers: chosen } = recipeIn(readFileSync(out))!;
      return chosen ?? layer;
    };
    assert.equal(await madeOf(colon, "--layer", "map:0"), "map:0");
    assert.deepEqual(await madeOf(colon, "--layer", "map:0:2"), [{ name: "map:0", weight: 1, channel: 2 }]);

    // As TensorFlow exports it: a node's name is its value's without ":0".
    const tensorflow = onnxFile({
      nodes: [
        node("Conv", ["x", "w"], "net/conv:0", {}, { name: "net/conv" }),
        node("Relu", ["net/conv:0"], "net/relu:0", {}, { name: "net/relu" }),
        node("Conv", ["net/relu:0", "v"], "y"),
        node("Fancy", ["net/relu:0"], "lost:0", {}, { name: "lost", domain: "my.own" }),
      ],
      ...beside,
    });
    const ofTensorflow = (layer: string) => madeOf(tensorflow, "--layer", layer);
    assert.equal(await ofTensorflow("net/conv:0"), "net/conv:0", "a value inside a layer");
    assert.equal(await ofTensorflow("net/relu:0"), "net/relu:0");
    assert.deepEqual(await ofTensorflow("net/conv:0:2"), [{ name: "net/conv:0", weight: 1, channel: 2 }]);
    assert.deepEqual(await ofTensorflow("net/conv:2"), [{ name: "net/conv", weight: 1, channel: 2 }], "a node");
    await assert.rejects(ofTensorflow("lost:0"), /lost:0 cannot be computed: /);
    await assert.rejects(ofTensorflow("lost:2"), /lost cannot be computed: /);
    await assert.rejects(ofTensorflow("net/cnov:0"), /has no layer net\/cnov:0\. It has /);

    const wrong = (why: RegExp, ...words: readonly string[]) =>
      assert.rejects(printed(visualize, ...words, ...quick), { name: "WrongUse", message: why });
    await wrong(/--channel has no effect here: each layer/, ...first, "--channel", "3");
    await wrong(/the channel of fire4\/concat has no effect here: --of layer/, ...first, "--of", "layer");
    await wrong(/a channel needs --channel/, ...layers, "--layer", "conv1");
    await assert.rejects(printed(dream, image, ...layers, "--channel", "3", ...quick), /each layer is given its own/);
  });
});
