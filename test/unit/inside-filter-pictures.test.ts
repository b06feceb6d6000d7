import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { filterSheet } from "../../src/engine/inside/filter-sheet.ts";
import { filter, filters } from "../../src/engine/inside/filters.ts";
import { kernelsOf } from "../../src/engine/inside/kernels.ts";
import type { Quantized } from "../../src/shared/updates.ts";
import { near } from "./support/asking.ts";
import { openModel, releaseModels } from "./support/onnx-nets.ts";
import { referenceFile } from "./support/reference-net.ts";
import { never } from "./support/engine.ts";
import { efficientnet, looking, squeezenet } from "./support/samples.ts";

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
      const sheet = await filterSheet(looking(), { model: squeezenet, layer }, never);
      const { width, height, format } = await sharp(sheet.png).metadata();
      assert.deepEqual([width, height, format], [sheet.width, sheet.height, "png"]);
      assert.ok(width > 200 && width < 1100 && height > 50 && height < 1100, `${width} × ${height}`);
    }
  });
});

describe("a sheet of filters", () => {
  it("has each filter's number under it, and paper between any two", async () => {
    const sheet = await filterSheet(looking(), { model: squeezenet, layer: "conv1" }, never);
    const { data, info } = await sharp(sheet.png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data[(y * info.width + x) * 3]!;
    const cell = (info.width - 4) / 8;
    const isPaper = (x: number, height: number) =>
      Array.from({ length: height }, (_, y) => at(x, y)).every((v) => v > 230);
    for (let column = 0; column <= 8; column++) assert.ok(isPaper(column * cell + 1, info.height), `column ${column}`);
    const high = (info.height - 4) / 8;
    const inked = (row: number, column: number) => {
      let count = 0;
      for (let y = Math.round(row * high) + 4 + 72; y < (row + 1) * high + 2; y++)
        for (let x = column * cell + 4; x < (column + 1) * cell; x++) if (at(x, y) < 100) count++;
      return count;
    };
    // Cells of the digits that are inked, four pixels each: 0 has 12, 1 has 8, 10 both, 63 has 12 and 10.
    assert.deepEqual(
      [inked(0, 0), inked(0, 1), inked(1, 2), inked(7, 7)],
      [12, 8, 20, 22].map((n) => 4 * n),
    );
  });
});
