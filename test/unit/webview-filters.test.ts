import assert from "node:assert/strict";
import { kindWords, scaleWords, usualScale } from "../../src/shared/filter-words.ts";
import type { FilterCard } from "../../src/shared/inside.ts";
import type { Quantized } from "../../src/shared/updates.ts";
import { matrixAt, matrixRaster, partOf, placeText } from "../../webview/model/filters/matrix.ts";
import { alike, orderOf } from "../../webview/model/filters/order.ts";
import { shadeOf, spanOf } from "../../webview/model/filters/shades.ts";
import { cornerOf, rasterOf, tileAt, tilesOf, tilesOfCard, tilingOf } from "../../webview/model/filters/tiles.ts";
import { filterWords, verdictWords } from "../../webview/model/filters/words.ts";

const quantized = (shape: readonly number[], bytes: readonly number[], high = 1): Quantized => ({
  shape,
  low: -high,
  high,
  bytes: Uint8Array.from(bytes),
  broken: 0,
});
const rgb = (pixel: number) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
const luminous = (pixel: number) => rgb(pixel).reduce((sum, channel) => sum + channel, 0);

const card: FilterCard = {
  layer: "conv",
  weight: "conv.weight",
  shape: [4, 3, 3, 3],
  groups: 1,
  kind: "color",
  pictures: quantized([4, 1, 1, 3], [0, 128, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
  norms: Float32Array.of(1, 0, 5, 2),
  roughness: Float32Array.of(0.5, NaN, 0.1, 0.7),
  verdict: "smooth",
  median: 0.5,
  threshold: 0.69,
  dead: [1],
  duplicates: [{ a: 0, b: 3, cosine: 0.9995 }],
  allCompared: true,
};

describe("the pictures of filters", () => {
  it("have one scale around zero: equal weights of either sign are equally strong", () => {
    const span = spanOf({ low: -0.2, high: 0.6 });
    assert.deepEqual(span, { low: -0.6, high: 0.6, signed: true });
    assert.deepEqual(spanOf({ low: 0, high: 2 }), { low: 0, high: 2, signed: false });
    const [zero, plus, minus] = [0, 0.6, -0.6].map((value) => luminous(shadeOf(value, span, true)));
    assert.ok(zero! < 60 && plus! > 300 && minus! > 300, `${zero}, ${plus}, ${minus}`);
    assert.notEqual(shadeOf(0.6, span, true), shadeOf(-0.6, span, true));
    assert.ok(luminous(shadeOf(0, span, false)) > 700, "on a light page, nothing is light");
  });

  it("are in colour in the first layer: zero is the middle grey", () => {
    const tiles = tilesOf(card.pictures, true);
    assert.deepEqual(rgb(tiles.shade(0, 0, 0)), [0, 128, 255]);
    assert.deepEqual(
      tiles.values(0, 0, 0).map((value) => Math.round(value * 100)),
      [-100, 0, 100],
    );
  });

  it("stand where the pointer finds them, cell by cell", () => {
    const tiles = tilesOf(
      quantized(
        [70, 3, 2],
        Array.from({ length: 420 }, (_, i) => i % 256),
      ),
      true,
    );
    const tiling = tilingOf(tiles, 400);
    const order = Array.from({ length: 70 }, (_, i) => 69 - i);
    const raster = rasterOf(tiles, tiling, order);
    assert.ok(tiling.width <= 400);
    let found = 0;
    for (let y = 0; y < raster.height; y++)
      for (let x = 0; x < raster.width; x++) {
        const place = tileAt(tiling, 70, x, y);
        const pixel = raster.pixels[y * raster.width + x]!;
        if (!place) assert.equal(pixel, 0, `between tiles at ${x}, ${y}`);
        else {
          found++;
          assert.equal(pixel, tiles.shade(order[place.slot]!, place.row, place.column), `${x}, ${y}`);
        }
      }
    assert.equal(found, 70 * tiling.tileWidth * tiling.tileHeight);
    assert.equal(tileAt(tiling, 70, ...([raster.width + 1, 0] as const)), undefined);
    assert.deepEqual(cornerOf(tiling, 0), [0, 0]);
  });

  it("fit into a canvas, of ten thousand channels too", () => {
    const tiling = tilingOf({ count: 10_000, rows: 3, columns: 3 }, 320);
    assert.ok(tiling.height < 16_384, `${tiling.height}`);
    assert.ok(tiling.width <= 320);
    assert.equal(tilingOf({ count: 4, rows: 63, columns: 63 }, 300).cell, 1, "a large kernel is drawn whole");
  });
});

describe("the scale of filters", () => {
  const reach = Float32Array.of(2, 1e-9, 0.1, 0.5);
  const own = { pictures: quantized([4, 1, 1, 3], [0, 128, 255, 0, 0, 255, 255, 0, 0, 64, 0, 255]), reach };
  const weak: FilterCard = { ...card, pictures: quantized([4, 1, 1, 3], Array<number>(12).fill(128), 2), own };

  it("is each one's own for colours of which some are more than ten times as strong, dead ones aside", () => {
    assert.equal(usualScale({ ...card, norms: Float32Array.of(1, 0, 5, 2) }), "all");
    assert.equal(usualScale({ ...card, norms: Float32Array.of(1, 0, 11, 2) }), "each");
    assert.equal(usualScale({ ...card, norms: Float32Array.of(1, 0, 11, 2), kind: "deep" }), "all");
  });

  it("leaves a weak filter its colours where it is its own, and tells its weights", () => {
    const [all, each] = (["all", "each"] as const).map((scale) => tilesOfCard(weak, scale, true));
    assert.deepEqual(
      rgb(all!.shade(2, 0, 0)),
      [128, 128, 128],
      "nothing beside a filter that is twenty times as strong",
    );
    assert.deepEqual(rgb(each!.shade(2, 0, 0)), [255, 0, 0]);
    assert.deepEqual(
      each!.values(2, 0, 0).map((value) => Number(value.toFixed(3))),
      [0.1, -0.1, -0.1],
    );
    assert.equal(tilesOfCard(card, "each", true).values(0, 0, 0)[2], 1, "one scale where there is no other");
  });

  it("is told, without the dead ones' next to nothing", () => {
    assert.equal(scaleWords(weak, "all", String), "one scale: -2 to 2");
    const figure = (value: number) => value.toFixed(1);
    const told = "each its own scale: minus to plus its greatest weight, 0.1 to 2.0";
    assert.equal(scaleWords(weak, "each", figure), told);
    assert.match(scaleWords({ ...weak, kind: "deep" }, "each", figure), /: 0 to its greatest norm, 0\.1 to 2\.0$/);
    const allDead = { ...weak, dead: Array.from(weak.norms.keys()) };
    assert.equal(scaleWords(allDead, "each", figure), "each its own scale: minus to plus its greatest weight");
  });
});

describe("a matrix of weights", () => {
  const picture = quantized([2, 3], [0, 10, 20, 30, 40, 255]);
  it("is read where it is drawn, sorted or not", () => {
    const raster = matrixRaster(picture, [1, 0], true);
    const place = matrixAt(picture, [2, 3], [1, 0], 0.9, 0.1);
    assert.deepEqual(place && [place.outputs, place.inputs, place.value], [[1, 1], [2, 2], 1]);
    assert.equal(raster.pixels[2], shadeOf(1, spanOf(picture), true));
    assert.equal(matrixAt(picture, [2, 3], [0, 1], 1, 0.5), undefined);
    assert.equal(placeText(place!), "output 1, input 2");
  });

  it("tells which weights a cell stands for: each of them in one cell", () => {
    for (const [cells, all] of [
      [512, 1000],
      [512, 513],
      [3, 7],
      [512, 4096],
    ] as const) {
      // The engine puts number n into cell ⌊n · cells / all⌋.
      for (let n = 0; n < all; n++) {
        const [from, to] = partOf(Math.floor((n * cells) / all), cells, all);
        assert.ok(from <= n && n <= to, `${n} of ${all} in ${from} to ${to}`);
      }
      const covered = Array.from({ length: cells }, (_, i) => partOf(i, cells, all));
      assert.equal(
        covered.reduce((sum, [from, to]) => sum + to - from + 1, 0),
        all,
      );
    }
  });
});

describe("the words on filters", () => {
  it("sort by norm and roughness, what is not known last", () => {
    assert.deepEqual(orderOf(card, "channel"), [0, 1, 2, 3]);
    assert.deepEqual(orderOf(card, "norm"), [2, 3, 0, 1]);
    assert.deepEqual(orderOf(card, "roughness"), [3, 0, 2, 1]);
  });

  it("tell the verdict with its number and threshold", () => {
    const words = verdictWords(card);
    assert.equal(words.level, "good");
    assert.equal(
      words.why,
      "Half of the filters have at most 50.0\u00a0% of their energy in the upper half of the frequencies; below 69.0\u00a0% counts as smooth.",
    );
    const noisy = verdictWords({ ...card, verdict: "noisy", median: 0.76 });
    assert.deepEqual([noisy.verdict, noisy.level], ["noisy", "warning"]);
    assert.match(noisy.why, /have at least 76\.0\u00a0% of .*; only below 69\.0\u00a0% counts as smooth\./);
    assert.equal(verdictWords({ ...card, verdict: "too few to tell" }).verdict, "too few to tell");
    const small = verdictWords({
      ...card,
      shape: [4, 3, 1, 1],
      verdict: "too small to tell",
      median: NaN,
      threshold: NaN,
    });
    assert.match(small.why, /1 × 1/);
    assert.doesNotMatch(small.why, /NaN/);
  });

  it("mark what is dead or doubled", () => {
    const like = alike(card);
    assert.deepEqual(
      [...like],
      [
        [0, [3]],
        [3, [0]],
      ],
    );
    assert.equal(filterWords(card, 1), "Filter 1: norm 0, dead");
    assert.equal(filterWords(card, 0, like.get(0)), "Filter 0: norm 1, roughness 0.5, points the same way as 3");
    assert.match(kindWords({ ...card, kind: "deep", groups: 2 }), /of their group \(2 groups\)/);
    assert.match(
      kindWords({ ...card, kind: "deep" }),
      /over 3 channels: each place shows the norm of its weights over the 3 channels\.$/,
    );
    const order = (guessed: boolean) => kindWords({ ...card, colors: { order: "BGR", guessed } });
    assert.match(order(true), /the picture's colours, read as blue, green, red \(a guess\): middle grey/);
    assert.match(order(false), /read as blue, green, red: middle grey/);
  });
});
