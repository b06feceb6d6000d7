import assert from "node:assert/strict";
import { basename } from "node:path";
import sharp from "sharp";
import { drawLines, lettersIn, lineHeight, textWidth } from "../../src/engine/images/lettering.ts";
import { featureSheet } from "../../src/engine/inside/feature-sheet.ts";
import { features } from "../../src/engine/inside/features.ts";
import { glance } from "../../src/engine/inside/glance.ts";
import { patchSheet } from "../../src/engine/inside/patch-sheet.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { never, npy } from "./support/engine.ts";
import { node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { picture, referenceFile } from "./support/reference-net.ts";
import { cat, looking, squeezenet } from "./support/samples.ts";

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** How often a line of text stands in a picture, in letters of two pixels a cell: ink where they are, paper between them. */
function timesWritten({ width, height, data }: Pixels, text: string, ink: number, paper: number): number {
  const line = { width: textWidth(text, 2), height: 14 };
  const written = new Uint8Array(line.width * line.height * 3).fill(paper);
  drawLines({ ...line, pixels: written }, [text], [0, 0], 2, [ink, ink, ink]);
  const isHere = (left: number, top: number) => {
    for (let y = 0; y < line.height; y++) {
      const from = ((top + y) * width + left) * 3;
      const row = data.subarray(from, from + line.width * 3);
      if (Buffer.compare(row, written.subarray(y * line.width * 3, (y + 1) * line.width * 3))) return false;
    }
    return true;
  };
  let count = 0;
  for (let top = 0; top + line.height <= height; top++)
    for (let left = 0; left + line.width <= width; left++) if (isHere(left, top)) count++;
  return count;
}

describe("the picture of a layer's maps", () => {
  afterEach(releaseModels);
  const subject = { model: referenceFile(), image: npy(picture(7)) };

  it("says what it shows, on which scale, and which channel each map is", async () => {
    const sheet = await featureSheet(looking(), { ...subject, layer: "conv1" }, never);
    assert.ok(sheet);
    const pixels = await pixelsOf(sheet.png);
    assert.deepEqual([pixels.width, pixels.height], [sheet.width, sheet.height]);
    const times = (text: string) => timesWritten(pixels, text, 236, 32);
    assert.equal(times("conv1 of model.onnx on picture.npy"), 1);
    assert.equal(times("all 4 channels, 12 × 10, on one scale:"), 1);
    assert.equal(times(`${sheet.low.toPrecision(4)} to ${sheet.high.toPrecision(4)}`), 1);
    for (const channel of [0, 1, 2, 3]) assert.equal(times(`channel ${channel}`), 1);
    assert.equal(times("channel 4"), 0);
  });

  it("has the channels of the hover's picture, in its order and on its scale", async () => {
    const request = { model: squeezenet, image: cat, layer: "fire2/concat" };
    const [sheet, small] = [await featureSheet(looking(), request, never), await glance(looking(), request, never)];
    assert.deepEqual(sheet?.tiles, small.tiles);
    assert.deepEqual([sheet?.low, sheet?.high, sheet?.clipped], [small.low, small.high, small.clipped]);
  });

  it("draws a vector as bars under the names of its greatest", async () => {
    const request = { ...subject, layer: "scores" };
    const sheet = await featureSheet(looking(), request, never);
    const { statistics } = await features(looking(), request, never);
    const greatest = Array.from(statistics.greatest);
    const best = greatest.indexOf(Math.max(...greatest));
    const pixels = await pixelsOf(sheet!.png);
    assert.deepEqual(sheet!.tiles, [0, 1, 2, 3]);
    const times = (text: string) => timesWritten(pixels, text, 236, 32);
    assert.equal(times("4 numbers in order, 0 to 3; the greatest:".slice(0, 36)), 1);
    assert.ok(times(`${best} (${greatest[best]!.toPrecision(3)})`) === 1, `${best}`);
  });

  it("says of bars the scale on which they stand, from zero, as the hover does", async () => {
    const above = onnxFile({
      nodes: [
        node("GlobalAveragePool", ["image"], "p"),
        node("Add", ["p", "one"], "high"),
        node("Neg", ["high"], "low"),
      ],
      weights: [weight("one", [], [1])],
      inputs: [value("image", [1, 3, 4, 4])],
      outputs: [value("low", [1, 3, 1, 1])],
    });
    const image = npy(float32([1, 3, 4, 4], random(1, 48)));
    for (const layer of ["high", "low"]) {
      const asked = { model: above, image, layer };
      const [sheet, small] = [await featureSheet(looking(), asked, never), await glance(looking(), asked, never)];
      assert.ok(sheet);
      assert.equal(layer === "high" ? sheet.low : sheet.high, 0);
      assert.ok(layer === "high" ? sheet.high > 0.5 : sheet.low < -0.5);
      assert.deepEqual([small.low, small.high], [sheet.low, sheet.high]);
      const ends = `${sheet.low.toPrecision(4)} to ${sheet.high.toPrecision(4)}`;
      assert.equal(timesWritten(await pixelsOf(sheet.png), ends, 236, 32), 1, ends);
    }
  });

  it("is none where no value is a number", async () => {
    const none = onnxFile({
      nodes: [node("Mul", ["image", "nan"], "product")],
      weights: [weight("nan", [], [NaN])],
      inputs: [value("image", [1, 1, 4, 4])],
      outputs: [value("product", [1, 1, 4, 4])],
    });
    const image = npy(float32([1, 1, 4, 4], random(1, 16)));
    assert.equal(await featureSheet(looking(), { model: none, image, layer: "product" }, never), undefined);
  });
});

describe("the picture of what fires a channel", () => {
  afterEach(releaseModels);

  it("has its title over the patches, and under each what was said of it", async () => {
    const patch = (words: readonly string[]) => ({ image: cat, place: [3, 4] as const, words });
    const long = "a photo of a very long name.png";
    const sheet = await patchSheet(
      looking(),
      {
        model: squeezenet,
        layer: "fire4/concat",
        title: ["channel 7 of fire4/concat"],
        patches: [patch([basename(cat), "12.34 at 3, 4"]), patch([long]), patch([]), patch(["三毛猫.png"])],
      },
      never,
    );
    const pixels = await pixelsOf(sheet.png);
    const times = (text: string) => timesWritten(pixels, text, 255, 96);
    assert.equal(times("channel 7 of fire4/concat"), 1);
    assert.equal(times(basename(cat)), 1);
    assert.equal(times("12.34 at 3, 4"), 1);
    assert.equal(times("photo 4"), 1, "its name has letters that are not drawn");
    assert.equal(times(long.slice(0, lettersIn(224, 2))), 0, "what has no room loses its middle");
    assert.equal(times("a photo …name.png"), 1);
    assert.equal(sheet.height, 2 * (224 + 2 * lineHeight(2) + 4 + 8) + 8 + lineHeight(2) + 4);
  });
});
