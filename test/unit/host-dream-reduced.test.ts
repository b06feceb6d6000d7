import assert from "node:assert/strict";
import { Film } from "../../src/host/dream-film.ts";
import { reduced, thumbnailOf } from "../../src/host/dream-reduced.ts";
import type { Drawn, Frame } from "../../src/shared/synthesis.ts";

const gray = (width: number, height: number, level = (_x: number, _y: number) => 90): Drawn => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const p = Math.floor(i / 3);
    return level(p % width, Math.floor(p / width));
  }),
});

describe("a picture reduced", () => {
  it("keeps its means, its shape, and its size where that is small enough", () => {
    const pixels = Uint8Array.from({ length: 8 * 4 * 3 }, (_, i) => (i * 37) % 251);
    const small = reduced({ width: 8, height: 4, pixels }, 4);
    assert.deepEqual([small.width, small.height], [4, 2]);
    const at = (x: number, y: number, c: number) => pixels[(y * 8 + x) * 3 + c]!;
    const mean = Math.round((at(2, 2, 1) + at(3, 2, 1) + at(2, 3, 1) + at(3, 3, 1)) / 4);
    assert.equal(small.pixels[(1 * 4 + 1) * 3 + 1], mean);
    assert.equal(reduced({ width: 8, height: 4, pixels }, 8).pixels, pixels);
  });

  it("counts a pixel on the border of two in both, by how much of it lies in each", () => {
    const levels = [0, 90, 180];
    const row = reduced(
      gray(3, 1, (x) => levels[x]!),
      2,
    ).pixels;
    assert.deepEqual([row[0], row[3]], [30, 150]);
    const column = reduced(
      gray(1, 3, (_, y) => levels[y]!),
      2,
    ).pixels;
    assert.deepEqual([column[0], column[3]], [30, 150]);
    assert.ok(reduced(gray(451, 300), 137).pixels.every((value) => value === 90));
  });
});

describe("a picture on the strip", () => {
  it("is as high as the strip on a screen of two pixels to one, or as large as it is", () => {
    const sizeOf = ({ width, height }: Drawn) => [width, height];
    assert.deepEqual(sizeOf(thumbnailOf(gray(451, 300))), [186, 124]);
    assert.deepEqual(sizeOf(thumbnailOf(gray(300, 451))), [82, 124]);
    assert.deepEqual(sizeOf(thumbnailOf(gray(2000, 100))), [496, 25], "a broad one takes no more room than four");
    assert.deepEqual(sizeOf(thumbnailOf(gray(60, 40))), [60, 40]);
    const picture = gray(448, 448);
    const frame: Frame = {
      kind: "frame",
      picture,
      losses: {},
      octave: 1,
      octaves: 1,
      step: 1,
      steps: 1,
      done: 1,
      total: 1,
    };
    assert.equal(new Film().add(frame, undefined).thumbnail.height, 124);
  });

  it("shows what is fine, as an eye from afar sees it: half of it light is grey", () => {
    const levels = thumbnailOf(gray(1240, 1240, (x) => (x % 2 ? 255 : 0))).pixels;
    assert.ok(levels.every((level) => Math.abs(level - 127.5) < 1));
  });
});
