import assert from "node:assert/strict";
import type { LayerOverview } from "../../../src/shared/inside.ts";
import { until } from "../driver/until.ts";
import { featuresIn, unaborted } from "./features-page.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import type { ModelScenario } from "./model-fake-host.ts";

describe("the column of the whole net in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);
  const { calls, text, kept, says } = featuresIn(views);

  it("lists every layer as it comes, marks the current one, and leads to the others", async () => {
    const page = await views().open({ scenario: { state: { view: { side: "net", layer: "pool1" } } } });
    const names = (await views().host.handlers.card(undefined, unaborted)).layers.map(({ name }) => name);
    await until("all are there", async () => (await page.locator(".net-row").count()) === names.length);
    const shown = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.net-row')].map((row) => row.dataset.layer)",
    );
    assert.deepEqual(shown, names);
    assert.equal(await page.getAttribute(".net-row[aria-selected=true]", "data-layer"), "pool1");
    assert.match(
      await text(page, ".net-row[data-layer='conv1']"),
      /64 × 111 × 111 · (sparse|dense), [\d.]+\u00a0% silent/,
    );
    await page.focus(".net-row[data-layer=pool1]");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await until("the next is chosen", async () => (await kept(page))["layer"] === names[names.indexOf("pool1") + 1]);
    assert.equal(await page.isVisible(".net"), true, "the column stays");
    assert.ok(calls("looksAt").length > 0);
    assert.equal(calls("overview").length, 1);
  });

  it("says that the brush was over the photo, and takes it off", async () => {
    const strokes = [{ tool: "gray", radius: 40, points: [[112, 113]] }];
    const page = await views().open({ scenario: { state: { view: { side: "net", layer: "pool1", strokes } } } });
    await says(page, ".net .strokes-notice", /photo with 1 brush stroke on it/);
    await page.waitForSelector(".net-row[aria-selected=true]");
    await page.click(".net .strokes-notice >> text=Remove the stroke");
    await page.waitForSelector(".net .strokes-notice", { state: "hidden" });
    assert.equal(await page.evaluate("document.activeElement.dataset.layer"), "pool1", "the focus is not lost with it");
    await until("it is read anew", () => calls("overview").length === 2);
  });

  it("says in which layer NaN begins, and leads there", async () => {
    const line = { own: true, channels: 4, zeros: 0, dead: 0, saturated: 0, trouble: undefined, mean: undefined };
    const broken = [0, 2, 4];
    const answers: NonNullable<ModelScenario["answers"]> = {
      async *overview() {
        for (const [i, layer] of ["conv1", "pool1", "fire2/squeeze1x1"].entries())
          yield await Promise.resolve({ kind: "layer" as const, overview: { ...line, layer, broken: broken[i] ?? 0 } });
      },
    };
    const page = await views().open({ scenario: { answers, state: { view: { side: "net", layer: "conv1" } } } });
    await says(page, ".net-fault", /^NaN or infinite values begin in pool1, and 2 layers in all have some\.$/);
    await page.click(".net-fault .link");
    await until("it is chosen", async () => (await kept(page))["layer"] === "pool1");
    assert.equal(await page.isVisible(".net"), true, "the column stays");
  });

  it("names what could not be computed", async () => {
    const lines: LayerOverview[] = [
      { layer: "conv1", own: true, channels: 4, zeros: 0.5, dead: 4, saturated: 0, broken: 0, trouble: undefined, mean: { shape: [2, 2], low: 0, high: 1, bytes: Uint8Array.of(0, 90, 180, 255), broken: 0 } },
      { layer: "odd", own: false, channels: 0, zeros: 0, dead: 0, saturated: 0, broken: 0, trouble: "MyOwnConv is not known.", mean: undefined },
    ]; // prettier-ignore
    const answers: NonNullable<ModelScenario["answers"]> = {
      async *overview() {
        for (const overview of lines) yield await Promise.resolve({ kind: "layer" as const, overview });
      },
    };
    const page = await views().open({ scenario: { answers, state: { view: { side: "net" } } } });
    await says(page, ".net-row[data-layer=odd]", /MyOwnConv is not known/);
    assert.match(await text(page, ".net-row[data-layer=conv1]"), /all 4 channels dead/);
    assert.equal(
      await text(page, ".net-summary"),
      "2 layers, 4 of 4 channels dead on this photo, 1 layer could not be computed",
    );
  });
});
