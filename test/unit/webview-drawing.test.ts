import assert from "node:assert/strict";
import type { Heatmap, Quantized } from "../../src/shared/updates.ts";
import { scaleWords } from "../../webview/explain/scale-words.ts";
import { colorAt, ember, lightnessOf, signedOnDark, signedOnLight } from "../../src/shared/colormaps.ts";
import { paintHeatmap } from "../../webview/shared/paint.ts";
import { at, enlarged, level, rangeOf } from "../../webview/shared/quantized.ts";
import { everything, panned, revealing, toPane, toPicture, zoomed } from "../../webview/shared/viewport.ts";
import type { Point } from "../../webview/shared/viewport.ts";

const map = (shape: readonly number[], bytes: readonly number[], low = 0, high = 1): Quantized => ({
  shape,
  low,
  high,
  bytes: Uint8Array.from(bytes),
  broken: 0,
});
const heatmap = (values: Quantized, rest: Partial<Heatmap<Quantized>> = {}): Heatmap<Quantized> => ({
  kind: "heatmap",
  key: "map",
  title: "Map",
  values,
  signed: false,
  draw: "cells",
  unit: "",
  ...rest,
});

describe("colour maps", () => {
  it("grow brighter by the same amount with every step", () => {
    for (let i = 0; i < 255 - 15; i++) {
      // Over 15 steps, since a screen's 256 levels round a single one.
      const growth = lightnessOf(colorAt(ember, i + 15)) - lightnessOf(colorAt(ember, i));
      assert.ok(Math.abs(growth - (0.92 * 15) / 255) < 0.008, `from ${i} it grows by ${growth}`);
    }
  });

  it("are as bright for a value as for its opposite, and differ in hue", () => {
    for (const colors of [signedOnDark, signedOnLight])
      for (const i of [0, 32, 64, 96, 120]) {
        const [against, favour] = [colorAt(colors, i), colorAt(colors, 255 - i)];
        assert.ok(Math.abs(lightnessOf(against) - lightnessOf(favour)) < 0.012);
        assert.ok(against[2] > favour[2] && favour[0] > against[0], `blue against, orange in favour at ${i}`);
      }
  });

  it("have nothing in the middle: black on dark themes, white on light ones", () => {
    assert.ok(colorAt(signedOnDark, 128).every((c) => c < 30));
    assert.ok(colorAt(signedOnLight, 128).every((c) => c > 240));
  });
});

describe("values of a map", () => {
  const values = map([2, 2], [0, 255, 255, 0], -1, 3);

  it("come back from their bytes", () => {
    assert.equal(at(values, 0, 0), -1);
    assert.equal(at(values, 0, 1), 3);
  });

  it("are mixed between the cells' centres and held beyond the outer ones", () => {
    const places = enlarged(values, 3);
    const row = (y: number) => [...places.slice(y * 6, y * 6 + 6)].map((value) => Number(value.toFixed(6)));
    assert.deepEqual(row(0), [-1, -1, 0.333333, 1.666667, 3, 3]);
    assert.deepEqual(row(1), row(0));
    assert.deepEqual(row(2), [0.333333, 0.333333, 0.777778, 1.222222, 1.666667, 1.666667]);
    assert.deepEqual(row(5), row(0).toReversed());
    assert.deepEqual([...enlarged(values, 1)], [-1, 3, 3, -1]);
  });

  it("span a scale around zero where they have a sign", () => {
    assert.deepEqual(rangeOf(heatmap(values, { signed: true })), { low: -3, high: 3, clipped: false });
    assert.deepEqual(rangeOf(heatmap(values)), { low: -1, high: 3, clipped: false });
  });

  it("say where stronger ones are known only as the scale's end", () => {
    const { clipped, ...range } = rangeOf(heatmap(values, { percentile: 99 }));
    assert.equal(clipped, true);
    assert.equal(level(5, { ...range, clipped }), 255);
    assert.deepEqual(scaleWords(heatmap(values, { percentile: 99, signed: true, unit: "score" })), {
      low: "≤ −3 against",
      high: "≥ 3 in favour",
      unit: "score · the strongest 1\u00a0% as strong as the scale’s end",
    });
    assert.deepEqual(scaleWords(heatmap(values)), { low: "−1", high: "3", unit: "" });
  });

  it("are drawn in the middle of the scale when all are zero and have a sign", () => {
    const { rgba } = paintHeatmap(
      heatmap(map([1, 1], [0], 0, 0), { signed: true }),
      { low: 0, high: 0, clipped: false },
      false,
    );
    assert.deepEqual([...rgba.slice(0, 3)], [...colorAt(signedOnLight, 128)]);
  });

  it("become the colours of their place on the scale, row by row", () => {
    const painted = paintHeatmap(heatmap(map([1, 2], [0, 255])), { low: 0, high: 1, clipped: false }, true);
    assert.deepEqual([painted.width, painted.height], [2, 1]);
    assert.deepEqual([...painted.rgba.slice(0, 3)], [...colorAt(ember, 0)]);
    assert.deepEqual([...painted.rgba.slice(4, 7)], [...colorAt(ember, 255)]);
  });
});

describe("the viewport", () => {
  const close = (a: Point, b: Point) =>
    a.forEach((x, i) => assert.ok(Math.abs(x - b[i]!) < 1e-9, `${a.join()} is not ${b.join()}`));

  it("keeps the place under the pointer where it is while zooming", () => {
    const start = zoomed(everything, 4, [0.3, 0.6]);
    const place = toPicture(start, [0.4, 0.5]);
    close(toPane(zoomed(start, 2, [0.4, 0.5]), place), [0.4, 0.5]);
  });

  it("never shows what is beyond the picture", () => {
    const corner = panned(zoomed(everything, 2), [5, 5]);
    close(toPicture(corner, [0, 0]), [0, 0]);
    assert.deepEqual(zoomed(corner, 0.01), everything);
  });

  it("moves as little as brings a place into view", () => {
    const closeUp = zoomed(everything, 4);
    assert.deepEqual(revealing(closeUp, [0.5, 0.5]), closeUp);
    close(toPane(revealing(closeUp, [0.9, 0.5]), [0.9, 0.5]), [1, 0.5]);
  });
});
