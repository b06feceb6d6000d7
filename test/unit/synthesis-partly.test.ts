import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import * as w from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const image = join(samplesFolder, "coffee.png");
const side = 64;
const dims = [4, 4, 3, 3];

/** first, relu; then what is in the way; second, and the scores. */
function network(trouble: "none" | "an operator" | "a weight" | "a file"): string {
  const pads = [1, 1, 1, 1];
  const second = trouble === "an operator" ? node("Fancy", ["r"], "f", {}, { name: "second", domain: "my.own" }) : node("Conv", ["r", trouble === "a weight" ? "nowhere" : "k2"], "f", { pads }, { name: "second" }); // prettier-ignore
  const path = onnxFile({
    nodes: [
      node("Conv", ["x", "k1"], "c", { pads }, { name: "first" }),
      node("Relu", ["c"], "r", {}, { name: "relu" }),
      second,
      node("Relu", ["f"], "last", {}, { name: "last" }),
      node("GlobalAveragePool", ["last"], "p", {}, { name: "pool" }),
      node("Flatten", ["p"], "scores", {}, { name: "flat" }),
    ],
    weights: [
      weight("k1", [4, 3, 3, 3], random(31, 108)),
      trouble === "a file" ? w.tensor("k2", 1, dims, w.external("gone.bin")) : weight("k2", dims, random(3, 144)),
    ],
    inputs: [value("x", [1, 3, side, side])],
    outputs: [value("scores", [1, 4])],
  });
  const input = { range: [0, 255], mean: [0], deviation: [1], color: "RGB", fit: "stretch", size: [side, side] };
  writeFileSync(path.replace(/onnx$/, "glassbox.json"), JSON.stringify({ input }));
  return path;
}

const dream = (model: string, more: object = {}) =>
  made({ technique: "deep-dream", model, image, parameters: { octaves: 1, steps: 1 }, ...more });

describe("a picture by a network of which a part cannot be computed", function () {
  this.timeout(60_000);

  for (const [trouble, why] of [
    ["an operator", /second, from|from f on|Fancy/],
    ["a weight", /nowhere, which nothing writes/],
    ["a file", /gone\.bin/],
  ] as const)
    it(`is made by the layers before, which is said: ${trouble} is missing`, async () => {
      const model = network(trouble);
      for (const layer of [{}, { layer: "relu" }]) {
        const { notes, finished } = await dream(model, layer);
        const said = notes.find(({ key }) => key === "partly-known");
        assert.equal(said?.level, "warning");
        assert.match(said.text, /cannot be computed; the picture is made by the others\. /);
        assert.match(said.text, why);
        assert.match(finished.recipe.layer ?? "", /^(first|relu|c|r)$/);
      }
      await assert.rejects(dream(model, { layer: "last" }), why);
      const texture = await made({ technique: "texture-synthesis", model, image, parameters: { size: 64, steps: 1 } });
      assert.ok(texture.notes.some(({ key }) => key === "partly-known"));
    });

  it("is told from one that is given no more than the picture: what the other inputs are given is said", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["x", "k1"], "c", { pads: [1, 1, 1, 1] }),
        node("Relu", ["c"], "r"),
        node("GlobalAveragePool", ["r"], "p"),
        node("Flatten", ["p"], "flat"),
        node("Add", ["flat", "meta"], "scores"),
      ],
      weights: [weight("k1", [4, 3, 3, 3], random(31, 108))],
      inputs: [value("x", [1, 3, side, side]), value("meta", [1, 4])],
      outputs: [value("scores", [1, 4])],
    });
    const { notes } = await dream(model);
    const said = notes.find(({ key }) => key === "zeroed");
    assert.equal(said?.text, "Only x is given the picture; the input meta is given zeros: what the network says of it holds for those alone."); // prettier-ignore
    assert.equal(said.level, "warning");
  });

  it("is not said of one that is whole", async () => {
    const { notes } = await dream(network("none"));
    assert.deepEqual(notes, []);
  });
});

describe("a dream of very few pixels", () => {
  it("says that there is no room in them", async () => {
    const small = async (width: number, height: number) => {
      const path = join(w.folder(), "small.png");
      await sharp(image).resize(width, height, { fit: "fill" }).png().toFile(path);
      const { notes } = await dream(join(samplesFolder, "squeezenet1.1.onnx"), { image: path });
      return notes.map(({ text }) => text).join();
    };
    assert.match(await small(1, 1), /The photo is 1 × 1 pixels: .* no shapes have room/);
    assert.match(await small(200, 31), /no shapes have room/);
    assert.equal(await small(32, 32), "");
  });
});
