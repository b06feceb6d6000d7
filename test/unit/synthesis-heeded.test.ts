import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { imagenet } from "../../src/engine/images/imagenet.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";

const side = 24;
const places = side * side;
const preparation: Preparation = { ...untouched, size: [side, side] };

/** A convolution whose layer is called c. */
function network(channels: number, kernel: number, values: readonly number[]): string {
  const pad = (kernel - 1) / 2;
  return onnxFile({
    nodes: [node("Conv", ["x", "k"], "c", { pads: [pad, pad, pad, pad] })],
    weights: [weight("k", [channels, 3, kernel, kernel], values)],
    inputs: [value("x", [1, 3, side, side])],
    outputs: [value("c", [1, channels, side, side])],
  });
}

const rough = () => network(4, 3, Array.from(random(31, 4 * 27)));

async function photoOf(pixels: Uint8Array, width: number, height: number): Promise<string> {
  const path = join(folder(), "photo.png");
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

const speckled = Uint8Array.from(random(7, 3 * places), (x) => 128 + 60 * x);

/** How much a change differs from one pixel to the next, beside how much from its mean: 2 where neighbours have nothing in common. */
function roughness(after: ArrayLike<number>, before: ArrayLike<number>): number {
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  const change = Array.from(after, (x, i) => x - before[i]!);
  const steps = change.map((x, i) => (i % side < side - 1 ? (change[i + 1]! - x) ** 2 : 0));
  const mean = sum(change) / change.length;
  return sum(steps) / sum(change.map((x) => (x - mean) ** 2));
}

describe("a gradient blur", () => {
  const blurs = { "gradient-blur": 3 };

  it("makes what DeepDream adds in a step smooth", async () => {
    const image = await photoOf(speckled, side, side);
    const request = { technique: "deep-dream", model: rough(), image, layer: "c", preparation };
    const parameters = { octaves: 1, steps: 1, jitter: 0, "step-size": 1 };
    const added = async (more: object) => {
      const { floats } = await made({ ...request, parameters: { ...parameters, ...more } });
      return roughness(floats.data, Array.from(floats.data, (_, i) => speckled[3 * (i % places) + Math.floor(i / places)]!)); // prettier-ignore
    };
    const [plain, smooth] = [await added({}), await added(blurs)];
    assert.ok(smooth < plain / 4, `${plain} → ${smooth}`);
  });

  it("makes a step from nothing smooth", async () => {
    const request = { technique: "neuron-visualization", model: rough(), layer: "c", channel: 1, preparation };
    const parameters = { method: "l2", of: "unit", size: side, steps: 2, l2: 0, jitter: 0 };
    const added = async (more: object) => {
      const { frames } = await made({ ...request, checkpoints: true, parameters: { ...parameters, ...more } });
      const [before, after] = frames.map(({ checkpoint }) => checkpoint!.values);
      return roughness(after!, before!);
    };
    const [plain, smooth] = [await added({}), await added(blurs)];
    assert.ok(smooth < plain / 4, `${plain} → ${smooth}`);
  });
});

describe("what a dream is compared by with its guide", () => {
  const color = [200, 40, 90] as const;

  for (const compare of ["dot", "cosine"] as const)
    it(`is the ${compare} of what the layer sees, by hand`, async () => {
      const image = await photoOf(speckled, side, side);
      const guide = await photoOf(Uint8Array.from(color), 1, 1);
      // The layer is the picture itself.
      const model = network(3, 1, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
      const parameters = { guide, compare, octaves: 1, steps: 1, jitter: 0 };
      const { frames } = await made({ technique: "deep-dream", model, image, layer: "c", preparation, parameters });
      const length = (numbers: readonly number[]) => Math.hypot(...numbers);
      const each = Array.from({ length: places }, (_, p) => {
        const own = [...speckled.subarray(3 * p, 3 * p + 3)];
        const dot = own.reduce((sum, x, i) => sum + x * color[i]!, 0);
        return compare === "dot" ? dot : dot / (length(own) * length(color));
      });
      const mean = each.reduce((sum, x) => sum + x / places, 0);
      near([frames[0]!.objective / mean], [1], 1e-4);
    });
});

describe("an inversion's α-norm", () => {
  it("is the sixth power of each pixel's distance from the mean colour, times its weight, and draws back to it", async () => {
    const image = await photoOf(speckled, side, side);
    const request = { technique: "inversion", model: rough(), image, layer: "c", preparation, checkpoints: true };
    const usual = { made: "pixels", optimizer: "adam", "total-variation": 0 };
    const inverted = async (parameters: object) => (await made({ ...request, parameters: { ...usual, ...parameters } })).frames; // prettier-ignore
    /** Of a mean over pixels, on the scale of black to white. */
    const mean = (values: ArrayLike<number>, power: number) =>
      Array.from(values).reduce((sum, x, i) => sum + Math.abs(x / 255 - imagenet.mean[Math.floor(i / places)]!) ** power / values.length, 0); // prettier-ignore
    for (const given of [0.1, 40]) {
      const frames = await inverted({ steps: 2, "alpha-norm": given });
      // What a step is worth is of the picture before it.
      const expected = given * mean(frames[0]!.checkpoint!.values, 6);
      near([frames[1]!.losses["α-norm"]! / expected], [1], 1e-3);
    }
    const far = async (weight: number) => mean((await inverted({ steps: 20, "alpha-norm": weight })).at(-1)!.checkpoint!.values, 2); // prettier-ignore
    const [free, held] = [await far(0), await far(1000)];
    assert.ok(held < 0.7 * free, `${free} → ${held}`);
  });
});
