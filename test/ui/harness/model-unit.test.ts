import assert from "node:assert/strict";
import { join } from "node:path";
import { unit } from "../../../src/engine/inside/unit.ts";
import { samplesIn } from "../../../src/engine/samples.ts";
import { Looking } from "../../../src/engine/subject.ts";
import { node, onnxFile, value, weight } from "../../unit/support/onnx-nets.ts";
import { transformer } from "../../unit/support/small-transformer.ts";
import { until } from "../driver/until.ts";
import { samples } from "./model-fake-host.ts";
import { around } from "./around.ts";
import { editorOf, modelHarness, numberIn } from "./model-harness.ts";

const model = join(samples, "squeezenet1.1.onnx");
const image = join(samples, "cat-chelsea.png");
const looking = new Looking(samplesIn(samples));
const unaborted = new AbortController().signal;

describe("one unit in a model editor in a browser", function () {
  this.timeout(120000);
  const views = around(modelHarness);
  const { calls, open, kept } = editorOf(views);

  const panel = "#panel-unit:not([hidden])";

  it("says of one whose field is not known that it is not, and why", async () => {
    const why = "where Magic looks in its input is not known";
    const of = { model, image, layer: "fire2/expand3x3", channel: 3 };
    const card = { ...(await unit(looking, of, unaborted)), field: { why }, patch: undefined };
    const page = await open(
      { tab: "unit", layer: of.layer, channel: 3 },
      { answers: { unit: () => Promise.resolve(card) } },
    );
    await page.waitForSelector(`${panel} .unit-words:has-text("what it sees is not known: ${why}")`);
    await page.waitForSelector(`${panel} figcaption:text-is("The photo")`);
    assert.equal(await page.isVisible(`${panel} figcaption:text-is("What it sees")`), false);
  });

  it("is the strongest one until another is chosen, and leads step by step to the pixels and back", async () => {
    const page = await open({ tab: "unit", layer: "fire2/expand3x3" });
    await page.waitForSelector(`${panel} .bars .link`, { timeout: 30000 });
    assert.match(await page.innerText(`${panel} .unit-words`), /its strongest place · sees \d+ × \d+ pixels/);
    const contributions = await page.locator(`${panel} .bars .number`).allInnerTexts();
    const sum = contributions.reduce((total, text) => total + numberIn(text), 0);
    const value = numberIn(/^(\S+) before/.exec(await page.innerText(`${panel} .made-of > p`))?.[1] ?? "");
    assert.ok(Math.abs(sum / value - 1) < 0.02, `${sum}, not ${value}`);
    await until("all three ways back", async () => (await page.locator(`${panel} .projections figure`).count()) === 3);
    assert.equal(await page.locator(`${panel} .projections .map-unit`).count(), 3);
    for (const unit of await page.locator(`${panel} .projections .map-unit`).all()) {
      const frame = await unit.boundingBox();
      assert.ok(frame && frame.height < 24, `${await unit.innerText()} stands in one line`);
    }
    assert.equal(await page.isVisible(`${panel} .unit-trail`), false);
    await page.click(`${panel} .bars .link >> nth=0`);
    await page.waitForSelector('.heading h2:text-is("fire2/squeeze1x1")');
    await page.waitForSelector(`${panel} .bars .link:has-text("conv1,")`, { timeout: 30000 });
    await page.click(`${panel} .bars .link:has-text("conv1,") >> nth=0`);
    await page.waitForSelector('.heading h2:text-is("conv1")');
    await page.waitForSelector(`${panel} .bars >> text=the picture (data_0)`, { timeout: 30000 });
    assert.equal(await page.locator(`${panel} .bars .link`).count(), 0, "before the pixels there is nothing");
    assert.equal(await page.locator(`${panel} .unit-trail li`).count(), 3);
    await page.click(`${panel} .unit-trail button >> nth=0`);
    await page.waitForSelector('.heading h2:text-is("fire2/expand3x3")');
    await until("the way is gone", async () => !(await page.isVisible(`${panel} .unit-trail`)));
  });

  it("leads on from a class score that is made at the class token, where the map before has no place", async () => {
    const net = onnxFile({
      ...transformer,
      nodes: [
        ...transformer.nodes,
        node("LayerNormalization", ["residual", "scale"], "normed", { axis: 2 }),
        node("Gather", ["normed", "zero"], "token", { axis: 1 }),
        node("Gemm", ["token", "fc"], "head"),
      ],
      weights: [...(transformer.weights ?? []), weight("scale", [6], [1, 2, 3, 4, 5, 6])],
      outputs: [value("head", [1, 5])],
    });
    const page = await open({ tab: "unit", layer: "head", channel: 0 }, { model: net });
    await page.click(`${panel} .bars .link:has-text("normed, channel 5 at the class token")`, { timeout: 30000 });
    await page.waitForSelector('.heading h2:text-is("normed")');
    await page.waitForSelector(`${panel} .unit-words:has-text("its strongest place")`, { timeout: 30000 });
    await page.waitForSelector(`${panel} .made-of >> text=that no sum of terms explains`, { timeout: 30000 });
    await page.waitForSelector(`${panel} .bar-line[data-kind=remainder]:has-text("what no sum explains")`);
    assert.equal((await kept(page))["place"], undefined);
    assert.deepEqual(await page.locator(`${panel} .unit-trail li`).allInnerTexts(), ["head · 0 ←", "normed · 5"]);
    await page.reload();
    await page.waitForSelector(`${panel} .unit-trail li:has-text("normed · 5")`, { timeout: 30000 });
  });

  it("begins with the channel that the feature maps show, and has a picture made that it likes", async () => {
    const page = await open({ tab: "maps", layer: "fire2/expand3x3" });
    await page.waitForSelector(".about-place:has-text('Channel')", { timeout: 30000 });
    const channel = /^Channel (\d+)/.exec((await page.locator(".about-place").innerText()) || "");
    await page.click("#tab-unit");
    await page.waitForSelector(`${panel} .bars .link`, { timeout: 30000 });
    assert.equal(await page.inputValue(`${panel} input[aria-label=Channel]`), channel?.[1]);
    await page.click(`${panel} button:has-text("Dream this"), ${panel} vscode-button:has-text("Dream this")`);
    await until("it is asked for", () => views().asked.some(({ call }) => call === "visualizeChannel"));
    const asked = views().asked.find(({ call }) => call === "visualizeChannel");
    assert.deepEqual(asked?.params, { layer: "fire2/expand3x3", channel: Number(channel?.[1]) });
  });

  it("keeps the way through the layers over a reload", async () => {
    const page = await open({ tab: "unit", layer: "fire2/expand3x3" });
    await page.click(`${panel} .bars .link >> nth=0`, { timeout: 30000 });
    await page.waitForSelector('.heading h2:text-is("fire2/squeeze1x1")');
    await until("it is kept", async () => ((await kept(page))["trail"] as unknown[] | undefined)?.length === 2);
    await page.reload();
    await page.waitForSelector(`${panel} .unit-trail li`, { timeout: 30000 });
    assert.equal(await page.locator(`${panel} .unit-trail li`).count(), 2);
  });

  it("moves over its map with the keys, and back to the strongest place", async () => {
    const page = await open({ tab: "unit", layer: "fire2/expand3x3", channel: 3, place: [10, 10] });
    await page.waitForSelector(`${panel} .unit-words:has-text("row 10, column 10")`, { timeout: 30000 });
    await page.focus(`${panel} .unit-figures [role=slider]`);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowUp");
    await page.waitForSelector(`${panel} .unit-words:has-text("row 9, column 11")`);
    assert.deepEqual((await kept(page))["place"], [9, 11]);
    await page.click("text=Strongest place");
    await page.waitForSelector(`${panel} .unit-words:has-text("its strongest place")`);
  });

  it("says what is missing: a photo, trust, an answer", async () => {
    const page = await open({ tab: "unit", layer: "conv1" }, { photo: "none" });
    await page.waitForSelector(`${panel} >> text=Choose a photo to see what a unit sees.`);
    const restricted = await open({ tab: "unit", layer: "conv1" }, { restricted: true });
    await restricted.waitForSelector(`${panel} >> text=Restricted Mode`);
    assert.deepEqual([...calls("unit"), ...calls("features")], []);
    const refused = await open(
      { tab: "unit", layer: "conv1" },
      { refuse: { unit: { name: "Crashed", message: "The engine ended." } } },
    );
    await refused.waitForSelector(`${panel} [role=alert]:has-text("The engine ended.")`, { timeout: 30000 });
    await refused.click(`${panel} >> text=Try again`);
    await until("it is asked again", () => calls("unit").length === 2);
  });
});
