// Where the focus goes when the right half shows something else: whoever goes by the keys would begin anew at the page's top.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../driver/until.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";

describe("the focus in the right half of the model editor", function () {
  this.timeout(90_000);
  const views = around(modelHarness);

  const open = (view: Readonly<Record<string, unknown>>): Promise<Page> =>
    views().open({ width: 1400, height: 860, scenario: { state: { view } } });
  /** Pressed by the keys, it leads to that heading. */
  const leads = async (page: Page, selector: string, heading: string) => {
    await page.locator(selector).first().focus();
    await page.keyboard.press("Enter");
    await until(`${heading} has the focus`, async () => {
      const focused = page.locator(".heading h2:focus");
      return (await focused.count()) === 1 && (await focused.innerText()) === heading;
    });
  };

  it("goes from the table of dead filters to the layer, and from the whole net back to it", async () => {
    const page = await open({ side: "dead" });
    const line = '.dead-table tbody tr:has(th :text-is("conv1"))';
    await page.waitForSelector(line, { timeout: 60_000 });
    await leads(page, `${line} td button`, "conv1");
    await page.click('header .tool[title="Dead filters"]');
    await leads(page, `${line} th .link`, "conv1");
    await page.click('header .tool[title="Dead filters"]');
    await page.click(`${line} .turn`);
    await leads(page, ".channel-list .link", "conv1");
    await page.click('header .tool[title="Whole net"]');
    await leads(page, '.heading .link:text-is("Back to the layer"):visible', "conv1");
  });

  it("goes from what a unit is made of to the layer of that, and on", async () => {
    const page = await open({ tab: "unit", layer: "fire2/expand3x3" });
    await page.waitForSelector("#panel-unit .bars .link", { timeout: 30_000 });
    await leads(page, "#panel-unit .bars .link", "fire2/squeeze1x1");
    await leads(page, "#panel-unit .unit-trail button", "fire2/expand3x3");
  });

  it("goes from a node to its layer, and stays there when more is known of it", async () => {
    const page = await open({ tab: "node", layer: "conv1" });
    await page.click(".node-list [role=option] >> nth=1");
    // The layer's own facts, which stand there until then, have a link too; those of a node are drawn anew once all are known.
    await leads(page, '.facts:not(:has(.pending)) .link.value:text-is("conv1")', "conv1");
    await page.evaluate(`{
      document.querySelector('.heading .kind').dataset.before = '';
      window.moves = [];
      for (const type of ["focusin", "focusout"]) addEventListener(type, () => moves.push(type));
    }`);
    views().host.change("model");
    await page.waitForSelector(".layer-side:not([hidden]) > .heading .kind:not([data-before])");
    assert.equal(await page.locator(".heading h2:focus").count(), 1);
    assert.deepEqual(await page.evaluate("moves"), [], "who reads the page aloud would begin anew");
  });

  it("leaves the player's keys to both maps of a convolution, and their own to them", async () => {
    const page = await open({ tab: "steps", layer: "conv1", channel: 5, place: [20, 30] });
    const panel = "#panel-steps:not([hidden])";
    await page.waitForSelector(`${panel} .sum-lines dd`, { timeout: 30_000 });
    for (const map of ["Output map: choose a place", "Input map with the window"]) {
      await page.focus(`${panel} .player button >> nth=0`);
      await page.keyboard.press("Home");
      await page.focus(`${panel} [role=slider][aria-label^="${map}"]`);
      await page.keyboard.press(".");
      await page.waitForSelector(`${panel} .sum-lines >> text=/, 1 of 9 products/`);
      await page.keyboard.press(",");
      await page.waitForSelector(`${panel} .sum-lines >> text=/, 0 of 9 products/`);
    }
    await page.focus(`${panel} [aria-label^="Output map"]`);
    await page.keyboard.press("Home");
    await page.waitForSelector(`${panel} >> text=place 20, 0 of channel 5`);
  });
});
