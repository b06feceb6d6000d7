import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { step } from "../../../src/engine/inside/step.ts";
import { samplesIn } from "../../../src/engine/samples.ts";
import { Looking } from "../../../src/engine/subject.ts";
import { heaviestChannel } from "../../../webview/model/convolution/arithmetic.ts";
import { until } from "../driver/until.ts";
import { samples } from "./model-fake-host.ts";
import { around } from "./around.ts";
import { editorOf, modelHarness, numberIn } from "./model-harness.ts";
import { resize } from "./pages.ts";

const model = join(samples, "squeezenet1.1.onnx");
const image = join(samples, "cat-chelsea.png");
const looking = new Looking(samplesIn(samples));
const unaborted = new AbortController().signal;

describe("a convolution explained in a model editor in a browser", function () {
  this.timeout(120000);
  const views = around(modelHarness);
  const { open } = editorOf(views);

  const panel = "#panel-steps:not([hidden])";
  const lines = async (page: Page) => {
    const texts = await page.locator(`${panel} .sum-lines > *`).allInnerTexts();
    return new Map(texts.flatMap((text, i) => (i % 2 ? [[texts[i - 1] ?? "", numberIn(text)] as const] : [])));
  };
  const ready = (page: Page) =>
    page.waitForSelector(`${panel} .step-body:not([hidden]) .sum-lines dd`, { timeout: 30000 });

  it("adds up what it shows, product by product, to what the network computed", async () => {
    const page = await open({ tab: "steps", layer: "conv1", channel: 5, place: [20, 30] });
    await ready(page);
    const at = { model, image, layer: "conv1", channel: 5, place: [20, 30] } as const;
    assert.equal(
      await page.innerText(`${panel} .number-stepper:has([aria-label="Input channel"]) .dim`),
      "(0 to 2)",
      "its field counts from 0",
    );
    const { value, window, weights, bias } = await step(looking, at, unaborted);
    const end = await lines(page);
    const sum = end.get("Sum with the bias") ?? NaN;
    assert.ok(Math.abs(sum - value) <= Math.abs(value) * 1e-3, `${sum}, not ${value}`);
    assert.equal(end.get("What the network computed, before any activation"), sum);
    await page.focus(`${panel} .player`.concat(" button >> nth=0"));
    await page.keyboard.press("Home");
    await until("nothing is summed up", async () => [...(await lines(page)).values()].every((each) => each === 0));
    for (let i = 0; i < 2; i++) await page.keyboard.press(".");
    await until("two products", async () => (await lines(page)).has("Input channel 0, 2 of 9 products"));
    const two = window[0]! * weights[0]! + window[1]! * weights[1]!;
    const said = (await lines(page)).get("Input channel 0, 2 of 9 products") ?? NaN;
    assert.ok(Math.abs(said - two) <= Math.abs(two) * 1e-3, `${said}, not ${two}`);
    assert.equal(await page.locator(`${panel} .number-grid td[data-now]`).count(), 3, "window, kernel and product");
    await page.keyboard.press(",");
    await until("one again", async () => (await lines(page)).has("Input channel 0, 1 of 9 products"));
    assert.ok(Number.isFinite(bias));
  });

  it("begins with the input channel that adds most there", async () => {
    const of = { layer: "fire5/expand3x3", channel: 3, place: [5, 6] } as const;
    const { window, weights, channels } = await step(looking, { model, image, ...of }, unaborted);
    const sums = Array.from({ length: channels }, (_, c) =>
      Math.abs(window.slice(9 * c, 9 * c + 9).reduce((sum, x, i) => sum + x * (weights[9 * c + i] ?? 0), 0)),
    );
    const heaviest = sums.indexOf(Math.max(...sums));
    assert.ok(heaviest > 0, "else nothing is shown by it");
    const page = await open({ tab: "steps", ...of });
    await ready(page);
    assert.ok(
      (await lines(page)).has(`Input channel ${heaviest}, 9 of 9 products`),
      [...(await lines(page)).keys()].join("; "),
    );
    await page.waitForSelector(`${panel} figcaption:has-text("channel ${heaviest}")`);
  });

  it("stays with that input channel from place to place, though another may add most there", async () => {
    const page = await open({ tab: "steps", layer: "fire5/expand3x3" });
    await ready(page);
    const said = /place (\d+), (\d+) of channel (\d+)/.exec(await page.innerText(`${panel} .step-body > p >> nth=0`));
    const [row = NaN, column = NaN, channel = NaN] = (said ?? []).slice(1).map(Number);
    const heaviestAt = async (place: readonly [number, number]) =>
      heaviestChannel(await step(looking, { model, image, layer: "fire5/expand3x3", channel, place }, unaborted));
    const heaviest = await heaviestAt([row, column]);
    await page.focus(`${panel} [aria-label="Output map: choose a place"]`);
    let to = column;
    do {
      await page.keyboard.press("ArrowLeft");
      await page.waitForSelector(`${panel} >> text=place ${row}, ${--to} of channel ${channel}`);
      assert.ok((await lines(page)).has(`Input channel ${heaviest}, 9 of 9 products`), `place ${row}, ${to}`);
    } while ((await heaviestAt([row, to])) === heaviest);
  });

  it("plays and pauses by itself, unless less motion is asked for", async () => {
    const page = await open({ tab: "steps", layer: "conv1", channel: 5, place: [20, 30] });
    await ready(page);
    await page.click(`${panel} [aria-label^="Play"]`);
    await until("it has moved on", async () => [...(await lines(page)).keys()].some((key) => /, 3 of 27/.test(key)));
    await page.click(`${panel} [aria-label^="Pause"]`);
    await resize(page, 1030, 800);
    const beginnings = await page.evaluate<number[]>(`(() => {
      const boxes = [...document.querySelectorAll(".player :is(button, vscode-dropdown)")].map((e) => e.getBoundingClientRect());
      const rows = Map.groupBy(boxes, ({ top, height }) => Math.round((top + height / 2) / 10));
      return [...rows.values()].map(([{ left }]) => left);
    })()`);
    assert.ok(beginnings.length > 1, "its tools have no room on one line");
    assert.equal(new Set(beginnings).size, 1, `its lines begin at ${beginnings.join(" and ")}`);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.keyboard.press(".");
    await until("no play", async () => !(await page.isVisible(`${panel} [aria-label^="Play"]`)));
    await page.waitForSelector(`${panel} >> text=Less motion is asked for`);
  });

  it("tells rows from columns on the way back, where its steps differ", async () => {
    const of = { model, image, layer: "conv1", channel: 5, place: [20, 30] } as const;
    const found = { ...(await step(looking, of, unaborted)), stride: [3, 2] } as const;
    const page = await open(
      { tab: "steps", layer: "conv1", channel: 5, place: [20, 30] },
      { answers: { step: () => Promise.resolve(found) } },
    );
    await ready(page);
    assert.match(
      await page.innerText(`${panel} .backwards > p >> nth=0`),
      /over the output, with 2 zeros between its rows and 1 between its columns, one cell at a time: a pixel of the input is 1\/3 of an output pixel down, and 1\/2 of an output pixel across\./,
    );
  });

  it("goes over the places of the output, and shows padding as such", async () => {
    const page = await open({ tab: "steps", layer: "fire2/expand3x3", channel: 3, place: [0, 0] });
    await ready(page);
    const padding = () => page.locator(`${panel} .number-grids .number-grid >> nth=0 >> td[data-kind=padding]`).count();
    assert.equal(await padding(), 5, "three above and two beside");
    await page.click(`${panel} vscode-dropdown[aria-label="What a step is"]`);
    await page.click('vscode-option:has-text("Step: an output place")');
    await page.click(`${panel} [aria-label="Step (.)"]`);
    await page.waitForSelector(`${panel} >> text=place 0, 1 of channel 3`, { timeout: 30000 });
    await until("three above", async () => (await padding()) === 3);
    assert.match(await page.innerText(`${panel} .matrix-strip`), /96 of the row’s numbers are not zero/); // 16 · 6
  });

  it("shows the switch of a pooling, and says where there is nothing to show", async () => {
    const page = await open({ tab: "steps", layer: "pool1", channel: 5 });
    await ready(page);
    assert.match(await page.innerText(`${panel} .switches`), /The switch: row \d, column \d/);
    assert.equal(await page.locator(`${panel} .number-grid td[data-picked]`).count(), 1);
    assert.equal(await page.isVisible(`${panel} .backwards`), false);
    views().host.reveal("fire2/concat");
    await page.waitForSelector(`${panel} >> text=there is no convolution and no pooling in it`, { timeout: 30000 });
  });
});
