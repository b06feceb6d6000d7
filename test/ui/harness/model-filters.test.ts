import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { filters } from "../../../src/engine/inside/filters.ts";
import { floatsOf } from "../../../src/engine/inside/floats.ts";
import { weightValues } from "../../../src/engine/inside/weights.ts";
import { samplesIn } from "../../../src/engine/samples.ts";
import { Looking } from "../../../src/engine/subject.ts";
import type { FilterCard } from "../../../src/shared/inside.ts";
import { until } from "../driver/until.ts";
import { modelHost, samples } from "./model-fake-host.ts";
import { around } from "./around.ts";
import { editorOf, modelHarness, numberIn } from "./model-harness.ts";

const model = join(samples, "squeezenet1.1.onnx");
const looking = new Looking(samplesIn(samples));
const unaborted = new AbortController().signal;

const weightFloats = async (of: Parameters<typeof weightValues>[0]) => floatsOf(await weightValues(of, unaborted));

describe("the model editor's filters in a browser", function () {
  this.timeout(120000);
  const views = around(modelHarness);
  const { calls, open, kept } = editorOf(views);

  const panel = "#panel-filters:not([hidden])";
  const shown = async (page: Page) => {
    await page.waitForSelector(`${panel} .filter-body:not([hidden]) .verdict strong`, { timeout: 30000 });
    return page;
  };

  it("show the first layer in colour, with its verdict; keys choose, the slices follow", async () => {
    const page = await shown(await open({ tab: "filters", layer: "conv1" }));
    await until("the verdict is that of conv1", async () =>
      /^Smooth Half of the filters have at most .*; below 69\.0\u00a0% counts as smooth\./.test(
        await page.innerText(`${panel} .verdict`),
      ),
    );
    assert.match(
      await page.innerText(`${panel} .filter-body > p.dim`),
      /over the picture's colours, read as blue, green, red: middle grey/,
    );
    await page.focus(`${panel} .tiles[aria-label="Filters"]`);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector(`${panel} .slices h3:has-text("Filter 1:")`);
    await page.keyboard.press("End");
    await page.waitForSelector(`${panel} .slices h3:has-text("Filter 63:")`);
    assert.equal((await kept(page))["channel"], 63);
    const { data } = await weightFloats({ model, weight: "conv1_w_0" });
    const norm = Math.hypot(...data.slice(63 * 27));
    const told = /norm ([\d.]+)/.exec(await page.innerText(`${panel} .slices h3`))?.[1];
    assert.ok(Math.abs(Number(told) / norm - 1) < 0.006, `${told}, not ${norm}`);
    await until("the slices are there", async () => /3 input channels/.test(await page.innerText(`${panel} .slices`)));
  });

  it("tell the value under the pointer, of the place that it points at", async () => {
    const page = await shown(await open({ tab: "filters", layer: "conv1" }));
    await page.hover(`${panel} .tiles[aria-label="Filters"] canvas`, { position: { x: 3, y: 3 } });
    const text = await page.innerText(`${panel} .filter-body > .readout`);
    const values = /filter 0, 0, 0: red (\S+), green (\S+), blue (\S+)/.exec(text)?.slice(1).map(numberIn);
    const { data } = await weightFloats({ model, weight: "conv1_w_0" });
    const weights = [0, 9, 18].map((i) => data[i] ?? NaN);
    const card = await filters(looking, { model, layer: "conv1" }, unaborted);
    const close = (a: number, b: number) => Math.abs(a - b) < card.pictures.high / 100;
    const straight = weights.every((weight, i) => close(values?.[i] ?? NaN, weight));
    const reversed = weights.every((weight, i) => close(values?.[2 - i] ?? NaN, weight));
    assert.ok(straight || reversed, `${text}: ${weights.join(", ")}`);
    await page.click(`${panel} .tiles[aria-label="Filters"] canvas`, { position: { x: 3, y: 3 } });
    await page.waitForSelector(`${panel} .slices h3:has-text("Filter 0:")`);
  });

  it("have one scale or each their own, as they differ, until it is chosen; which is kept", async () => {
    const dropdown = `${panel} vscode-dropdown[aria-label="Colour scale"]`;
    const value = (page: Page) => page.$eval(dropdown, (field) => (field as unknown as { value: string }).value);
    const legend = (page: Page) => page.innerText(`${panel} .filter-legend`);
    const even = await shown(await open({ tab: "filters", layer: "conv1" }));
    assert.equal(await value(even), "all");
    assert.match(await legend(even), /^−0\.92\s+0\.92\s+of red, green and blue each, one scale for all$/);
    const named = await even.getAttribute(`${panel} .legend`, "aria-label");
    assert.equal(named, "Colours from −0.92 to 0.92, of red, green and blue each, one scale for all");
    const page = await shown(
      await open({ tab: "filters", layer: "stem", channel: 9 }, { model: "efficientnet-lite0.onnx" }),
    );
    assert.equal(await value(page), "each");
    assert.match(await legend(page), /filter 9; each has its own scale$/);
    const colors = () =>
      page.evaluate<number>(
        `(() => { const c = document.querySelector('${panel} .tiles[aria-label="Filters"] canvas'); const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height); return new Set(new Uint32Array(data.buffer)).size; })()`,
      );
    const own = await colors();
    await page.focus(dropdown);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await until("one scale for all", async () => /^−17\.6\s+17\.6\s+.*one scale for all$/.test(await legend(page)));
    assert.equal((await kept(page))["filterScale"], "all");
    const all = await colors();
    assert.ok(all < own, `${all} colours on one scale, ${own} on their own`);
    await page.reload();
    await shown(page);
    assert.equal(await value(page), "all");
  });

  it("follow the preparation: with another order of colours they are asked for anew, and it is said", async () => {
    let order: "RGB" | "BGR" = "BGR";
    const real = modelHost({}).handlers;
    const page = await shown(
      await open(
        { tab: "filters", layer: "conv1" },
        {
          answers: {
            async photo(params) {
              const photo = await real.photo(params, unaborted);
              if (!photo) return undefined;
              const preparation = { ...photo.preparation, color: order };
              const preparationFrom = order === "BGR" ? "guess" : "sidecar";
              return { ...photo, preparation, prediction: { ...photo.prediction, preparation, preparationFrom } };
            },
            filters: async (params) => ({
              ...(await filters(looking, { ...params, model }, unaborted)),
              colors: { order, guessed: order === "BGR" },
            }),
          },
        },
      ),
    );
    const says = (words: RegExp) =>
      until(String(words), async () => words.test(await page.innerText(`${panel} .filter-body > p.dim`)));
    await says(/read as blue, green, red \(a guess\):/);
    assert.equal(calls("filters").length, 1, "the photo says the same as the card");
    await page.focus(`${panel} vscode-dropdown[aria-label="Sort"]`);
    order = "RGB";
    views().host.change("preparation");
    await says(/read as red, green, blue:/);
    assert.equal(calls("filters").length, 2);
    assert.equal(await page.evaluate('document.activeElement?.getAttribute("aria-label")'), "Sort");
  });

  it("are asked for once where they have no colours, however the photo is prepared", async () => {
    const real = modelHost({}).handlers;
    let color: "RGB" | "BGR" = "BGR";
    let photos = 0;
    const page = await shown(
      await open(
        { tab: "filters", layer: "fire2/expand3x3" },
        {
          answers: {
            async photo(params) {
              const photo = await real.photo(params, unaborted);
              if (!photo) return undefined;
              photos++;
              const preparation = { ...photo.preparation, color };
              return { ...photo, preparation, prediction: { ...photo.prediction, preparation } };
            },
          },
        },
      ),
    );
    await until("the photo is there", () => photos > 0);
    const before = photos;
    color = "RGB";
    views().host.change("photo");
    await until("it is there anew", () => photos > before);
    await page.click("#tab-maps");
    await page.click("#tab-filters");
    await shown(page);
    assert.equal(calls("filters").length, 1);
  });

  it("are sorted, and saved as a picture", async () => {
    let saved: { readonly name: string; readonly bytes: Uint8Array } | undefined;
    const page = await shown(
      await open(
        { tab: "filters", layer: "conv1" },
        {
          answers: {
            savePicture: (picture) => {
              saved = picture;
              return Promise.resolve(true);
            },
          },
        },
      ),
    );
    const { norms } = await filters(looking, { model, layer: "conv1" }, unaborted);
    const longest = norms.indexOf(Math.max(...norms));
    await page.click(`${panel} vscode-dropdown[aria-label="Sort"]`);
    await page.click('vscode-option:has-text("Sort: longest first")');
    // The list tells of its choice a moment after it has closed.
    await until("the longest one is the first", async () => {
      await page.focus(`${panel} .tiles[aria-label="Filters"]`);
      await page.keyboard.press("Home");
      return page.locator(`${panel} .slices h3:has-text("Filter ${longest}:")`).isVisible();
    });
    await page.click("text=Save as PNG…");
    await until("it is saved", () => saved !== undefined);
    assert.equal(saved?.name, "SqueezeNet-1.1-conv1-filters.png");
    assert.deepEqual(
      [...(saved?.bytes.slice(1, 4) ?? [])],
      [..."PNG"].map((c) => c.charCodeAt(0)),
    );
  });

  it("mark dead and doubled ones, and choose them from the list", async () => {
    const withFaults = async (params: { readonly layer: string }): Promise<FilterCard> => ({
      ...(await filters(looking, { ...params, model }, unaborted)),
      dead: [7],
      duplicates: [{ a: 2, b: 11, cosine: 0.9991 }],
    });
    const page = await shown(await open({ tab: "filters", layer: "conv1" }, { answers: { filters: withFaults } }));
    assert.match(await page.innerText(`${panel} .filter-faults`), /1 dead filter[^]*: 7[^]*2 = 11 \(0\.999\)/);
    await page.click(`${panel} [aria-label="Filter 11"]`);
    await page.waitForSelector(`${panel} .slices h3:has-text("points the same way as 2")`);
    await page.click(`${panel} [aria-label="Filter 7"]`);
    await page.waitForSelector(`${panel} .slices h3:has-text("dead")`);
  });

  it("are a matrix where they are 1 × 1, and nothing where there are none", async () => {
    const page = await shown(await open({ tab: "filters", layer: "fire2/squeeze1x1" }));
    assert.match(await page.innerText(`${panel} .matrix-frame`), /outputs 0 to 15[^]*inputs 0 to 63/);
    await page.focus(`${panel} .matrix`);
    await page.keyboard.press("End");
    await page.waitForSelector(`${panel} .slices h3:has-text("Filter 15:")`);
    views().host.reveal("pool1");
    await page.waitForSelector(`${panel} >> text=pool1 is MaxPool: it has no weights`);
    assert.equal(await page.isVisible(`${panel} .filter-body`), false);
  });
});
