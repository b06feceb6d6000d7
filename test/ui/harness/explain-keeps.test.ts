import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { calls, explainPages, ready } from "./explain-page.ts";
import { resize } from "./pages.ts";

describe("the Explain view's thumbnails", function () {
  this.timeout(60000);
  const { open, settled } = explainPages();

  describe("in windows of two widths", () => {
    let page: Page;
    before(async () => {
      page = await settled();
    });

    for (const [name, width, height] of [
      ["wide", 1180, 760],
      ["narrow", 560, 900],
    ] as const)
      it(`keep their place whatever is said of the technique that is chosen (${name})`, async () => {
        await resize(page, width, height);
        const placeWith = async (technique: string) => {
          // Not Playwright's click, which scrolls to what it clicks on.
          await page.evaluate(`document.querySelector('[data-technique="${technique}"]').click()`);
          await page.waitForSelector(`[data-technique="${technique}"][aria-pressed="true"]`);
          return {
            thumbnails: await page.evaluate("document.querySelector('.thumbnails').getBoundingClientRect().top"),
            map: await page.evaluate("document.querySelector('.map canvas').getBoundingClientRect().top"),
            tabs: await page.locator("[role=tab]").count(),
            words: await page.evaluate("document.querySelector('.convention').offsetHeight"),
          };
        };
        await placeWith("occlusion"); // of which there is the most to say
        await page.locator("[role=tab]").nth(4).waitFor();
        const before = await placeWith("saliency");
        const after = await placeWith("occlusion");
        assert.ok(before.tabs === 0 && after.tabs > 1, "maps to choose from");
        assert.ok(Number(after.words) > Number(before.words), "more words");
        assert.deepEqual([after.thumbnails, after.map], [before.thumbnails, before.map]);
      });
  });

  it("come back together when the page is loaded anew, with the time that was computed", async () => {
    const page = await open({ scenario: { speed: 100, finishedIn: 812 } });
    await page.waitForSelector('[data-status="done"]');
    const statuses = async () => page.locator(".thumbnail:not([data-technique=cam]) .status").allInnerTexts();
    assert.deepEqual(new Set((await statuses()).map((text) => text.replace("▲ ", ""))), new Set(["812 ms"]));
    await page.waitForSelector('[data-technique="cam"][data-status="failed"]');
    assert.deepEqual(
      (await calls(page)).filter(({ call }) => call === "run").map(({ params }) => params["technique"]),
      ["grad-cam", "cam"], // Grad-CAM was on its way before the page was here
    );
    await page.click(ready("occlusion"));
    await page.locator("[role=tab]").nth(1).waitFor(); // with all their maps
  });
});
