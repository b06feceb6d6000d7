import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "../../src/cli/explain.ts";
import type { techniques as catalogue } from "../../src/engine/techniques/index.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near, oneHot } from "./support/asking.ts";
import { labelled, printed, readRaw, type Answer } from "./support/cli.ts";
import { npy } from "./support/engine.ts";
import {
  back,
  classCount,
  deconvnetGate,
  forward,
  gradientOf,
  picture,
  referenceFile,
} from "./support/reference-net.ts";

const image = picture(7);
const explained = (...words: readonly string[]) => printed(explain, ...words);

/** The attribution that `--raw` writes. */
async function raw(model: string, ...words: readonly string[]) {
  const path = join(folder(), "raw.npy");
  await explained(model, npy(image), ...words, "--raw", path);
  return readRaw(path);
}

describe("glassbox explain, what it writes", () => {
  const shapes: Readonly<Record<keyof typeof catalogue, readonly number[]>> = {
    cam: [1, 1, 6, 5],
    deconvnet: [1, 3, 12, 10],
    "grad-cam": [1, 1, 6, 5],
    "guided-backpropagation": [1, 3, 12, 10],
    "guided-grad-cam": [1, 3, 12, 10],
    "input-x-gradient": [1, 3, 12, 10],
    "integrated-gradients": [1, 3, 12, 10],
    occlusion: [1, 3, 12, 10],
    saliency: [1, 3, 12, 10],
    smoothgrad: [1, 3, 12, 10],
  };
  for (const [id, shape] of Object.entries(shapes))
    it(`${id}: --raw is ${shape.join(" × ")}`, async () => {
      assert.deepEqual((await raw(referenceFile(), "--technique", id)).shape, shape);
    });

  it("takes a tensor as it is, with or without its first axis", async () => {
    const model = referenceFile();
    const expected = gradientOf(image.data, oneHot(classCount, 2));
    for (const shape of [
      [1, 3, 12, 10],
      [3, 12, 10],
    ]) {
      const [path, out] = [join(folder(), "x.npy"), join(folder(), "raw.npy")];
      writeFileSync(path, encodeNpy(float32(shape, image.data)));
      await explained(model, path, "--technique", "saliency", "--target", "2", "--raw", out);
      near(readRaw(out).data, expected);
    }
  });

  it("passes on parameters: --fill 0 --score logit, --steps --rule right --baseline 0, toggles", async () => {
    const model = referenceFile();
    const covering = ["--technique", "occlusion", "--target", "1", "--window", "12", "--stride", "12", "--fill", "0"];
    const logit = await raw(model, ...covering, "--score", "logit");
    const drop = forward(image.data).scores[1]! - forward(new Float32Array(360)).scores[1]!;
    near(logit.data, new Float32Array(360).fill(drop));
    assert.notDeepEqual((await raw(model, ...covering)).data, logit.data);

    // With two classes, the drop of p(1) − p(2), written out.
    const [seen, blank] = [image.data, new Float32Array(360)].map((pixels) => {
      const powers = forward(pixels).scores.map(Math.exp);
      return (powers[1]! - powers[2]!) / powers.reduce((a, b) => a + b);
    });
    near((await raw(model, ...covering, "--against", "2")).data, new Float32Array(360).fill(seen! - blank!), 1e-4);

    const integral = ["--technique", "integrated-gradients", "--target", "1", "--baseline", "0"];
    const oneStep = await raw(model, ...integral, "--rule", "right", "--steps", "1");
    near(
      oneStep.data,
      gradientOf(image.data, oneHot(classCount, 1)).map((slope, i) => slope * image.data[i]!),
    );
    assert.notDeepEqual((await raw(model, ...integral, "--rule=right", "--steps=50")).data, oneStep.data);

    const least = async (...words: string[]) => Math.min(...(await raw(model, "--target", "0", ...words)).data);
    const [rectified, signed] = [await least(), await least("--negative")];
    assert.ok(rectified >= 0 && signed < 0, `${rectified}, ${signed}`);
    assert.equal(await least("--negative", "false"), rectified);
  });

  it("looks at a layer or a value, by its name", async () => {
    const model = referenceFile();
    assert.deepEqual((await raw(model, "--layer", "conv1")).shape, [1, 1, 12, 10]);
    assert.deepEqual((await raw(model, "--layer", "relu1")).shape, [1, 1, 12, 10]);
    await assert.rejects(
      raw(model, "--layer", "conv7"),
      /has no layer conv7\. It has conv1, pool1, conv2.*Did you mean conv1 or conv2\?$/,
    );
    const unit = ["--technique", "deconvnet", "--from", "unit", "--layer", "conv2"];
    const at = forward(image.data).a2.data.findIndex((value) => value > 0);
    const place = ["--channel", Math.floor(at / 30), "--row", Math.floor((at % 30) / 5), "--column", at % 5].map(
      String,
    );
    const seed = forward(image.data).a2.data.map((value, i) => (i === at ? value : 0));
    near((await raw(model, ...unit, ...place)).data, back(image.data, seed, deconvnetGate).pixels.data);
  });

  it("finds the class by number, label, synonym or part of it, and refuses what may be several", async () => {
    const model = labelled();
    const one = async (...words: string[]) => (await raw(model, "--technique", "saliency", ...words)).data;
    for (const asked of ["2", "golden retriever", "Golden Retriever", "retriever"])
      assert.deepEqual(await one("--target", asked), await one("--target", "2"));
    assert.deepEqual(await one("--target", "tabby cat"), await one("--target", "0"));
    assert.deepEqual(await one("--target", "tiger"), await one("--target", "3"), "a whole label comes before a part");
    near(await one("--target", "0", "--against", "tiger cat"), gradientOf(image.data, oneHot(classCount, 0, 1)));
    await assert.rejects(one("--target", "0", "--against", "tabby"), /--target and --against are the same class/);
    await assert.rejects(one("--target", "cat"), /model\.onnx: "cat" may be tabby, tabby cat \(0\); tiger cat \(1\)$/);
    await assert.rejects(one("--target", "retriev"), /"retriev" may be golden retriever \(2\)/, "a part of a word");
    await assert.rejects(one("--target", "dog"), /there is no class "dog"/);
    await assert.rejects(one("--target", "4"), /there is no class 4; the classes are 0 to 3/);
    await assert.rejects(one("--target=-1"), /there is no class -1; the classes are 0 to 3/);
  });

  it("writes the map over the photo: into a file, or a folder for several", async () => {
    const model = referenceFile();
    const [file, all] = [join(folder(), "map.png"), join(folder(), "new", "maps")];
    const text = await explained(model, npy(image), "--out", file);
    assert.match(text, new RegExp(`wrote ${file.replaceAll("\\", "\\\\")}`));
    assert.equal(readFileSync(file).subarray(1, 4).toString("latin1"), "PNG");
    const other = join(folder(), "other.npy");
    writeFileSync(other, encodeNpy(picture(8)));
    await explained(model, npy(image), other, "--technique", "saliency", "grad-cam", "--out", all);
    assert.deepEqual(readdirSync(all).sort(), [
      "other.grad-cam.png",
      "other.saliency.png",
      "picture.grad-cam.png",
      "picture.saliency.png",
    ]);
  });

  it("tells a person at a terminal how to get the picture, and nobody else", async () => {
    const words = async (onTerminal: boolean, ...more: readonly string[]) =>
      printed(
        (all, client, print, complain) => explain(all, client, print, complain, onTerminal),
        referenceFile(),
        npy(image),
        ...more,
      );
    assert.match(await words(true), /--out map\.png/);
    for (const text of [await words(false), await words(true, "--json"), await words(true, "--out", folder())])
      assert.doesNotMatch(text, /--out/);
  });

  it("takes several images and techniques, with commas too, the model's and images' words anywhere", async () => {
    const model = referenceFile();
    const paths = [npy(image), npy(picture(8))];
    const answers = JSON.parse(
      await explained("--technique", "saliency,cam", "grad-cam", "--json", "--target", "1", "--", model, ...paths),
    ) as Answer[];
    assert.deepEqual(
      answers.map((each) => each.image),
      paths,
    );
    for (const { explanations } of answers)
      assert.deepEqual(
        explanations.map((each) => each.technique),
        ["saliency", "cam", "grad-cam"],
      );
  });

  it("prints JSON of a settled shape", async () => {
    const model = labelled();
    const path = npy(image);
    const out = join(folder(), "raw.npy");
    const [only, ...more] = JSON.parse(
      await explained(model, path, "--technique", "integrated-gradients", "--steps", "3", "--raw", out, "--json"),
    ) as Answer[];
    assert.ok(only);
    assert.equal(more.length, 0);
    assert.deepEqual(Object.keys(only), [
      "model",
      "image",
      "preparation",
      "preparationFrom",
      "labelsFrom",
      "remarks",
      "score",
      "top",
      "target",
      "ms",
      "explanations",
    ]);
    assert.deepEqual([only.model, only.image, only.score], [model, path, "scores"]);
    assert.deepEqual(Object.keys(only.top[0]!), ["index", "label", "probability", "score"]);
    assert.equal(only.preparation, null, "a tensor is not prepared");
    assert.equal(only.top.length, 4);
    assert.deepEqual(only.target, only.top[0]);
    const [explanation] = only.explanations;
    assert.ok(explanation);
    assert.deepEqual(explanation.parameters, { steps: 3 });
    assert.deepEqual(explanation.shape, [1, 3, 12, 10]);
    assert.equal(explanation.raw, out);
    assert.ok(explanation.notes.length > 0 && explanation.notes.every(({ level }) => typeof level === "string"));
    assert.ok(explanation.low < explanation.high);
  });

  it("calls classes without labels by their number alone", async () => {
    const text = await explained(referenceFile(), npy(image), "--target", "2");
    assert.match(text, /^ +\d+\.\d+ % {2}2$/m);
    assert.match(text, /^ {2}grad-cam of class 2 at conv2: /m);
  });

  it("keeps apart images of one name, and counts values that are no numbers", async () => {
    const [out, paths] = [folder(), [npy(image), npy(picture(8))]];
    const holes = float32(
      image.shape,
      Float32Array.from(image.data, (value, i) => (i === 3 ? NaN : value)),
    );
    await explained(referenceFile(), ...paths, "--out", out);
    assert.deepEqual(readdirSync(out).sort(), ["picture-2.grad-cam.png", "picture.grad-cam.png"]);
    const text = await explained(referenceFile(), npy(holes), "--technique", "input-x-gradient", "--target", "0");
    assert.match(text, /! \d+ of 360 values are no numbers\./);
  });
});
