import assert from "node:assert/strict";
import type { FeatureMaps } from "../../src/shared/inside.ts";
import { verdicts } from "../../src/shared/inside.ts";
import type { Prediction } from "../../src/shared/protocol.ts";
import { colorAt, ember, signedOnDark } from "../../src/shared/colormaps.ts";
import { heldFrom, valueAt } from "../../webview/model/features/held.ts";
import type { Held } from "../../webview/model/features/held.ts";
import { correlation, differenceOf, ordered } from "../../webview/model/features/order.ts";
import { changes } from "../../webview/model/features/prediction-change.ts";
import { fieldWords, seersWords } from "../../webview/model/features/readout.ts";
import { valuesText } from "../../webview/model/features/values-text.ts";
import { channelRange, difference, differenceRange, layerRange } from "../../webview/model/features/scale.ts";
import { fitted } from "../../webview/model/features/tile-label.ts";
import { boxOf, inSight, moved, tileAt, tilingOf } from "../../webview/model/features/tiling.ts";
import { shades, tintPlane, tintValues } from "../../webview/model/features/tint.ts";
import { random } from "./support/random.ts";

/** What an engine would answer for these floats, [C, h, w]; `sent`: the channels whose maps come along. */
function held(maps: readonly (readonly number[])[], sent = maps.map((_, c) => c), rectified = true): Held {
  const of = (each: (values: readonly number[]) => number) => Float32Array.from(maps, each);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const cells = maps[0]?.length ?? 0;
  const low = of((values) => Math.min(...values));
  const high = of((values) => Math.max(...values));
  const answer: FeatureMaps = {
    layer: "conv",
    arrangement: { shape: [maps.length, 1, cells], kind: "maps", remark: "" },
    channels: Int32Array.from(sent),
    bytes: Uint8Array.from(
      sent.flatMap((c) =>
        maps[c]!.map((v) => (high[c]! > low[c]! ? Math.round((255 * (v - low[c]!)) / (high[c]! - low[c]!)) : 0)),
      ),
    ),
    low: Float32Array.from(sent, (c) => low[c]!),
    high: Float32Array.from(sent, (c) => high[c]!),
    statistics: {
      mean: of(mean),
      least: low,
      greatest: high,
      zeros: of((values) => values.filter((v) => v === 0).length / values.length),
      peak: Int32Array.from(maps, (values) => values.indexOf(Math.max(...values))),
      broken: new Int32Array(maps.length),
      verdict: Uint8Array.from(maps, (values) => verdicts.indexOf(values.every((v) => v === 0) ? "dead" : "fine")),
    },
    scale: maps.length ? { low: Math.min(...low), high: Math.max(...high), clipped: false } : undefined,
    rectified,
    bound: undefined,
    ms: 1,
  };
  return heldFrom("key", answer);
}

const maps = [
  [0, 0, 0, 0],
  [1, 2, 3, 4],
  [0, 0, 0, 9],
  [8, 6, 4, 2],
  [2, 4, 6, 8.1],
];

describe("a feature map's values as text", () => {
  it("are numbers as a spreadsheet reads them, however small", () => {
    assert.equal(valuesText(held([[0, -1.25e-9, 0, 0]]), 0), "0\t-1.25e-9\t0\t0");
  });
});

describe("the order of feature maps", () => {
  const all = { shown: "all", chosen: undefined } as const;

  it("is what was asked for, and equals stand by their number", () => {
    const given = held(maps);
    assert.deepEqual(ordered(given, { ...all, sort: "channel" }), [0, 1, 2, 3, 4]);
    assert.deepEqual(ordered(given, { ...all, sort: "most active" }), [4, 3, 1, 2, 0]); // means 5.025, 5, 2.5, 2.25, 0
    assert.deepEqual(ordered(given, { ...all, sort: "sparsest" }).slice(0, 2), [0, 2]);
    assert.deepEqual(ordered(given, { ...all, sort: "most alike", chosen: 1 }).slice(0, 2), [1, 4]);
    assert.equal(
      ordered(given, { ...all, sort: "most alike", chosen: 1 }).indexOf(3),
      3,
      "before the dead, which varies not",
    );
    assert.deepEqual(ordered(given, { ...all, sort: "most active", shown: "dead" }), [0]);
    assert.deepEqual(ordered(given, { ...all, sort: "channel", shown: "alive" }), [1, 2, 3, 4]);
    assert.deepEqual(ordered(given, { ...all, sort: "channel", shown: "saturated" }), []);
  });

  it("lists what says the same as another, at whatever scale, and what is constant", () => {
    const twins = held([[1, 2, 3, 4], [0, 7, 0, 1], [2, 4, 6, 8], [4, 3, 2, 1], [1, 2, 2, 4], [5, 5, 5, 5]]); // prettier-ignore
    assert.deepEqual(ordered(twins, { ...all, sort: "channel", shown: "doubled" }), [0, 2]);
    const { verdict } = twins.statistics;
    verdict[5] = verdicts.indexOf("constant");
    assert.deepEqual(ordered(twins, { ...all, sort: "channel", shown: "constant" }), [5]);
    assert.deepEqual(ordered(held(maps, []), { ...all, sort: "channel", shown: "doubled" }), [], "not without maps");
  });

  it("goes by magnitude where signs would cancel", () => {
    const given = held([[-5, 5], [1, 1.5], [-7, 0]], undefined, false); // prettier-ignore
    assert.deepEqual(ordered(given, { ...all, sort: "most active" }), [2, 0, 1]);
  });

  it("puts first what differs most", () => {
    const other = held([maps[0]!, [1, 2, 3, 14], [9, 0, 0, 0], maps[3]!, maps[4]!]);
    const given = held(maps);
    assert.deepEqual(ordered(given, { ...all, sort: "most different", other }), [2, 1, 0, 3, 4]);
    assert.ok(Math.abs(differenceOf(given, other, 2) - 4.5) < 0.02, "the means are the same, the places are not");
    const unknown = held(maps, []);
    assert.ok(differenceOf(unknown, other, 1) <= differenceOf(given, other, 1) + 0.02, "from the means: no greater");
  });

  it("correlates as the floats do, to the precision of bytes", () => {
    const [x, y] = [random(1, 200), random(2, 200)].map((values) => Array.from(values));
    const mixed = x!.map((value, i) => 0.6 * value + 0.4 * y![i]!);
    const pearson = (a: readonly number[], b: readonly number[]) => {
      const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const [ma, mb] = [mean(a), mean(b)];
      const product = (u: readonly number[], mu: number, v: readonly number[], mv: number) =>
        u.reduce((sum, value, i) => sum + (value - mu) * (v[i]! - mv), 0);
      return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
    };
    const planes = held([x!, mixed, x!.map((value) => -3 * value + 7)]).planes;
    assert.ok(Math.abs(correlation(planes.get(0)!, planes.get(1)!)! - pearson(x!, mixed)) < 0.01);
    assert.ok(Math.abs(correlation(planes.get(0)!, planes.get(2)!)! + 1) < 1e-3, "turned around");
  });
});

describe("the colours of feature maps", () => {
  it("span the layer, the channel, both photos, or zero's both sides", () => {
    const given = held([[0, 4], [-2, 1]]); // prettier-ignore
    const other = held([[0, 9], [0, 0]]); // prettier-ignore
    const ends = ({ low, high }: { readonly low: number; readonly high: number }) => [low, high];
    assert.deepEqual(ends(layerRange([given], false)), [-2, 4]);
    assert.deepEqual(ends(layerRange([given, other], false)), [-2, 9]);
    assert.deepEqual(ends(layerRange([given], true)), [-4, 4]);
    assert.deepEqual(ends(channelRange([given], 1, false)), [-2, 1]);
    assert.deepEqual(ends(differenceRange(given, other, [0, 1])), [-5, 5]);
    assert.deepEqual(Array.from(difference(given, other, 0)!), [0, 5]);
    assert.deepEqual(ends(layerRange([held([])], false)), [0, 0]);
  });

  it("end where the engine says that a layer's do, and tell what lies beyond", () => {
    const given = { ...held([[0, 4], [0, 90]]), scale: { low: 0, high: 12, clipped: true } }; // prettier-ignore
    const other = { ...held([[0, 20], [0, 15]]), scale: { low: 0, high: 20, clipped: false } }; // prettier-ignore
    assert.deepEqual(layerRange([given], false), { low: 0, high: 12, clipped: true });
    assert.deepEqual(layerRange([given], true), { low: -12, high: 12, clipped: true });
    assert.deepEqual(layerRange([given, other], false), { low: 0, high: 20, clipped: true });
    assert.deepEqual(layerRange([other], false), { low: 0, high: 20, clipped: false });
    const higher = { ...held([[0, 4], [0, 90]]), scale: { low: 0, high: 100, clipped: false } }; // prettier-ignore
    assert.equal(layerRange([given, higher], false).clipped, false, "both are within what both span");
  });

  it("are the colour map's at every value", () => {
    const given = held([[0, 1, 2, 10]]);
    const range = { low: 0, high: 20, clipped: false };
    const plane = given.planes.get(0)!;
    const rgb = (pixels: Uint32Array, i: number) => [
      ...new Uint8ClampedArray(pixels.buffer).subarray(i * 4, i * 4 + 3),
    ];
    const pixels = tintPlane(plane, range, false, shades(false, true));
    for (let i = 0; i < 4; i++)
      assert.deepEqual(rgb(pixels, i), [...colorAt(ember, Math.round((255 * valueAt(plane, i)) / 20))]);
    const signed = tintValues(Float32Array.of(-3, 3), { low: -3, high: 3, clipped: false }, true, shades(true, true));
    assert.deepEqual(rgb(signed, 0), [...colorAt(signedOnDark, 0)]);
    assert.deepEqual(rgb(signed, 1), [...colorAt(signedOnDark, 255)]);
    const nothing = tintValues(Float32Array.of(0), { low: 0, high: 0, clipped: false }, true, shades(true, true));
    assert.deepEqual(rgb(nothing, 0), [...colorAt(signedOnDark, 128)], "zero is in the middle");
  });

  it("keep the maps of earlier pages", () => {
    const first = held(maps, [0, 1]);
    const answer = { ...first, channels: Int32Array.of(3), bytes: Uint8Array.of(255, 0, 0, 0), low: Float32Array.of(0), high: Float32Array.of(8), ms: 1 }; // prettier-ignore
    const both = heldFrom("key", answer, first);
    assert.deepEqual([...both.planes.keys()], [0, 1, 3]);
    assert.equal(both.planes.get(1), first.planes.get(1), "the very same, so that it is not painted anew");
    assert.equal(valueAt(both.planes.get(3)!, 0), 8);
  });
});

describe("the grid of feature maps", () => {
  it("shortens what is wrong with a channel where its tile is too narrow, never the channel's number", () => {
    const within = (letters: number) => fitted("nearly dead 30", (text) => text.length <= letters);
    assert.deepEqual([14, 13, 10, 9, 5, 4].map(within), [
      "nearly dead 30",
      "nearly de… 30",
      "nearly… 30",
      "nearl… 30",
      "n… 30",
      "30",
    ]);
    assert.equal(
      fitted("1023", () => false),
      "1023",
    );
  });

  it("has a place for every tile, and finds every tile at its place", () => {
    for (const [count, place] of [
      [1, 500],
      [7, 300],
      [2048, 611],
      [10000, 95],
      [5, 20],
    ] as const) {
      const tiling = tilingOf(count, place, 72, { ratio: 0.75 });
      for (let i = 0; i < count; i += Math.max(1, Math.floor(count / 50))) {
        const { x, y, width, height } = boxOf(tiling, i);
        assert.ok(x >= 0 && x + width <= place + 1e-6, "within its place");
        assert.equal(tileAt(tiling, x + width / 2, y + height / 2), i);
        assert.equal(tileAt(tiling, x + width + 3, y + height / 2), undefined, "nothing between two");
      }
      const last = boxOf(tiling, count - 1);
      assert.ok(Math.abs(last.y + last.height - tiling.total) < 1e-6);
      assert.equal(tileAt(tiling, place / 2, tiling.total + 20), undefined);
    }
  });

  it("draws the tiles in sight, and none that is not", () => {
    const tiling = tilingOf(2048, 600, 72, { ratio: 1 });
    for (const top of [0, 10, 999, tiling.total - 400]) {
      const [first, last] = inSight(tiling, top, 400);
      for (let i = 0; i < 2048; i++) {
        const { y, height } = boxOf(tiling, i);
        const seen = y < top + 400 && y + height > top;
        if (seen) assert.ok(i >= first && i < last, `${i} is in sight at ${top}`);
      }
      assert.ok(last - first <= tiling.columns * (Math.ceil(400 / tiling.height) + 2));
    }
    assert.deepEqual(inSight(tilingOf(0, 600, 72, { ratio: 1 }), 0, 400), [0, 0]);
  });

  it("is walked with the keys, and never left", () => {
    const tiling = tilingOf(10, 300, 72, { ratio: 1 }); // 3 columns: 0 1 2 / 3 4 5 / 6 7 8 / 9
    assert.equal(tiling.columns, 3);
    const to = (from: number, key: string) => moved(tiling, from, key, 2);
    assert.deepEqual(
      ["ArrowRight", "ArrowDown", "Home", "End", "PageDown"].map((key) => to(1, key)),
      [2, 4, 0, 9, 7],
    );
    assert.equal(to(0, "ArrowLeft"), 0);
    assert.equal(to(2, "ArrowUp"), 2);
    assert.equal(to(8, "ArrowDown"), 9, "the last row is shorter");
    assert.equal(to(9, "ArrowDown"), 9);
    assert.equal(to(4, "a"), undefined);
  });
});

describe("the words under the maps", () => {
  const rectangle = (top: number, left: number, bottom: number, right: number) => ({ top, left, bottom, right });

  it("say what a place sees, and what of it lies beyond the border", () => {
    const inside = rectangle(3, 4, 14, 15);
    assert.equal(fieldWords({ whole: inside, clipped: inside }), "sees 11 × 11 pixels: rows 3–13, columns 4–14");
    assert.equal(
      fieldWords({ whole: rectangle(-5, 4, 6, 15), clipped: rectangle(0, 4, 6, 15) }),
      "sees 6 × 11 pixels of 11 × 11, the rest is beyond the border: rows 0–5, columns 4–14",
    );
    assert.match(fieldWords({ whole: rectangle(-9, 0, -2, 5), clipped: rectangle(0, 0, 0, 5) }), /only padding/);
    assert.equal(fieldWords("none"), "sees nothing of the photo");
    const why = "where Magic looks in its input is not known";
    assert.equal(fieldWords({ why }), `what it sees is not known: ${why}`);
    assert.equal(seersWords([7, 8], { why }), `Pixel 7, 8: who sees it is not known: ${why}`);
    assert.equal(seersWords([7, 8], rectangle(1, 2, 2, 5)), "Pixel 7, 8 is seen by 1 × 3 places: rows 1, columns 2–4");
    assert.match(seersWords([7, 8], "none"), /no place/);
  });

  it("say how a brush changed the prediction", () => {
    const of = (...shares: number[]) =>
      ({
        top: shares
          .map((probability, index) => ({ index, label: `c${index}`, probability, score: probability }))
          .sort((a, b) => b.probability - a.probability),
        probabilities: Float32Array.from(shares),
      }) as unknown as Prediction; // the two fields that are read
    const rows = changes(of(0.5, 0.3, 0.1, 0.1), of(0.125, 0.3, 0.475, 0.1));
    assert.deepEqual(
      rows.map(({ label, change }) => [label, change]),
      [["c2", "+37.5"], ["c1", "±0"], ["c0", "−37.5"], ["c3", "±0"]], // prettier-ignore
    );
  });
});
