import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { DeadLayer } from "../../../src/shared/dead.ts";
import { node, onnxFile, value, weight } from "../../unit/support/onnx-nets.ts";
import { until } from "../driver/until.ts";
import { modelHost } from "./model-fake-host.ts";
import type { ModelScenario } from "./model-fake-host.ts";
import { around } from "./around.ts";
import { contrast } from "./contrast.ts";
import { editorOf, modelHarness } from "./model-harness.ts";
import { dress } from "./pages.ts";

describe("the table of dead filters in a browser", function () {
  this.timeout(120000);
  const views = around(modelHarness);
  const { calls, open, kept } = editorOf(views);

  const row = (page: Page, layer: string) => page.locator(`.dead-table tbody tr:has(th :text-is("${layer}"))`);

  it("are counted over the photo, sorted, and opened in the feature maps", async () => {
    const page = await open({ side: "dead" });
    await page.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    assert.deepEqual(
      calls("dead").map(({ params }) => params),
      [{ over: "photo" }],
    );
    assert.match(
      await page.innerText(".dead"),
      /zero everywhere on all photos\. Behind a rectifier that is a sum of zero/,
    );
    await page.click('.dead-table [data-column="dead"]');
    await page.waitForSelector('.dead-table th[aria-sort="descending"]:has([data-column="dead"])');
    const shares = (await page.locator(".dead-table tbody td:nth-of-type(2)").allInnerTexts()).map((text) =>
      Number(/([\d.]+)\u00a0%/.exec(text)?.[1] ?? 0),
    );
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => b - a),
    );
    const number = row(page, "conv1").locator("td:nth-of-type(2) button");
    const dead = await number.innerText();
    await dress(page, "light");
    assert.ok((await contrast(number)) >= 4.5, `the number's contrast is ${await contrast(number)}`);
    await number.click();
    await page.waitForSelector('.heading h2:text-is("conv1")');
    const { side, tab, shown } = await kept(page);
    assert.deepEqual({ side, tab, shown }, { side: "layer", tab: "maps", shown: "dead" });
    assert.ok(Number(dead) > 0);
  });

  it("tell of each channel how often it is active", async () => {
    const page = await open({ side: "dead" });
    await page.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    await row(page, "conv1").locator(".turn").click();
    const lines = page.locator(".channel-list tbody tr");
    assert.equal(await lines.count(), 64);
    assert.match(await lines.first().innerText(), /^\d+\s+0\u00a0%\s+dead$/);
    assert.match(await lines.last().innerText(), /^\d+\s+[\d.]+\u00a0%\s*$/);
    const channel = await lines.last().locator("button").innerText();
    await lines.last().locator("button").click();
    await page.waitForSelector('.heading h2:text-is("conv1")');
    assert.deepEqual((await kept(page)).channel, Number(channel));
  });

  it("are not counted anew for another photo to compare with", async () => {
    const page = await open({ side: "dead" });
    await page.waitForSelector(".dead-body > p:has-text('never active on this photo.')", { timeout: 60000 });
    const asked = (name: string) => calls("photo").filter(({ params }) => params["photo"] === name).length;
    const before = asked("current");
    views().host.usePhoto("other", undefined);
    await until("the other is asked for", () => asked("other") === 2);
    assert.deepEqual([asked("current"), calls("dead").length], [before, 1]);
    views().host.change("preparation");
    await until("the photo is counted as it is prepared now", () => calls("dead").length === 2);
    await until("both are asked for", () => asked("other") === 3 && asked("current") === before + 1);
  });

  const stroke = { tool: "gray", radius: 40, points: [[112, 113]] };
  it("say that the brush’s strokes are not on the photo that was counted, and open what was counted", async () => {
    const page = await open({ side: "dead", strokes: [stroke] });
    await page.waitForSelector(".dead-body > p:has-text('never active on this photo without brush strokes.')", {
      timeout: 60000,
    });
    const number = row(page, "conv1").locator("td:nth-of-type(2) button");
    const counted = Number(await number.innerText());
    await number.click();
    await page.waitForSelector(
      `.listed:has-text("${counted} channels never active over cat-chelsea.png without brush strokes")`,
    );
    await page.waitForSelector(`.count:has-text("${counted} of 64 channels")`);
    await page.click(".strokes-notice >> text=Remove the stroke");
    await page.click(".listed >> text=Back to the table");
    await page.waitForSelector(".dead-body > p:has-text('never active on this photo.')");
    assert.equal(calls("dead").length, 1, "what was counted holds");
  });

  const beyond = (page: Page) =>
    page.locator(".dead-frame").evaluate((frame) => frame.scrollWidth - frame.clientWidth - frame.scrollLeft);

  it("have a column for what there is, and fit into a narrow editor", async () => {
    const page = await views().open({ width: 420, height: 900, scenario: { state: { view: { side: "dead" } } } });
    await page.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    assert.deepEqual(
      (await page.locator(".dead-table thead th").allTextContents()).map((text) => text.trim()),
      ["Layer", "Channels", "Never active", "Nearly never", "Active places"], // not of photos: it is one
    );
    assert.doesNotMatch(await page.innerText(".definitions"), /Active photos/);
    await page.waitForSelector(
      "text=None found that is saturated, constant or duplicate, or that holds NaN or infinite values.",
    );
    assert.ok((await beyond(page)) <= 1, "nothing is cut off");
    assert.equal(await page.isVisible(".dead-more"), false);
  });

  it("say in the number, in its name and in the sum what is not known of duplicates", async () => {
    const honest = modelHost({}).handlers;
    const duplicates = [{ a: 1, b: 2, correlation: 1 }];
    const known: Readonly<Record<string, Partial<DeadLayer>>> = {
      conv1: { compared: "some", duplicates },
      conv10: { compared: "none" },
    };
    const answers: ModelScenario["answers"] = {
      async *dead(params, signal) {
        for await (const found of honest.dead(params, signal))
          yield found.kind !== "report"
            ? found
            : { ...found, layers: found.layers.map((layer) => ({ ...layer, ...known[layer.layer] })) };
      },
    };
    const page = await open({ side: "dead" }, { answers });
    await page.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    await row(page, "conv1").locator('[aria-label="at least 2 of 64 channels of conv1: duplicates"]').waitFor();
    assert.match(await row(page, "conv10").innerText(), /\bnot compared\b/);
    assert.match(await page.innerText(".dead-table tfoot"), /\bat least 2\b/);
  });

  it("lead to the columns that a narrow editor has no room for, by pointer and by keys", async () => {
    const honest = modelHost({}).handlers;
    const answers: ModelScenario["answers"] = {
      async *dead(params, signal) {
        for await (const found of honest.dead(params, signal))
          yield found.kind !== "report"
            ? found
            : {
                ...found,
                layers: found.layers.map((layer) => ({ ...layer, saturated: [0], constant: [1], broken: [2] })),
              };
      },
    };
    const scenario = { state: { view: { side: "dead" } }, answers };
    const page = await views().open({ width: 420, height: 900, scenario });
    await page.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    const turn = page.locator(".dead-more button");
    const says = (words: string) => until(`it says ${words}`, async () => (await turn.textContent()) === words);
    await says("More columns →");
    const edge = () => page.evaluate('getComputedStyle(document.querySelector(".dead-frame")).borderRightStyle');
    assert.equal(await edge(), "dashed", "the cut is to be seen");
    await turn.focus();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.className"), "dead-frame");
    await until("the last column is in sight", async () => {
      await page.keyboard.press("ArrowRight");
      return (await beyond(page)) <= 1;
    });
    await says("← Back to the first columns");
    assert.equal(await edge(), "none");
    await turn.click();
    await says("More columns →");
    while ((await beyond(page)) > 1) await turn.click();
    await says("← Back to the first columns");
  });

  it("are told from those that are silent for zeros in a second input, in the table and over the maps", async () => {
    const model = onnxFile({
      nodes: [node("Conv", ["image", "k"], "seen"), node("Mul", ["seen", "mask"], "masked")],
      weights: [weight("k", [4, 3, 1, 1], Array(12).fill(1))],
      inputs: [value("image", [1, 3, 32, 32]), value("mask", [1, 1, 32, 32])],
      outputs: [value("masked", [1, 4, 32, 32])],
    });
    const zeros =
      /Only image is given the photo; the input mask is given zeros: channels may be silent for that alone\./;
    const page = await open({ side: "dead" }, { model });
    await page.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    assert.match(await page.innerText(".dead-zeroed"), zeros);
    const maps = await open({ layer: "masked" }, { model });
    const message = maps.locator(".maps-message");
    await until("it is said", async () => /^All 4 channels are zero everywhere/.test(await message.innerText()));
    assert.match(await message.innerText(), zeros);
    const plain = await open({ side: "dead" });
    await plain.waitForSelector(".dead-table tbody tr", { timeout: 60000 });
    assert.equal(await plain.isVisible(".dead-zeroed"), false);
  });

  it("say what is missing", async () => {
    const page = await open({ side: "dead" }, { photo: "none" });
    await page.waitForSelector("text=Choose a photo or a folder of photos");
    assert.equal(await page.isVisible("text=Over this photo"), false);
    assert.ok(await page.isVisible("text=Over a folder…"));
    await page.click(".dead-actions >> text=Choose a photo");
    await page.waitForSelector(".dead-actions >> text=Over this photo");
    assert.equal(await page.isVisible(".dead-actions >> text=Choose a photo"), false);
    const restricted = await open({ side: "dead" }, { restricted: true });
    await restricted.waitForSelector(".dead >> text=Restricted Mode");
    assert.deepEqual(calls("dead"), []);
  });
});
