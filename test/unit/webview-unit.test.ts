import assert from "node:assert/strict";
import type { FeatureMaps } from "../../src/shared/inside.ts";
import { barsOf } from "../../webview/model/unit/bars.ts";
import { channelMap, mapRaster, valueAt } from "../../webview/model/unit/channel-map.ts";
import { firstOf, strongestOf } from "../../webview/model/unit/chosen-unit.ts";
import { placeWords, remainderName, sumWords } from "../../webview/model/unit/made-words.ts";
import { Trail } from "../../webview/model/unit/trail.ts";

const none = new Float32Array();
const statistics = {
  mean: none,
  least: none,
  greatest: Float32Array.of(1, NaN, 7, 3),
  zeros: none,
  peak: new Int32Array(),
  broken: new Int32Array(),
  verdict: new Uint8Array(),
};
const maps: FeatureMaps = {
  layer: "conv",
  arrangement: { shape: [4, 2, 3], kind: "maps", remark: "" },
  channels: Int32Array.of(3, 1),
  bytes: Uint8Array.of(0, 51, 102, 153, 204, 255, 0, 255, 0, 255, 0, 255),
  low: Float32Array.of(0, -1),
  high: Float32Array.of(5, 3),
  statistics,
  scale: { low: 0, high: 7, clipped: false },
  rectified: true,
  bound: undefined,
  ms: 1,
};

describe("one unit", () => {
  it("reads its map by the channel's own range", () => {
    const map = channelMap(maps, 3)!;
    assert.deepEqual(
      [...map.values].map((value) => Math.round(value * 100) / 100),
      [0, 1, 2, 3, 4, 5],
    );
    assert.equal(valueAt(map, [1, 2]), 5);
    assert.ok(Number.isNaN(valueAt(map, [2, 0])));
    assert.deepEqual(channelMap(maps, 1)!.span, { low: -3, high: 3, signed: true });
    assert.equal(channelMap(maps, 0), undefined, "it was not sent");
    assert.equal(strongestOf(maps), 2);
  });

  it("is the one that the feature maps show first, until another is chosen", () => {
    const known = {
      ...maps,
      statistics: {
        ...statistics,
        mean: Float32Array.of(1, 3, 2, 0),
        least: new Float32Array(4),
        greatest: Float32Array.of(1, 4, 7, 0),
        zeros: Float32Array.of(0, 0.2, 0.9, 1),
        verdict: Uint8Array.of(0, 0, 0, 1),
      },
    };
    const first = (
      sort: Parameters<typeof firstOf>[1]["sort"],
      shown: Parameters<typeof firstOf>[1]["shown"] = "all",
    ) => firstOf(known, { sort, shown });
    assert.deepEqual([first("channel"), first("most active"), first("sparsest")], [0, 1, 3]);
    assert.equal(first("most active", "dead"), 3);
    assert.equal(first("most alike"), 1);
    assert.equal(first("most active", "saturated"), 2, "where none is shown, the strongest");
  });

  it("takes the way up again where it was left", () => {
    const way = [{ layer: "a", channel: 1, place: undefined }, { layer: "b", channel: 2, place: [0, 1] as const }]; // prettier-ignore
    const trail = new Trail(way);
    trail.arrive({ layer: "b", channel: 2, place: [0, 1] });
    assert.equal(trail.units, way);
    trail.arrive({ layer: "c", channel: 0, place: undefined });
    assert.equal(trail.units.length, 1);
  });

  it("draws padding clear, and zeros between", () => {
    const map = channelMap(maps, 3)!;
    const plain = mapRaster(map, true);
    assert.deepEqual([plain.width, plain.height], [3, 2]);
    const apart = mapRaster(map, true, [1, 2, 3, 4], [2, 3]);
    assert.deepEqual([apart.width, apart.height], [2 + 7 + 4, 1 + 3 + 3]);
    const at = (x: number, y: number) => apart.pixels[y * apart.width + x];
    assert.equal(at(0, 0), 0);
    assert.equal(at(12, 6), 0);
    assert.equal(at(2 + 6, 1 + 2), plain.pixels[5]);
    assert.equal(at(2 + 1, 1), plain.pixels[0], "between them is the colour of zero");
  });

  it("is made of lines that add up to its value", () => {
    const channels = [5, -3, 2, 1].map((contribution, channel) => ({ channel, contribution, place: [0, 0] as const }));
    const sources = [
      { layer: "a", isInput: false, total: 9, channels, placeless: 0 },
      { layer: "x", isInput: true, total: 2, channels: [{ channel: 0, contribution: 2, place: [1, 1] as const }], placeless: 0 }, // prettier-ignore
    ];
    const made = { value: 10.5, activated: true, remainder: -0.5, linear: true, sources };
    for (const most of [0, 2, 10]) {
      const bars = barsOf(made, most);
      const sum = bars.reduce((total, { contribution }) => total + contribution, 0);
      assert.ok(Math.abs(sum - 10.5) < 1e-9, `${most}: ${sum}`);
      assert.equal(bars.at(-1)?.kind, "remainder");
      assert.ok(bars.every(({ share }) => Math.abs(share) <= 1));
    }
    const two = barsOf(made, 2);
    assert.deepEqual(
      two.map(({ kind, contribution, share, cut }) => [kind, contribution, share, cut]),
      [
        ["channel", 5, 1, false],
        ["channel", -3, -0.6, false],
        ["others", 7, 1, true],
        ["channel", 2, 0.4, false],
        ["remainder", -0.5, -0.1, false],
      ],
    );
  });

  it("is said to have a bias, or an activation, only where it has one", () => {
    const made = { value: 31.6, activated: false, remainder: -31.6, linear: false, sources: [] };
    assert.match(sumWords(made), /^31\.6 = 63\.2 from what comes before it − 31\.6 that no sum of terms explains, /);
    assert.equal(remainderName(made), "what no sum explains");
    const linear = { ...made, activated: true, linear: true };
    assert.match(
      sumWords(linear),
      /^31\.6 before its activation = 63\.2 from what comes before it − 31\.6 of bias and constants\. /,
    );
    assert.equal(remainderName(linear), "bias");
  });

  it("says which token of a channel it is made of where that is at no place of the picture", () => {
    const named = (placeless: number, place?: readonly [number, number]) => {
      const channels = [{ channel: 7, contribution: 1, place }];
      const sources = [{ layer: "norm", isInput: false, total: 1, channels, placeless }];
      return placeWords(barsOf({ value: 1, activated: false, remainder: 0, linear: true, sources }, 1)[0]!);
    };
    assert.equal(named(1), " at the class token");
    assert.equal(named(1, [2, 3]), " at 2, 3");
    assert.equal(named(5), " at a token without a place");
    assert.equal(named(0), "");
  });

  it("remembers the way back through the layers", () => {
    const trail = new Trail();
    const unit = (layer: string, channel: number, place?: readonly [number, number]) => ({ layer, channel, place });
    trail.arrive(unit("c", 1));
    trail.arrive(unit("c", 1, [2, 3]));
    assert.equal(trail.units.length, 1, "another place of the same channel is no step");
    for (const next of [unit("b", 4, [5, 6]), unit("a", 7)]) {
      trail.follow(next);
      trail.arrive(next);
    }
    assert.deepEqual(
      trail.units.map(({ layer }) => layer),
      ["c", "b", "a"],
    );
    assert.deepEqual(trail.back(1), unit("b", 4, [5, 6]));
    trail.arrive(unit("b", 4, [5, 6]));
    assert.deepEqual(
      trail.units.map(({ layer }) => layer),
      ["c", "b"],
    );
    assert.equal(trail.back(5), undefined);
    trail.arrive(unit("b", 5));
    assert.deepEqual(trail.units, [unit("b", 5)], "whoever chooses another channel begins anew");
  });
});
