import assert from "node:assert/strict";
import { render } from "../../src/engine/render.ts";
import type { Picture } from "../../src/engine/images/picture.ts";
import { codecs } from "../../src/engine/images/codecs.ts";
import { ember } from "../../src/shared/colormaps.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32 } from "../../src/shared/tensor.ts";
import type { FloatHeatmap } from "../../src/shared/updates.ts";

const preparation: Preparation = {
  size: [2, 2],
  fit: "crop",
  color: "RGB",
  range: [0, 1],
  mean: [0],
  deviation: [1],
  layout: "NCHW",
};
/** Greatest in the upper left of four cells, least in the others. */
const map: FloatHeatmap = {
  kind: "heatmap",
  key: "map",
  title: "Map",
  values: float32([2, 2], [1, 0, 0, 0]),
  raw: float32([1, 1, 2, 2], [1, 0, 0, 0]),
  signed: false,
  draw: "cells",
  unit: "",
};
const gray = 100;
const plain = (width: number, height: number): Picture => ({
  width,
  height,
  pixels: new Uint8Array(width * height * 3).fill(gray),
});

interface Seen {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is drawn, by places in the photo's own pixels from the picture's upper left. */
async function drawnOver({ width, height }: Picture, seen: Seen) {
  const photo = { photo: [width, height] as const, seen, remarks: [] };
  const image = float32([1, 3, 2, 2], new Float32Array(12));
  const bytes = await render(map, { image, preparation, photo }, () => Promise.resolve(plain(width, height)));
  const { data, info } = await (await codecs())(bytes).raw().toBuffer({ resolveWithObject: true });
  const scale = info.width / Math.max(width, seen.width);
  const at = (x: number, y: number) => {
    const p = Math.floor(y * scale) * info.width + Math.floor(x * scale);
    return [...data.subarray(3 * p, 3 * p + 3)];
  };
  return { width: info.width, height: info.height, at };
}

const under = (value: 0 | 255, brightness: number) =>
  [0, 1, 2].map((c) => Math.round(0.4 * brightness + 0.6 * ember[3 * value + c]!));
const washed = [0, 1, 2].map(() => Math.round(0.35 * gray + 0.65 * 255));

describe("the map over the photo that --out writes", () => {
  it("has the photo's own shape, and leaves what the network does not see without a map", async () => {
    const { width, height, at } = await drawnOver(plain(600, 200), { left: 200, top: 0, width: 200, height: 200 });
    assert.deepEqual([width, height], [1280, Math.round(1280 / 3)]);
    for (const x of [5, 195, 405, 595]) assert.deepEqual(at(x, 100), washed, `${x}`);
    assert.deepEqual(at(205, 5), under(255, gray));
    assert.deepEqual(at(295, 95), under(255, gray));
    for (const [x, y] of [
      [305, 5],
      [205, 105],
      [395, 195],
    ] as const)
      assert.deepEqual(at(x, y), under(0, gray), `${x}, ${y}`);
  });

  it("is as large as a screen shows: small photos enlarged, large ones reduced, thin ones left alone", async () => {
    const sizeOf = async (width: number, height: number) => {
      const drawn = await drawnOver(plain(width, height), { left: 0, top: 0, width, height });
      return [drawn.width, drawn.height];
    };
    assert.deepEqual(await sizeOf(200, 100), [1000, 500]);
    assert.deepEqual(await sizeOf(2000, 2000), [1000, 1000]);
    assert.deepEqual(await sizeOf(4000, 40), [4000, 40]);
  });

  it("goes on beyond the photo's edges where the network sees it padded", async () => {
    const { width, height, at } = await drawnOver(plain(600, 200), { left: 0, top: -200, width: 600, height: 600 });
    assert.equal(width, height);
    assert.deepEqual(at(100, 100), under(255, 0), "black that is seen, under the map");
    assert.deepEqual(at(100, 250), under(255, gray));
    assert.deepEqual(at(500, 350), under(0, gray));
    assert.deepEqual(at(500, 590), under(0, 0));
  });

  it("is over the numbers themselves where a tensor is given", async () => {
    const image = float32([1, 3, 2, 2], Float32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1));
    const photo = { photo: [2, 2] as const, seen: { left: 0, top: 0, width: 2, height: 2 }, remarks: [] };
    const nothing = () => Promise.reject(new Error("there is no photo to read"));
    const bytes = await render(map, { image, preparation: undefined, photo }, nothing);
    const { width, height } = await (await codecs())(bytes).metadata();
    assert.deepEqual([width, height], [448, 448]);
  });
});
