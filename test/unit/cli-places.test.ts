import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demandPlaces, type Place } from "../../src/cli/places.ts";

describe("the words of a command line that belong to no flag", () => {
  const refusal = (words: readonly string[], places: readonly Place[], count?: Parameters<typeof demandPlaces>[3]) => {
    try {
      demandPlaces("dream", words, places, count);
    } catch (error) {
      assert.equal((error as Error).name, "WrongUse");
      return (error as Error).message;
    }
    return undefined;
  };
  const pair = ["model", "image"] as const;
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "glassbox-places-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("are taken as they stand where nothing says otherwise", () => {
    for (const words of [
      ["net.onnx", "cat.png"],
      ["net", "cat"],
      ["net.ONNX", "cat.JPG"],
      ["net.bin", "x.npy"],
    ])
      assert.equal(refusal(words, pair), undefined);
    assert.equal(refusal(["net.onnx"], pair, { least: 1 }), undefined);
    assert.equal(refusal(["net.onnx", "a.png", "b.png", "c.png"], pair, { most: Infinity }), undefined);
  });

  it("are refused by the one that is missing", () => {
    for (const [words, says] of [
      [[], "dream needs a model and an image: glassbox dream MODEL IMAGE"],
      [["net.onnx"], "dream needs an image: glassbox dream net.onnx IMAGE"],
      [["cat.png"], "dream needs a model: glassbox dream MODEL cat.png"],
      [["net"], "dream needs an image: glassbox dream net IMAGE"],
      [["a.onnx", "b.onnx"], "dream needs an image, and b.onnx is a model: glassbox dream a.onnx IMAGE"],
      [["a.png", "b.png"], "dream needs a model, and b.png is an image: glassbox dream MODEL a.png"],
    ] as const)
      assert.equal(refusal(words, pair), says);
    assert.equal(refusal(["cat.png"], pair, { least: 1 }), "dream needs a model: glassbox dream MODEL cat.png");
    assert.equal(refusal(["a.onnx"], ["model", "model"]), "dream needs a model: glassbox dream a.onnx MODEL");
    assert.equal(refusal([], ["model", "model"]), "dream needs a model and another model: glassbox dream MODEL MODEL");
  });

  it("are refused where they stand the wrong way round, with the right one", () => {
    const says = "dream takes a model first, then an image: glassbox dream net.onnx";
    assert.equal(refusal(["cat.jpg", "net.onnx"], pair), `${says} cat.jpg`);
    assert.equal(refusal(["my cat.jpg", "net.onnx"], pair), `${says} "my cat.jpg"`);
    assert.equal(
      refusal(["cat.png", "cup.png", "net.onnx"], ["model", "image", "image"]),
      "dream takes a model first, then an image and another image: glassbox dream net.onnx cat.png cup.png",
    );
  });

  it("are refused where there is one too many", () => {
    const says = "dream takes a model and an image: there is no place for b.png";
    assert.equal(refusal(["net.onnx", "a.png", "b.png"], pair), says);
  });

  it("are known by what is in them where their names do not say it", () => {
    const [photo, photos, model] = [join(folder, "photo"), join(folder, "photos"), join(folder, "model")];
    copyFileSync("samples/coffee.png", photo);
    writeFileSync(model, Buffer.from([8, 7, 18, 7]));
    mkdirSync(photos);
    assert.match(refusal([photo, model], pair) ?? "", /^dream takes a model first, then an image: /);
    assert.match(refusal([model, photos], pair) ?? "", /^dream needs an image, and .*photos is a folder: /);
    assert.match(refusal([photos, model], ["model", "folder"]) ?? "", /^dream takes a model first, then a folder: /);
    assert.equal(refusal([model, photo], pair), undefined);
  });
});
