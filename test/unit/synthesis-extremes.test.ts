import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { syntheses } from "../../src/engine/synthesis/techniques/index.ts";
import type { Given } from "../../src/shared/parameters.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { smallNet } from "./support/small-net.ts";

const model = smallNet();
const layer = "conv1";

/** What each is told besides, so that it is soon done. */
const little: Readonly<Record<keyof typeof syntheses, (photo: string) => Given>> = {
  "activation-atlas": (photo) => ({ folder: folderOf(photo), steps: 1, size: 64, grid: 2, least: 1 }),
  "adversarial-example": () => ({ steps: 1 }),
  caricature: () => ({ steps: 1 }),
  "class-reconstruction": (photo) => ({ folder: folderOf(photo), steps: 1 }),
  "class-visualization": () => ({ steps: 1 }),
  "deep-dream": () => ({ steps: 1, octaves: 2 }),
  "feature-grid": () => ({ steps: 1, count: 1, size: 32 }),
  "fooling-image": (photo) => ({ photo, steps: 1 }),
  inversion: () => ({ steps: 1 }),
  "neuron-visualization": () => ({ steps: 1 }),
  "style-network": () => ({}),
  "style-transfer": (photo) => ({ style: photo, steps: 1, octaves: 2, size: 64 }),
  "texture-synthesis": () => ({ steps: 1, size: 64 }),
};

/** A folder with the photo in it, and one that can be read. */
function folderOf(photo: string): string {
  const place = folder();
  copyFileSync(photo, join(place, "a.png"));
  copyFileSync(join(samplesFolder, "coffee.png"), join(place, "b.png"));
  return place;
}

async function flat(width: number, height: number): Promise<string> {
  const path = join(folder(), "photo.png");
  await sharp({ create: { width, height, channels: 3, background: { r: 90, g: 140, b: 60 } } })
    .png()
    .toFile(path);
  return path;
}

/** A whole PNG of one bit a pixel, all of them black: of three colours it takes seconds to write. */
function black(width: number, height: number): string {
  const chunk = (name: string, data: Uint8Array) => {
    const named = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 1 });
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const path = join(folder(), "photo.png");
  writeFileSync(
    path,
    Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]),
  );
  return path;
}

/** Whether it makes a picture of it, or refuses it in words that a person understands. */
async function outcome(
  technique: string,
  image: string,
  parameters: Given,
  more: object = { channel: 3, target: 7 },
): Promise<string> {
  try {
    const { finished } = await made({ technique, model, image, layer, parameters, ...more });
    const { width, height, pixels } = finished.picture;
    assert.equal(pixels.length, 3 * width * height);
    assert.ok(width >= 1 && height >= 1);
    return "made";
  } catch (error) {
    assert.ok(error instanceof Error);
    return `${error.name}: ${error.message}`;
  }
}

/** Of one pixel: this one takes none, whatever its size. */
const refused: Readonly<Record<string, RegExp>> = { "style-network": /The picture whose style is wanted is missing/ };

/** A raw error of a runtime or a decoder, or of a shape that nobody checked. */
const raw = /cannot be reshaped|ONNX Runtime|undefined|NaN|Invalid array length|vips|ENOENT|TypeError|out of bounds/;

describe("every technique", function () {
  this.timeout(120_000);
  let [pixel, huge] = ["", ""];
  const own = join(folder(), "own.png");
  before(async () => {
    await sharp(join(samplesFolder, "cat-chelsea.png")).resize(90, 60, { fit: "fill" }).toFile(own);
    pixel = await flat(1, 1);
    huge = black(30_000, 30_000);
  });

  for (const [technique, { fromPhoto }] of Object.entries(syntheses)) {
    const told = little[technique as keyof typeof syntheses];

    it(`${technique} takes a photo of one pixel, or says why not`, async () => {
      const found = await outcome(technique, pixel, told(pixel));
      assert.match(found, refused[technique] ?? /^made$/);
    });

    it(`${technique} says why a photo of 30,000 × 30,000 is too large, or does without`, async () => {
      const found = await outcome(technique, huge, told(huge));
      assert.doesNotMatch(found, raw);
      if (fromPhoto) assert.match(found, /30.?000 . 30.?000 pixels|memory|large/);
    });
  }

  for (const [technique, what] of [
    ["deep-dream", "guide"],
    ["style-transfer", "style"],
  ] as const) {
    const parameters = { octaves: 1, steps: 1, ...(technique === "style-transfer" && { size: 64 }) };
    const beside = (picture: string) => outcome(technique, own, { ...parameters, [what]: picture }, {});

    it(`${technique} takes a ${what} of one pixel`, async () => {
      assert.equal(await beside(pixel), "made");
    });

    it(`${technique} says why a ${what} of 30,000 × 30,000 is too large`, async () => {
      const found = await beside(huge);
      assert.doesNotMatch(found, raw);
      assert.match(found, /30.?000 . 30.?000 pixels/);
    });
  }
});
