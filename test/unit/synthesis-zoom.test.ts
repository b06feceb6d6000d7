import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { syntheses } from "../../src/engine/synthesis/techniques/index.ts";
import { zoomed } from "../../src/engine/synthesis/zoom.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const [width, height] = [31, 24];

/** A photo whose pixels are these numbers, rounded. */
async function photoOf(pixels: ArrayLike<number>): Promise<string> {
  const path = join(folder(), "photo.png");
  const bytes = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => pixels[(i % 3) * width * height + Math.floor(i / 3)]!,
  );
  await sharp(bytes, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

function network(): string {
  const path = onnxFile({
    nodes: [node("Conv", ["x", "k"], "c", { pads: [1, 1, 1, 1] })],
    weights: [weight("k", [4, 3, 3, 3], random(31, 4 * 3 * 9))],
    inputs: [value("x", [1, 3, "S", "S"])],
    outputs: [value("c", [1, 4, "S", "S"])],
  });
  const input = { range: [0, 255], mean: [0], deviation: [1], color: "RGB", fit: "stretch", size: [20, 20] };
  writeFileSync(path.replace(/onnx$/, "glassbox.json"), JSON.stringify({ input }));
  return path;
}

/** Each pixel by itself: where it lies before the zoom, and its four neighbours there. */
function byHand({ data }: FloatTensor, factor: number): number[] {
  const clamped = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
  return Array.from(data, (_, i) => {
    const [plane, y, x] = [Math.floor(i / (width * height)), Math.floor(i / width) % height, i % width];
    const v = clamped((y + 0.5 - height / 2) / factor + height / 2 - 0.5, height);
    const u = clamped((x + 0.5 - width / 2) / factor + width / 2 - 0.5, width);
    const at = (row: number, column: number) =>
      data[(plane * height + clamped(row, height)) * width + clamped(column, width)]!;
    const [top, left] = [Math.floor(v), Math.floor(u)];
    const line = (row: number) => at(row, left) * (1 - (u - left)) + at(row, left + 1) * (u - left);
    return line(top) * (1 - (v - top)) + line(top + 1) * (v - top);
  });
}

const parameters = { octaves: 2, steps: 3, jitter: 0, zoom: 3, "zoom-by": 1.1 };

describe("an endless zoom", () => {
  it("enlarges about the centre, and leaves alone what is not enlarged", () => {
    const canvas = float32(
      [1, 3, height, width],
      random(8, 3 * height * width).map((x) => 128 + 100 * x),
    );
    for (const factor of [1.05, 1.3, 2]) near(zoomed(canvas, factor).data, byHand(canvas, factor), 1e-5);
    assert.deepEqual(zoomed(canvas, 1).data, canvas.data);
    const [pixel] = [float32([1, 3, 1, 1], [1, 2, 3])];
    assert.deepEqual(zoomed(pixel, 2).data, pixel.data);
  });

  it("dreams each picture from the zoomed one before", async () => {
    const model = network();
    // What is dreamt of a photo is what a zoom goes on from: bytes, so that both start from the same numbers.
    const photo = random(4, 3 * width * height).map((x) => Math.round(128 + 100 * x));
    const request = { technique: "deep-dream", model, layer: "c", seed: 2, checkpoints: true };
    const film = await made({ ...request, image: await photoOf(photo), parameters });
    const whole = film.frames.filter(({ making }) => making?.isWhole);
    assert.deepEqual(
      whole.map(({ making, done, total }) => [making?.picture, making?.pictures, done, total]),
      [
        [1, 3, 6, 18],
        [2, 3, 12, 18],
        [3, 3, 18, 18],
      ],
    );
    const alone = await made({ ...request, image: await photoOf(photo), parameters: { ...parameters, zoom: 0 } });
    assert.deepEqual(whole[0]?.picture, alone.finished.picture);
    assert.equal(
      alone.frames.some(({ making }) => making),
      false,
    );
    // The first step of the second picture, octave 1, from the checkpoint of the last step of the first.
    const kept = whole.map(({ checkpoint }) => checkpoint!.values);
    const behind = kept[1]!.subarray(3 * width * height);
    near(behind, byHand(float32([1, 3, height, width], kept[0]!), 1.1), 1e-5);
    near(
      kept[2]!.subarray(3 * width * height),
      byHand(float32([1, 3, height, width], kept[1]!.subarray(0, 3 * width * height)), 1.1),
      1e-3,
    );
    // A dream of that very picture, in the photo's place: without jitter no chance differs.
    const bytes = behind.map(Math.round);
    const again = await made({ ...request, image: await photoOf(bytes), parameters: { ...parameters, zoom: 0 } });
    const difference = again.floats.data.map((x, i) => Math.abs(x - kept[1]![i]!));
    assert.ok(Math.max(...difference) < 6 && difference.reduce((a, b) => a + b) / difference.length < 0.6);
  });

  it("repeats with a seed, and goes on from the middle of any picture as if nothing had been", async () => {
    const image = await photoOf(random(4, 3 * width * height).map((x) => 128 + 100 * x));
    const request = { technique: "deep-dream", model: network(), layer: "c", seed: 3, checkpoints: true, image };
    const shaken = { ...parameters, jitter: 5 };
    const one = await made({ ...request, parameters: shaken });
    for (const at of [1, 5, 7, 11, 13]) {
      const { finished, frames } = await made({ ...request, parameters: shaken, from: one.frames[at]!.checkpoint! });
      assert.deepEqual(finished.floats, one.finished.floats, `from frame ${at}`);
      assert.deepEqual(
        frames.map(({ done }) => done),
        one.frames.slice(at + 1).map(({ done }) => done),
      );
    }
  });

  it("never counts back: where fewer pictures are wanted than there are, the one that is at work is the last", async () => {
    const image = await photoOf(random(4, 3 * width * height).map((x) => 128 + 100 * x));
    const request = { technique: "deep-dream", model: network(), layer: "c", seed: 3, checkpoints: true, image };
    const one = await made({ ...request, parameters });
    for (const zoom of [0, 1, 2])
      for (const at of [8, 13]) {
        const { frames, finished } = await made({
          ...request,
          parameters: { ...parameters, zoom },
          from: one.frames[at]!.checkpoint!,
        });
        const last = at < 12 ? 2 : 3;
        assert.deepEqual(
          frames.map(({ making, done, total }) => [making?.picture, making?.pictures, done, total]),
          one.frames.slice(at + 1, 6 * last).map(({ done }) => [last, last, done, 6 * last]),
        );
        assert.deepEqual(finished.picture, one.frames[6 * last - 1]!.picture);
      }
    // In the first picture, of a zoom too, an octave that is no more is the last.
    const { frames } = await made({ ...request, parameters: { ...parameters, octaves: 1 }, from: one.frames[4]!.checkpoint! }); // prettier-ignore
    assert.deepEqual(frames.map(({ making, octave, step }) => [making?.picture, octave, step]).slice(0, 2), [
      [1, 1, 3],
      [2, 1, 1],
    ]);
  });

  it("names the parameters that have to stay where its octaves are others", async () => {
    const image = await photoOf(random(4, 3 * width * height).map((x) => 128 + 100 * x));
    const request = { technique: "deep-dream", model: network(), layer: "c", checkpoints: true, image };
    const one = await made({ ...request, parameters });
    const { octaves, "octave-scale": scale } = syntheses["deep-dream"].parameters;
    const sentence = `The picture to go on from was made in other octaves: set “${octaves.label}” to 2 and “${scale.label}” to 1.4 again, or start anew.`;
    // In the last octave of a picture, whose size is the photo's with any octaves, and in an earlier one.
    for (const at of [7, 9])
      for (const other of [{ octaves: 1 }, { octaves: 3 }])
        await assert.rejects(
          made({ ...request, parameters: { ...parameters, ...other }, from: one.frames[at]!.checkpoint! }),
          { name: "NotApplicable", message: sentence },
        );
    await assert.rejects(
      made({ ...request, parameters: { ...parameters, "octave-scale": 2 }, from: one.frames[7]!.checkpoint! }),
      { name: "NotApplicable", message: sentence },
    );
  });

  it("has a schedule of steps and of their sizes over the octaves", async () => {
    const image = await photoOf(random(4, 3 * width * height).map((x) => 128 + 20 * x));
    const schedule = { octaves: 3, steps: 8, jitter: 0, "steps-factor": 0.5, "step-size-factor": 2, "step-size": 0.5 };
    const { frames, finished } = await made({
      technique: "deep-dream",
      model: network(),
      layer: "c",
      image,
      parameters: schedule,
    });
    assert.deepEqual(
      [1, 2, 3].map((octave) => frames.filter((frame) => frame.octave === octave).length),
      [8, 4, 2],
    );
    assert.deepEqual([frames.at(-1)?.done, frames.at(-1)?.total, finished.steps], [14, 14, 14]);
    // A step's mean size is its own wherever no pixel is clipped.
    const [before, after] = frames.slice(-2).map(({ picture }) => picture.pixels);
    const moved = after!.reduce((sum, x, i) => sum + Math.abs(x - before![i]!), 0) / after!.length;
    assert.ok(Math.abs(moved - 2) < 0.2, String(moved));
  });
});
