import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { folder } from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { integers, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";

const networks = { SqueezeNet: "squeezenet1.1.onnx", EfficientNet: "efficientnet-lite0.onnx" } as const;
const cat = join(samplesFolder, "cat-chelsea.png");
const coffee = join(samplesFolder, "coffee.png");

/** A photo of that size, of which no two neighbours are alike. */
async function speckled(width: number, height: number): Promise<string> {
  const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 7919 + (i % 13) * 31) % 256);
  const path = join(folder(), `${width}x${height}.png`);
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(path);
  return path;
}

/** A style is painted in one step for each size. */
async function styled(model: string, image: string, style: string, size: number | "photo", octaves: number) {
  const parameters = { style, size, octaves, steps: 1 };
  return made({ technique: "style-transfer", model: join(samplesFolder, model), image, parameters });
}

describe("pictures of few pixels", function () {
  this.timeout(120_000);

  for (const [name, model] of Object.entries(networks))
    for (const [size, octaves] of [
      [64, 2],
      [64, 6],
      [128, 4],
      [32, 1],
    ] as const)
      it(`${name} takes a style at ${size} pixels in ${octaves} sizes: those without maps are left out`, async () => {
        const { finished, frames, notes } = await styled(model, cat, coffee, size, octaves);
        const { width, height } = finished.picture;
        assert.equal(width / height > 1.4, true, "the photo's shape");
        const left = frames.at(-1)!.octaves;
        if (octaves === 6) assert.ok(left < octaves, "64 pixels are halved five times: of 2 there are no maps");
        assert.deepEqual(
          frames.map(({ octave, octaves }) => [octave, octaves]),
          Array.from({ length: left }, (_, i) => [i + 1, left]),
        );
        const said = notes.map(({ text }) => text).join("\n");
        assert.equal(/Of the smallest of \d sizes the network's layers have no maps/.test(said), left < octaves, said);
        const isLarger = width > size;
        assert.equal(/the network's layers have no maps: it is made at/.test(said), isLarger, said);
        if (!isLarger) assert.equal(width, size);
      });

  for (const [width, height] of [
    [1, 1],
    [600, 4],
    [4, 600],
    [900, 1],
  ] as const) {
    it(`a photo of ${width} × ${height} takes a style, and is enlarged until the layers see it`, async () => {
      const photo = await speckled(width, height);
      const { finished, notes } = await styled(networks.SqueezeNet, photo, coffee, "photo", 1);
      assert.ok(Math.min(finished.picture.width, finished.picture.height) >= 16);
      assert.ok(notes.some(({ text }) => /no maps: it is made at/.test(text)));
    });

    it(`a style picture of ${width} × ${height} gives its style`, async () => {
      const style = await speckled(width, height);
      const { finished } = await styled(networks.SqueezeNet, cat, style, 64, 1);
      assert.ok(finished.objective.every(Number.isFinite));
    });

    it(`a photo of ${width} × ${height} gives its texture`, async () => {
      const request = { technique: "texture-synthesis", model: join(samplesFolder, networks.SqueezeNet) };
      const parameters = { size: 64, steps: 1 };
      const { finished } = await made({ ...request, image: await speckled(width, height), parameters });
      assert.deepEqual([finished.picture.width, finished.picture.height], [64, 64]);
    });
  }

  it("a texture of 32 pixels is made at that size, and nothing is said of it", async () => {
    const request = { technique: "texture-synthesis", model: join(samplesFolder, networks.SqueezeNet), image: coffee };
    const { finished, notes } = await made({ ...request, parameters: { size: 32, steps: 1 } });
    assert.equal(finished.picture.width, 32);
    assert.ok(notes.every(({ text }) => !/no maps: it is made at/.test(text)));
  });

  describe("by a network that mirrors what is near its edges", () => {
    /** As feed-forward style networks do: of no more pixels than that there is no mirror image. */
    const mirroring = (edge: number) =>
      onnxFile({
        nodes: [
          node("Pad", ["x", "by"], "wide", { mode: "reflect" }),
          node("Conv", ["wide", "k"], "c", { strides: [2, 2] }),
          node("Relu", ["c"], "painted"),
        ],
        weights: [integers("by", [0, 0, edge, edge, 0, 0, edge, edge]), weight("k", [3, 3, 3, 3], random(4, 81))],
        inputs: [value("x", [1, 3, 120, 120])],
        outputs: [value("painted", [1, 3, 59 + edge, 59 + edge])],
      });
    const preparation = { ...untouched, size: [120, 120] } as const;

    it("a style is painted from the first size on that has one, whatever the style picture's shape", async () => {
      const style = await speckled(64, 30);
      const request = { technique: "style-transfer", model: mirroring(20), image: cat, preparation };
      const { finished, notes } = await made({ ...request, parameters: { style, size: 48, octaves: 2, steps: 1 } });
      assert.deepEqual([finished.picture.width, finished.picture.height], [48, 32]);
      const said = notes.map(({ text }) => text).join("\n");
      assert.match(said, /Of the smallest of 2 sizes .* no maps: it begins with 48 × 32 pixels/);
    });

    for (const [edge, side] of [
      [31, 32],
      [32, 48],
    ] as const)
      it(`a texture of 32 pixels is made at ${side} where it mirrors ${edge} of them`, async () => {
        const request = { technique: "texture-synthesis", model: mirroring(edge), image: cat, preparation };
        const { finished, notes } = await made({ ...request, parameters: { size: 32, steps: 1 } });
        assert.equal(finished.picture.width, side);
        const said = notes.map(({ text }) => text).join("\n");
        assert.equal(
          said.includes(`Of 32 × 32 pixels the network's layers have no maps: it is made at 48 × 48.`),
          side > 32,
        );
      });
  });
});
