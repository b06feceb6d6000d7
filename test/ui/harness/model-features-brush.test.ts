import assert from "node:assert/strict";
import { until } from "../driver/until.ts";
import { verdicts } from "../../../src/shared/inside.ts";
import type { FeatureMaps, Stroke } from "../../../src/shared/inside.ts";
import { featuresIn, layer, truth, unaborted } from "./features-page.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import { modelHost } from "./model-fake-host.ts";
import type { ModelScenario } from "./model-fake-host.ts";

describe("the brush over the photo of the feature maps, in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);
  const { drawn, calls, text, kept, says, choose, cellAt } = featuresIn(views);

  it("follows a brush with one question of a kind at a time, up to the last stroke", async () => {
    const busy = { features: 0, seen: 0, predictPainted: 0 };
    const most = { ...busy };
    const real = modelHost({}).handlers;
    const counted = <K extends keyof typeof busy>(call: K) =>
      (async (params: never, signal: AbortSignal) => {
        most[call] = Math.max(most[call], ++busy[call]);
        try {
          return await (real[call] as (params: never, signal: AbortSignal) => Promise<unknown>)(params, signal);
        } finally {
          busy[call]--;
        }
      }) as unknown as (typeof real)[K]; // the same call, counted
    const answers = { features: counted("features"), seen: counted("seen"), predictPainted: counted("predictPainted") };
    const page = await drawn({}, { answers });
    await page.click(".tool:text-is('Brush')");
    await page.click(".tool:text-is('Grey')");
    await page.mouse.move(...(await cellAt(page, 1, [0.3, 0.4])));
    await page.mouse.down();
    for (let i = 0; i < 25; i++)
      await page.mouse.move(...(await cellAt(page, 1, [0.3 + 0.015 * i, 0.4 + 0.1 * Math.sin(i / 4)])));
    await page.mouse.up();
    await until("the stroke is kept", async () => ((await kept(page))["strokes"] as unknown[]).length === 1);
    const strokes = (await kept(page))["strokes"] as [{ points: number[][]; tool: string }];
    assert.equal(strokes[0].tool, "gray");
    assert.ok(strokes[0].points.length > 3);
    assert.ok(Math.abs(strokes[0].points[0]![0]! - (0.3 * 224 - 0.5)) < 1.5, "in pixels of the network's input");
    for (const call of ["features", "seen", "predictPainted"] as const)
      await until(`${call} has come to the last stroke`, () => {
        const last = calls(call).at(-1)?.params["strokes"];
        return busy[call] === 0 && JSON.stringify(last) === JSON.stringify(strokes);
      });
    assert.deepEqual(most, { features: 1, seen: 1, predictPainted: 1 });
    // What is painted is what is predicted, with the change against the photo as it was.
    const painted = await real.predictPainted({ strokes: strokes as never }, unaborted);
    const before = (await real.photo({ photo: "current" }, unaborted))?.prediction;
    const [top] = painted.top;
    const change = 100 * ((top?.probability ?? 0) - (before?.probabilities[top?.index ?? 0] ?? 0));
    await until("the prediction is the painted photo's", async () => {
      const shown = /([\d.]+)\u00a0%\s*([+−±][\d.]+)/.exec(await text(page, ".prediction-change li"));
      const [, share, points] = shown ?? [];
      const near = Math.abs(Number(share) - 100 * (top?.probability ?? 0)) < 0.06;
      return near && Math.abs(Number(points?.replace("−", "-").replace("±", "")) - change) < 0.06;
    });
    await page.click("[aria-label='Undo the last stroke']");
    await until("it is undone", async () => ((await kept(page))["strokes"] as unknown[]).length === 0);
    await page.click("[aria-label='Redo']");
    await until(
      "it is done again",
      async () => JSON.stringify((await kept(page))["strokes"]) === JSON.stringify(strokes),
    );
  });

  it("leaves the photo where it is while a first stroke is drawn over it", async () => {
    for (const width of [700, 1000, 1400]) {
      const page = await drawn({}, {}, { width });
      await page.click(".tool:text-is('Brush')");
      await page.click(".tool:text-is('Blur')");
      await page.waitForSelector(".prediction-change li");
      const photo = page.locator("canvas.pane").nth(2);
      await photo.scrollIntoViewIfNeeded();
      const before = await photo.boundingBox();
      const [x, y] = await cellAt(page, 1, [0.4, 0.4]);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 5, y, { steps: 5 });
      assert.deepEqual(await photo.boundingBox(), before, `in a page ${width} pixels wide`);
      await page.mouse.up();
      await until(`it is kept at ${width}`, async () => ((await kept(page))["strokes"] as unknown[]).length === 1);
      assert.deepEqual(await photo.boundingBox(), before);
    }
  });

  it("paints with the keys, copies from where it is told, and compares with the photo as it was", async () => {
    const page = await drawn();
    await page.click(".tool:text-is('Brush')");
    await page.click(".tool:text-is('Copy')");
    const track = await page.locator(".brush-tools .slider").getAttribute("style");
    assert.match(track ?? "", /^--share: [1-9]\d?\b.*%;$/, "its track is coloured up to the knob");
    await page.focus("canvas.pane >> nth=2");
    await says(page, ".brush-help", /Click where to copy from/);
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Enter"); // from here: ten pixels left of the middle
    await says(page, ".brush-help", /copy from elsewhere/);
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const copied = { tool: "copy", radius: 14, points: [[112, 113]], from: [-10, -1] };
    await until(
      "it is painted",
      async () => JSON.stringify((await kept(page))["strokes"]) === JSON.stringify([copied]),
    );
    await choose(page, "Compare", "brushed");
    await says(page, "figure.large >> nth=1", /channel \d+: brushed/);
    await says(page, ".about-place", /against/);
    await page.focus("canvas.pane >> nth=2");
    await page.keyboard.press("Control+z");
    await until("it is undone", async () => JSON.stringify((await kept(page))["strokes"]) === "[]");
    await says(page, ".maps-message", /Paint on the photo/);
  });

  it("keeps what was undone and where to copy from while a photo to compare with is chosen", async () => {
    const page = await drawn();
    await page.click(".tool:text-is('Brush')");
    await page.click(".tool:text-is('Copy')");
    await page.focus("canvas.pane >> nth=2");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Enter");
    const strokes = async () => (await kept(page))["strokes"] as readonly Stroke[];
    await until("it is painted", async () => (await strokes()).length === 1);
    await page.keyboard.press("Control+z");
    await until("it is undone", async () => (await strokes()).length === 0);
    await choose(page, "Compare", "other");
    await until("the two are compared", async () => (await page.locator("canvas.pane:visible").count()) === 4);
    assert.equal(calls("usePhoto").length, 1);
    await page.focus("canvas.pane >> nth=2");
    await page.keyboard.press("Control+Shift+z");
    await until("it is painted again", async () => (await strokes()).length === 1);
    await says(page, ".brush-help", /copy from elsewhere/);
    views().host.usePhoto("current", undefined);
    await until("another photo has no strokes", async () => (await strokes()).length === 0);
  });

  it("has dead channels counted with the strokes, and says so; until they are, the count without them stays", async () => {
    const real = modelHost({}).handlers;
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const answers: ModelScenario["answers"] = {
      async features(params, signal) {
        if (params.strokes?.length) await answered;
        return real.features(params, signal);
      },
    };
    const page = await drawn({}, { answers });
    const count = ({ statistics }: FeatureMaps) =>
      statistics.verdict.filter((each) => verdicts[each] === "dead").length || "none";
    const dead = `.fact:has(dt:text-is("Dead channels")) dd`;
    const before = count(await truth());
    await says(page, dead, new RegExp(`^${before}.* on this photo(,|$)`));
    await page.click(".tool:text-is('Brush')");
    await page.focus("canvas.pane >> nth=2");
    await page.keyboard.press("Enter");
    await says(page, dead, new RegExp(`^${before}.* on this photo without brush strokes`));
    answer();
    const strokes = async () => (await kept(page))["strokes"] as readonly Stroke[];
    await until("the stroke is kept", async () => (await strokes()).length === 1);
    const after = count(await real.features({ layer, strokes: await strokes() }, unaborted));
    await says(page, dead, new RegExp(`^${after}.* on this photo with brush strokes`));
  });

  it("says that the brush was over the photo, once it is put down, wherever that matters, and takes it off", async () => {
    const page = await drawn();
    await page.click(".tool:text-is('Brush')");
    await page.focus("canvas.pane >> nth=2");
    await page.keyboard.press("Enter");
    await until("it is painted", async () => String((await kept(page))["strokes"]) !== "");
    assert.equal(await page.isVisible(".strokes-notice"), false, "it is to be seen while the brush is in hand");
    await page.click(".tool:text-is('Brush')");
    await page.waitForSelector(".brush-bar", { state: "hidden" });
    await says(page, ".strokes-notice", /1 brush stroke/);
    for (const tab of ["filters", "weights", "node"]) {
      await page.click(`#tab-${tab}`);
      await page.waitForSelector(".strokes-notice", { state: "hidden" });
    }
    await page.click("#tab-unit");
    await says(page, ".strokes-notice", /1 brush stroke/);
    await page.click(".strokes-notice >> text=Remove the stroke");
    await until("it is gone", async () => JSON.stringify((await kept(page))["strokes"]) === "[]");
    assert.equal(await page.isVisible(".strokes-notice"), false);
    assert.equal(await page.evaluate("document.activeElement.id"), "tab-unit", "the focus is not lost with the line");
  });
});
