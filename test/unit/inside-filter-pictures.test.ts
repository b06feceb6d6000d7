import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { drawLines } from "../../src/engine/images/lettering.ts";
import { filterSheet } from "../../src/engine/inside/filter-sheet.ts";
import { filter, filters } from "../../src/engine/inside/filters.ts";
import { kernelsOf } from "../../src/engine/inside/kernels.ts";
import type { Quantized } from "../../src/shared/updates.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { openModel, releaseModels } from "./support/onnx-nets.ts";
import { referenceFile } from "./support/reference-net.ts";
import { never } from "./support/engine.ts";
import { cat, efficientnet, looking, squeezenet } from "./support/samples.ts";

const drawn = ({ low, high, bytes }: Quantized) =>
  Float32Array.from(bytes, (byte) => low + (byte / 255) * (high - low));
const step = ({ low, high }: Quantized) => (high - low) / 255;

function close(picture: Quantized, expected: ArrayLike<number>): void {
  assert.equal(picture.bytes.length, expected.length);
  drawn(picture).forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]!) <= 0.501 * step(picture) + 1e-6, `${i}: ${value} for ${expected[i]!}`),
  );
}

describe("pictures of filters", () => {
  afterEach(releaseModels);

  it("are in colour where the picture is read, all on one scale around 0", async () => {
    const model = referenceFile();
    const card = await filters(looking(), { model, layer: "conv1" }, never);
    assert.equal(card.kind, "color");
    assert.deepEqual(card.pictures.shape, [4, 3, 3, 3]);
    assert.equal(card.pictures.low, -card.pictures.high);
    const open = await openModel(model);
    const { data } = await kernelsOf(open, await open.bound(1), "conv1", never);
    const inColor = Array.from(
      { length: 108 },
      (_, i) => data[Math.floor(i / 27) * 27 + (i % 3) * 9 + (Math.floor(i / 3) % 9)]!,
    );
    close(card.pictures, inColor);
    writeFileSync(
      model.replace(/\.onnx$/, ".glassbox.json"),
      JSON.stringify({
        input: {
          size: [12, 10],
          fit: "stretch",
          color: "BGR",
          range: [0, 1],
          mean: [0],
          deviation: [1],
          layout: "NCHW",
        },
      }),
    );
    const reversed = await filters(looking(), { model, layer: "conv1" }, never);
    close(
      reversed.pictures,
      inColor.map((_, i) => inColor[i - (i % 3) + 2 - (i % 3)]!),
    );
  });

  it("are norms over the inputs further on, kernels where each has one input, a matrix where there are no places", async () => {
    const engine = looking();
    const deep = await filters(engine, { model: squeezenet, layer: "fire2/expand3x3" }, never);
    const open = await openModel(squeezenet);
    const { data } = await kernelsOf(open, await open.bound(1), "fire2/expand3x3", never);
    const norm = (o: number, k: number) =>
      Math.hypot(...Array.from({ length: 16 }, (_, i) => data[(o * 16 + i) * 9 + k]!));
    close(
      deep.pictures,
      Array.from({ length: 64 * 9 }, (_, i) => norm(Math.floor(i / 9), i % 9)),
    );
    assert.deepEqual([deep.kind, deep.pictures.shape, deep.pictures.low], ["deep", [64, 3, 3], 0]);
    near([deep.norms[5]!], [Math.hypot(...data.subarray(5 * 144, 6 * 144))], 1e-6, "norm");

    const one = await filter(engine, { model: squeezenet, layer: "fire2/expand3x3", channel: 5 }, never);
    assert.deepEqual(one.shape, [16, 3, 3]);
    close(one.slices, data.subarray(5 * 144, 6 * 144));
    await assert.rejects(filter(engine, { model: squeezenet, layer: "conv1", channel: 64 }, never), /channels 0 to 63/);

    const depthwise = await filters(engine, { model: efficientnet, layer: "stage2/block1/depthwise" }, never);
    assert.deepEqual([depthwise.kind, depthwise.pictures.shape], ["depthwise", [96, 3, 3]]);
    const pointwise = await filters(engine, { model: squeezenet, layer: "fire2/squeeze1x1" }, never);
    assert.deepEqual([pointwise.kind, pointwise.pictures.shape], ["pointwise", [16, 64]]);
    const linear = await filters(engine, { model: efficientnet, layer: "classifier" }, never);
    assert.deepEqual([linear.kind, linear.shape, linear.pictures.shape], ["linear", [1000, 1280, 1, 1], [512, 512]]);
  });

  it("go on one sheet", async () => {
    for (const layer of ["conv1", "fire2/squeeze1x1", "fire2/expand3x3"]) {
      const sheet = await filterSheet(looking(), { model: squeezenet, layer, scale: "all" }, never);
      const { width, height, format } = await sharp(sheet.png).metadata();
      assert.deepEqual([width, height, format], [sheet.width, sheet.height, "png"]);
      assert.ok(width > 200 && width < 1100 && height > 50 && height < 1100, `${width} × ${height}`);
    }
  });
});

describe("the order of a first layer's colours", () => {
  /** The preparation of every photo of a network that nothing is known of is a guess; here a person's choice comes before. */
  const unknown = () => {
    const model = join(folder(), "unknown.onnx");
    copyFileSync(squeezenet, model);
    return model;
  };
  const preparation = {
    size: [224, 224],
    fit: "stretch",
    color: "RGB",
    range: [0, 255],
    mean: [0],
    deviation: [1],
    layout: "NCHW",
  } as const;

  it("is that in which the maps have them: as chosen, as known, as guessed", async () => {
    const engine = looking();
    const known = await filters(engine, { model: squeezenet, layer: "conv1" }, never);
    assert.deepEqual(known.colors, { order: "BGR", guessed: false });
    const model = unknown();
    const guessed = await filters(engine, { model, layer: "conv1" }, never);
    assert.deepEqual(guessed.colors, { order: "BGR", guessed: true });
    assert.deepEqual(guessed.pictures.bytes, known.pictures.bytes);
    const onPhoto = await filters(engine, { model, layer: "conv1", image: cat }, never);
    const seen = await engine.see({ model, image: cat });
    assert.deepEqual([onPhoto.colors?.order, seen.from], [seen.preparation?.color, "guess"]);
    const chosen = await filters(engine, { model, layer: "conv1", image: cat, preparation }, never);
    assert.deepEqual(chosen.colors, { order: "RGB", guessed: false });
    const swapped = known.pictures.bytes.map((_, i, all) => all[i - (i % 3) + 2 - (i % 3)]!);
    assert.deepEqual(chosen.pictures.bytes, swapped);
    const bgr = await filters(engine, { model, layer: "conv1", preparation: { ...preparation, color: "BGR" } }, never);
    assert.deepEqual(bgr.colors, { order: "BGR", guessed: false });
  });

  it("is told of filters that read colours only, and is the more common one where the network does not run", async () => {
    const deep = await filters(looking(), { model: squeezenet, layer: "fire2/expand3x3" }, never);
    assert.equal(deep.colors, undefined);
    const engine = looking();
    engine.guess = () => Promise.reject(new Error("It does not run."));
    const card = await filters(engine, { model: unknown(), layer: "conv1" }, never);
    assert.deepEqual(card.colors, { order: "RGB", guessed: true });
  });
});

describe("filters on a scale of their own", () => {
  it("are as exact as the layer's strongest, however weak they are", async () => {
    const { own, pictures, norms } = await filters(looking(), { model: efficientnet, layer: "stem" }, never);
    const open = await openModel(efficientnet);
    const { data } = await kernelsOf(open, await open.bound(1), "stem", never);
    assert.deepEqual([own?.pictures.low, own?.pictures.high, own?.reach.length], [-1, 1, 32]);
    const weak = norms.indexOf(Math.min(...norms.filter((norm) => norm > 0.1)));
    const reach = own!.reach[weak]!;
    assert.ok(reach < pictures.high / 20, `${reach} beside ${pictures.high}`);
    const values = drawn(own!.pictures).subarray(weak * 27, (weak + 1) * 27);
    values.forEach((value, i) => {
      const weight = data[weak * 27 + (i % 3) * 9 + Math.floor(i / 3)]!;
      assert.ok(Math.abs(value * reach - weight) <= reach / 250, `${i}: ${value * reach}, not ${weight}`);
    });
    const deep = await filters(looking(), { model: squeezenet, layer: "fire2/expand3x3" }, never);
    assert.deepEqual([deep.own?.pictures.low, deep.own?.pictures.high], [0, 1]);
    near([Math.max(...deep.own!.reach)], [deep.pictures.high], 1e-6, "the longest");
    const matrix = await filters(looking(), { model: squeezenet, layer: "fire2/squeeze1x1" }, never);
    assert.equal(matrix.own, undefined);
  });
});

describe("a sheet of filters", () => {
  it("has each filter's number under it, and paper between any two", async () => {
    const sheet = await filterSheet(looking(), { model: squeezenet, layer: "conv1", scale: "all" }, never);
    const { data, info } = await sharp(sheet.png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data[(y * info.width + x) * 3]!;
    // Eight rows of eight, each of 72 pixels and 4 between; 12 around all, and 18 for the number under each.
    const [cell, high] = [76, 94];
    const top = info.height - 8 * high - 8;
    for (let column = 1; column < 8; column++)
      for (let y = top; y < info.height; y++) assert.equal(at(12 + column * cell - 2, y), 32, `column ${column}`);
    for (const [row, column] of [
      [0, 0],
      [0, 1],
      [1, 2],
      [7, 7],
    ] as const) {
      const under = { width: 72, height: 18, pixels: new Uint8Array(72 * 18 * 3).fill(32) };
      drawLines(under, [String(8 * row + column)], [0, 2], 1.6, [236, 236, 236]);
      const found = Array.from({ length: 72 * 18 }, (_, i) =>
        at(12 + column * cell + (i % 72), top + row * high + 72 + Math.floor(i / 72)),
      );
      assert.deepEqual(
        found,
        Array.from({ length: 72 * 18 }, (_, i) => under.pixels[3 * i]),
        `${row}, ${column}`,
      );
    }
  });
});
