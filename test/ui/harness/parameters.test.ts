import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../driver/until.ts";
import { around } from "./around.ts";
import { harness } from "./harness.ts";

/** The parameters that a technique was last asked to run with. */
const lastRun = (page: Page, technique: string): Promise<unknown> =>
  page.evaluate((wanted) => {
    const { asked } = globalThis as unknown as {
      asked: { call: string; params?: { technique?: string; parameters?: unknown } }[];
    };
    return asked.filter(({ call, params }) => call === "run" && params?.technique === wanted).at(-1)?.params
      ?.parameters;
  }, technique);

describe("the parameters of a technique", function () {
  this.timeout(60000);
  const views = around(harness);

  const showing = async (technique: string) => {
    const page = await views().open({ scenario: { speed: 0.02 } });
    await page.click(`[data-technique="${technique}"]`);
    await page.waitForSelector(`[data-technique="${technique}"][data-status="done"]`);
    return page;
  };

  it("are set together by a preset, in one click, which then stands out", async () => {
    const page = await showing("occlusion");
    const preset = (name: string) => page.locator(`[aria-label="Presets"] button:has-text("${name}")`);
    assert.equal(await preset("Fast").getAttribute("aria-pressed"), "true");
    assert.equal(await preset("Fine").getAttribute("title"), "Window: 15; Stride: 8");
    await preset("Fine").click();
    const isFine = async () => JSON.stringify(await lastRun(page, "occlusion")) === '{"window":15,"stride":8}';
    await until("it runs with the fine windows", isFine);
    assert.equal(await preset("Fine").getAttribute("aria-pressed"), "true");
    assert.equal(await preset("Fast").getAttribute("aria-pressed"), "false");
    assert.equal(await page.inputValue('[data-parameter="window"] input'), "15");
    await preset("Fast").click();
    await until("it runs with its defaults", async () => JSON.stringify(await lastRun(page, "occlusion")) === "{}");
    assert.equal(await page.isVisible("text=Reset to defaults"), false);
  });

  it("have presets only where the technique declares some", async () => {
    const page = await showing("smoothgrad");
    assert.equal(await page.locator('[aria-label="Presets"]').count(), 0);
  });

  it("appear with the option that they go with, and so does the layer", async () => {
    const page = await showing("deconvnet");
    assert.equal(await page.isVisible('[data-parameter="channel"]'), false);
    assert.equal(await page.isVisible(".field.layer"), false);
    await page.click('[data-parameter="from"] vscode-dropdown');
    await page.click('vscode-option:has-text("One unit")');
    await page.waitForSelector('[data-parameter="channel"]');
    await page.waitForSelector(".field.layer");
    await page.waitForSelector('.sentence:has-text("Deconvnet from one unit (channel 0) at head/relu6")');
  });
});
