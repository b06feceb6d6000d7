import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { normal } from "../../src/engine/images/arithmetic.ts";
import type { Given } from "../../src/shared/parameters.ts";
import type { Drawn } from "../../src/shared/synthesis.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { made, makerEngine, wired } from "./support/making.ts";

// The other built-in network: ReLU6 in place of ReLU, depthwise convolutions, scores a tenth as large.

const model = join(samplesFolder, "efficientnet-lite0.onnx");
const image = join(samplesFolder, "cat-chelsea.png");
const [goldenRetriever, mug] = [207, 504];

/** What the network says of the picture as it is saved, opened like any photo. */
async function verdictOn(picture: Drawn) {
  const path = join(folder(), "picture.png");
  const preparation = { size: [1, 1], fit: "stretch", color: "RGB", range: [0, 1], mean: [0], deviation: [1], layout: "NCHW" } as const; // prettier-ignore
  const recipe = { technique: "", model: "", preparation, parameters: {}, seed: 0 };
  writeFileSync(path, await makerEngine.pictureFile({ picture, recipe }, new AbortController().signal));
  const { top } = await wired().predict({ model, image: path });
  return top[0]!;
}

describe("pictures that EfficientNet makes", function () {
  this.timeout(300_000);

  it("a class's picture is that class at more than 99 %, and more than grain: also under noise that hides grain", async () => {
    const under = async (parameters: Given) => {
      const asked = { technique: "class-visualization", model, target: goldenRetriever };
      const { picture } = (await made({ ...asked, parameters })).finished;
      const { index, probability } = await verdictOn(picture);
      assert.equal(index, goldenRetriever);
      assert.ok(probability > 0.99, `${JSON.stringify(parameters)}: ${probability}`);
      const next = normal(1);
      const pixels = picture.pixels.map((x) => Math.min(255, Math.max(0, x + 40 * next())));
      const hidden = await verdictOn({ ...picture, pixels });
      return hidden.index === goldenRetriever ? hidden.probability : 0;
    };
    const [usual, plain] = [await under({ steps: 48 }), await under({ steps: 20, noise: 0, falloff: 1 })];
    assert.ok(usual > 0.5 && plain < 0.1, `${usual} and ${plain}`);
  });

  it("an inversion is the further from the photo, the deeper the layer", async () => {
    const layers = ["stem", "stage3/block2", "stage6/block1/project"].map((name) => ({ name, weight: 1 }));
    const { notes, frames } = await made({
      technique: "inversion",
      model,
      image,
      layers,
      parameters: { steps: 18 },
    });
    const apart = [...(notes.at(-1)?.text ?? "").matchAll(/the pixels ([\d.]+) of 255/g)].map(([, n]) => Number(n));
    assert.equal(apart.length, 3, notes.at(-1)?.text);
    assert.ok(apart[0]! < 12 && apart[1]! > apart[0]! && apart[2]! > apart[1]!, apart.join());
    for (const octave of [1, 2, 3]) {
      const own = frames.filter((frame) => frame.octave === octave).map(({ objective }) => objective);
      assert.ok(own.at(-1)! > own[0]!, `octave ${octave}: ${own[0]} → ${own.at(-1)}`);
    }
  });

  it("a fooling image is its class at more than 99 %", async () => {
    const { finished } = await made({ technique: "fooling-image", model, target: mug, parameters: { epsilon: 16 } });
    const { index, probability } = await verdictOn(finished.picture);
    assert.equal(index, mug);
    assert.ok(probability > 0.99, `${probability}`);
  });

  it("an adversarial example is another class, within ε", async () => {
    const { finished } = await made({ technique: "adversarial-example", model, image, parameters: { epsilon: 4 } });
    const photo = finished.beside!.find(({ key }) => key === "photo")!.picture;
    assert.notEqual((await verdictOn(finished.picture)).index, (await verdictOn(photo)).index);
    const furthest = finished.picture.pixels.reduce((most, x, i) => Math.max(most, Math.abs(x - photo.pixels[i]!)), 0);
    assert.ok(furthest <= 4);
  });

  it("a dream looks at stage5/block3, and raises it", async () => {
    const { finished } = await made({ technique: "deep-dream", model, image, parameters: { octaves: 1, steps: 4 } });
    assert.equal(finished.recipe.layer, "stage5/block3");
    assert.ok(finished.objective[1] > finished.objective[0]);
  });
});
