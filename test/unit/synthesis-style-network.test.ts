import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import type { Preparation } from "../../src/shared/preparation.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { made } from "./support/making.ts";
import { integers, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";

describe("a network that was made to paint", () => {
  const turned = (factor: number) =>
    onnxFile({
      nodes: [node("Conv", ["x", "k"], "painted")],
      // Red and blue change places.
      weights: [weight("k", [3, 3, 1, 1], [0, 0, factor, 0, factor, 0, factor, 0, 0])],
      inputs: [value("x", [1, 3, 6, 6])],
      outputs: [value("painted", [1, 3, 6, 6])],
    });
  const preparation: Preparation = { ...untouched, size: [6, 6] };

  for (const [range, factor] of [
    ["0 to 255", 1],
    ["0 to 1", 1 / 255],
  ] as const)
    it(`is run as it is, whether its colours are ${range}`, async () => {
      const red = join(folder(), "red.png");
      await sharp({ create: { width: 6, height: 6, channels: 3, background: { r: 200, g: 100, b: 5 } } })
        .png()
        .toFile(red);
      const { finished } = await made({ technique: "style-network", model: turned(factor), image: red, preparation });
      assert.deepEqual([...finished.picture.pixels.subarray(0, 3)], [5, 100, 200]);
    });

  const wide = async () => {
    const path = join(folder(), "wide.png");
    const pixels = Uint8Array.from({ length: 3 * 14 * 9 }, (_, i) => 3 + ((7 * i) % 250));
    await sharp(pixels, { raw: { width: 14, height: 9, channels: 3 } }).toFile(path);
    return { path, pixels };
  };
  const anySize = (height: number | string, width: number | string) =>
    onnxFile({
      nodes: [node("Mul", ["x", "one"], "painted")],
      weights: [weight("one", [1], [1])],
      inputs: [value("x", [1, 3, height, width])],
      outputs: [value("painted", [1, 3, height, width])],
    });

  const onlySize = () =>
    onnxFile({
      nodes: [node("Reshape", ["x", "flat"], "row"), node("Reshape", ["row", "back"], "painted")],
      weights: [integers("flat", [1, 3 * 6 * 6]), integers("back", [1, 3, 6, 6])],
      inputs: [value("x", [1, 3, 6, 6])],
      outputs: [value("painted", [1, 3, 6, 6])],
    });

  it("is shown the whole photo in its own size where it takes any", async () => {
    const { path, pixels } = await wide();
    const { finished, notes } = await made({
      technique: "style-network",
      model: anySize("H", "W"),
      image: path,
      preparation,
    });
    const { width, height } = finished.picture;
    assert.deepEqual([width, height], [14, 9]);
    assert.deepEqual([...finished.picture.pixels], [...pixels]);
    assert.ok(notes.every(({ text }) => !/takes .* only/.test(text)));
  });

  it("is shown the whole photo in its own shape, and says so, where it takes one size", async () => {
    const { path } = await wide();
    const { finished, notes } = await made({
      technique: "style-network",
      model: onlySize(),
      image: path,
      preparation,
    });
    assert.deepEqual([finished.picture.width, finished.picture.height], [6, 4]);
    const small = await sharp(path).resize(6, 4, { fit: "fill", kernel: "linear" }).raw().toBuffer();
    near([...finished.picture.pixels], [...small], 8);
    assert.deepEqual(
      notes.map(({ text }) => text),
      [
        "This network takes pictures of 6 × 6 pixels only. It is shown the photo at 6 × 4, mirrored beyond its edges.",
        "painted as a picture, 6 × 4: one run, nothing was climbed.",
      ],
    );
  });

  it("says no word of the runtime where a network of one size fails at any other only when it runs", async () => {
    const { path } = await wide();
    const model = onnxFile({
      nodes: [
        node("AveragePool", ["x"], "half", { kernel_shape: [2, 2], strides: [2, 2] }),
        // More than a step cannot be added, which only the runtime knows.
        node("ConvTranspose", ["half", "one"], "painted", { strides: [2, 2], output_shape: [60, 60] }),
      ],
      weights: [weight("one", [3, 3, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 1])],
      inputs: [value("x", [1, 3, 60, 60])],
      outputs: [value("painted", [1, 3, 60, 60])],
    });
    const large: Preparation = { ...preparation, size: [60, 60] };
    const { finished, notes } = await made({ technique: "style-network", model, image: path, preparation: large });
    assert.deepEqual([finished.picture.width, finished.picture.height], [60, 39]);
    const [{ text = "" } = {}] = notes;
    assert.match(
      text,
      /^This network takes pictures of 60 × 60 pixels only\. It is shown the photo at 60 × 39, mirrored/,
    );
  });

  it("says why where it fails at the photo's own size, and not that it takes none of it", async () => {
    const { path } = await wide();
    const model = onnxFile({
      nodes: [
        node("AveragePool", ["x"], "half", { kernel_shape: [2, 2], strides: [2, 2] }),
        node("ConvTranspose", ["half", "one"], "painted", { strides: [2, 2], output_shape: [60, 60] }),
      ],
      weights: [weight("one", [3, 3, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 1])],
      inputs: [value("x", [1, 3, "H", "W"])],
      outputs: [value("painted", [1, 3, 60, 60])],
    });
    const large: Preparation = { ...preparation, size: [60, 60] };
    const { notes } = await made({ technique: "style-network", model, image: path, preparation: large });
    assert.match(
      notes[0]?.text ?? "",
      /^Shown the photo at its own size this network fails: .*could not run ConvTranspose.* It is shown the photo at 60 × 39,/,
    );
  });

  it("has no objective, since nothing is climbed", async () => {
    const { path } = await wide();
    const { finished, frames } = await made({
      technique: "style-network",
      model: onlySize(),
      image: path,
      preparation,
    });
    assert.ok(!("objective" in finished));
    assert.ok(frames.length > 0 && frames.every((frame) => !("objective" in frame)));
  });

  it("is shown what it takes, and says why, where what it paints has one size whatever it is shown", async () => {
    const { path } = await wide();
    const model = onnxFile({
      nodes: [node("ConvTranspose", ["x", "one"], "painted", { output_shape: [6, 6] })],
      weights: [weight("one", [3, 3, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 1])],
      inputs: [value("x", [1, 3, "H", "W"])],
      outputs: [value("painted", [1, 3, "h", "w"])],
    });
    const request = { technique: "style-network", model, image: path, preparation };
    const [{ finished, notes }, usual] = [await made(request), await made({ ...request, model: onlySize() })];
    assert.deepEqual(finished.picture, usual.finished.picture, "nothing is cut off");
    const said = notes.map(({ text }) => text).join("\n");
    assert.match(said, /Of 14 × 9 pixels this network paints 6 × 6 only\. It is shown the photo at 6 × 4, mirrored/);
  });

  it("is shown the photo within the next size that it takes, and says so, where it halves what it sees", async () => {
    const { path, pixels } = await wide();
    const halves = { kernel_shape: [2, 2], strides: [2, 2] };
    const model = onnxFile({
      nodes: [
        node("AveragePool", ["x"], "half", halves),
        node("ConvTranspose", ["half", "twice"], "again", { strides: [2, 2] }),
        node("Add", ["x", "again"], "painted"),
      ],
      weights: [weight("twice", [3, 3, 2, 2], new Array<number>(36).fill(1))],
      inputs: [value("x", [1, 3, "H", "W"])],
      outputs: [value("painted", [1, 3, "H", "W"])],
    });
    const { finished, notes } = await made({ technique: "style-network", model, image: path, preparation });
    assert.deepEqual([finished.picture.width, finished.picture.height], [14, 9]);
    assert.ok(
      pixels.every((value, i) => finished.picture.pixels[i]! >= value),
      "each at its own place",
    );
    assert.match(
      notes[0]?.text ?? "",
      /takes no pictures of 14 × 9 pixels\. It is shown the photo at 14 × 9, mirrored/,
    );
  });

  it("speaks of blue first where it takes the photo so", async () => {
    const orange = join(folder(), "orange.png");
    await sharp({ create: { width: 6, height: 6, channels: 3, background: { r: 200, g: 100, b: 5 } } })
      .png()
      .toFile(orange);
    const dimmed = onnxFile({
      nodes: [node("Mul", ["x", "k"], "painted")],
      weights: [weight("k", [1, 3, 1, 1], [1, 0.5, 0.25])],
      inputs: [value("x", [1, 3, 6, 6])],
      outputs: [value("painted", [1, 3, 6, 6])],
    });
    const bgr: Preparation = { ...preparation, color: "BGR" };
    const { finished } = await made({ technique: "style-network", model: dimmed, image: orange, preparation: bgr });
    assert.deepEqual([...finished.picture.pixels.subarray(0, 3)], [50, 50, 5]);
  });
});
