import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { told } from "../../unit/support/told.ts";
import { featuresIn, unaborted, layer } from "./features-page.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";

interface Line {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

describe("what places of feature maps see, in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);
  const { drawn, text, says, cellAt } = featuresIn(views);

  /** How much of a line, its ends in cells of a picture, is light in the marks over it: of the photo, or of pane 0, the map. */
  const drawnAlong = (page: Page, { x, y }: Line, pane = 1) =>
    page.evaluate<number>(`(() => {
      const [picture, marks] = [...document.querySelectorAll(".pane-frame")].filter((e) => e.offsetParent)[${pane}].children;
      const scale = picture.width / ${pane ? 224 : 55}, margin = (marks.width - picture.width) / 2, steps = 200;
      const at = (from, to, i) => Math.round(margin + (from + ((to - from) * (i + 0.5)) / steps) * scale);
      let light = 0;
      for (let i = 0; i < steps; i++) {
        const [x, y] = [at(${x.join()}, i), at(${y.join()}, i)];
        const { data } = marks.getContext("2d").getImageData(${x[0] === x[1] ? "x - 1, y, 3, 1" : "x, y - 1, 1, 3"});
        if (data.some((value, k) => k % 4 < 3 && value > 100)) light++;
      }
      return light / steps;
    })()`);

  it("outlines what a place sees on the photo, and who sees a pixel on the map", async () => {
    const { handlers } = views().host;
    const page = await drawn();
    await page.mouse.move(...(await cellAt(page, 0, [0.5 / 55, 54.5 / 55])));
    const field = told(await handlers.fieldOf({ layer, place: [54, 0] }, unaborted));
    const { top, bottom, left, right } = field.clipped;
    await says(
      page,
      ".about-place",
      new RegExp(`row 54, column 0:.*rows ${top}–${bottom - 1}, columns ${left}–${right - 1}`),
    );
    await page.mouse.click(...(await cellAt(page, 1, [100.5 / 224, 50.5 / 224])));
    await says(page, ".about-place", /^Channel.*Pixel \d+, \d+ is seen by .* columns/);
    const pixel = /Pixel (\d+), (\d+)/
      .exec(await text(page, ".about-place"))!
      .slice(1)
      .map(Number) as [number, number];
    assert.ok(Math.abs(pixel[0] - 50) <= 1 && Math.abs(pixel[1] - 100) <= 1, `a click hits a pixel (${pixel.join()})`);
    const seers = told(await handlers.seenBy({ layer, pixel }, unaborted));
    const words = `Pixel ${pixel.join(", ")} is seen by .* rows ${seers.top}–${seers.bottom - 1}, columns ${seers.left}–${seers.right - 1}`;
    await says(page, ".about-place", new RegExp(words));
    await page.mouse.move(10, 500);
    await says(page, ".about-place", new RegExp(words)); // pinned
    // The outline itself: light, on the field's lower edge, where the photo is not.
    await page.mouse.move(...(await cellAt(page, 0, [27.5 / 55, 27.5 / 55])));
    const { clipped } = told(await handlers.fieldOf({ layer, place: [27, 27] }, unaborted));
    await says(page, ".about-place", new RegExp(`row 27, column 27:.*rows ${clipped.top}–`));
    const lower = { x: [clipped.left, clipped.right], y: [clipped.bottom, clipped.bottom] } as const;
    assert.ok((await drawnAlong(page, lower)) > 0.95, "an outline there");
  });

  it("says why it is not known what a place sees, and who sees a pixel", async () => {
    const why = "where Magic looks in its input is not known";
    const unknown = () => Promise.resolve({ why });
    const page = await drawn({}, { answers: { fieldOf: unknown, seenBy: unknown } });
    await page.mouse.move(...(await cellAt(page, 0, [0.5 / 55, 54.5 / 55])));
    await says(page, ".about-place", new RegExp(`row 54, column 0: .*; what it sees is not known: ${why}`));
    await page.mouse.click(...(await cellAt(page, 1, [100.5 / 224, 50.5 / 224])));
    await says(page, ".about-place", new RegExp(`Pixel \\d+, \\d+: who sees it is not known: ${why}`));
  });

  it("outlines all four sides of what a corner sees, dashed where it goes on beyond the border", async () => {
    const page = await drawn({ channel: 46, place: [0, 0] });
    const field = told(await views().host.handlers.fieldOf({ layer, place: [0, 0] }, unaborted));
    assert.ok(field.whole.top < 0 && field.whole.left < 0);
    const { bottom, right } = field.clipped;
    await says(page, ".about-place", new RegExp(`row 0, column 0:.*rows 0–${bottom - 1}, columns 0–${right - 1}`));
    const within = { x: [0, right], y: [0, bottom] } as const;
    for (const inside of [
      { ...within, y: [bottom, bottom] },
      { ...within, x: [right, right] },
    ] as const)
      assert.ok((await drawnAlong(page, inside)) > 0.95, "whole where the field ends");
    for (const border of [
      { ...within, y: [0, 0] },
      { ...within, x: [0, 0] },
    ] as const) {
      const share = await drawnAlong(page, border);
      assert.ok(share > 0.3 && share < 0.85, `dashed at the border (${share})`);
    }
    const above = { x: [0, 1], y: [-0.4, -0.4] } as const; // around the cell, not over it
    assert.ok((await drawnAlong(page, above, 0)) > 0.95, "above the map's first row");
  });
});
