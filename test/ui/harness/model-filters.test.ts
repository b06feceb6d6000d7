import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { filters } from "../../../src/engine/inside/filters.ts";
import { step } from "../../../src/engine/inside/step.ts";
import { unit } from "../../../src/engine/inside/unit.ts";
import { weightValues } from "../../../src/engine/inside/weights.ts";
import { samplesIn } from "../../../src/engine/samples.ts";
import { Looking } from "../../../src/engine/subject.ts";
import type { FilterCard } from "../../../src/shared/inside.ts";
import { heaviestChannel } from "../../../webview/model/convolution/arithmetic.ts";
import { until } from "../driver/until.ts";
import { modelHost, samples } from "./model-fake-host.ts";
import type { ModelScenario } from "./model-fake-host.ts";
import { modelHarness } from "./model-harness.ts";
import type { ModelHarness } from "./model-harness.ts";

const model = join(samples, "squeezenet1.1.onnx");
const image = join(samples, "cat-chelsea.png");
const looking = new Looking(samplesIn(samples));
const unaborted = new AbortController().signal;

describe("the model editor's filters, units and convolutions in a browser", function () {
  this.timeout(120000);
  let views: ModelHarness;
  before(async () => {
    views = await modelHarness();
  });
  after(() => views.close());
  afterEach(() => assert.deepEqual(views.problems, [], "errors on the page's console"));

  const calls = (name: string) => views.asked.filter(({ call }) => call === name);
  const open = (view: Readonly<Record<string, unknown>>, scenario: ModelScenario = {}): Promise<Page> =>
    views.open({
      height: 1000,
      scenario: { ...scenario, state: { view } },
    });
  const kept = async (page: Page) =>
    (await page.evaluate<{ view: Readonly<Record<string, unknown>> }>("JSON.parse(sessionStorage.getItem('state'))"))
      .view;
  const number = (text: string) => Number(text.replaceAll("−", "-").replaceAll(",", ""));

  describe("filters", () => {
    const panel = "#panel-filters:not([hidden])";
    const shown = async (page: Page) => {
      await page.waitForSelector(`${panel} .filter-body:not([hidden]) .verdict strong`, { timeout: 30000 });
      return page;
    };

    it("show the first layer in colour, with its verdict; keys choose, the slices follow", async () => {
      const page = await shown(await open({ tab: "filters", layer: "conv1" }));
      await until("the verdict is that of conv1", async () =>
        /^Smooth Half of the filters have more than .*; below 69\.0 % counts as smooth\./.test(
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
      const { data } = await weightValues({ model, weight: "conv1_w_0" }, unaborted);
      const norm = Math.hypot(...data.slice(63 * 27));
      const told = /norm ([\d.]+)/.exec(await page.innerText(`${panel} .slices h3`))?.[1];
      assert.ok(Math.abs(Number(told) / norm - 1) < 0.006, `${told}, not ${norm}`);
      await until("the slices are there", async () =>
        /3 input channels/.test(await page.innerText(`${panel} .slices`)),
      );
    });

    it("tell the value under the pointer, of the place that it points at", async () => {
      const page = await shown(await open({ tab: "filters", layer: "conv1" }));
      await page.hover(`${panel} .tiles[aria-label="Filters"] canvas`, { position: { x: 3, y: 3 } });
      const text = await page.innerText(`${panel} .filter-body > .readout`);
      const values = /filter 0, 0, 0: red (\S+), green (\S+), blue (\S+)/.exec(text)?.slice(1).map(number);
      const { data } = await weightValues({ model, weight: "conv1_w_0" }, unaborted);
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
      views.host.change("preparation");
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
      views.host.change("photo");
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
      await page.focus(`${panel} .tiles[aria-label="Filters"]`);
      await page.keyboard.press("Home");
      await page.waitForSelector(`${panel} .slices h3:has-text("Filter ${longest}:")`);
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
      views.host.reveal("pool1");
      await page.waitForSelector(`${panel} >> text=pool1 is MaxPool: it has no weights`);
      assert.equal(await page.isVisible(`${panel} .filter-body`), false);
    });
  });

  describe("one unit", () => {
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
      const sum = contributions.reduce((total, text) => total + number(text), 0);
      const value = number(/^(\S+) before/.exec(await page.innerText(`${panel} .made-of > p`))?.[1] ?? "");
      assert.ok(Math.abs(sum / value - 1) < 0.02, `${sum}, not ${value}`);
      await until(
        "all three ways back",
        async () => (await page.locator(`${panel} .projections figure`).count()) === 3,
      );
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

    it("begins with the channel that the feature maps show, and has a picture made that it likes", async () => {
      const page = await open({ tab: "maps", layer: "fire2/expand3x3" });
      await page.waitForSelector(".about-place:has-text('Channel')", { timeout: 30000 });
      const channel = /^Channel (\d+)/.exec((await page.locator(".about-place").innerText()) || "");
      await page.click("#tab-unit");
      await page.waitForSelector(`${panel} .bars .link`, { timeout: 30000 });
      assert.equal(await page.inputValue(`${panel} input[aria-label=Channel]`), channel?.[1]);
      await page.click(`${panel} button:has-text("Dream this"), ${panel} vscode-button:has-text("Dream this")`);
      await until("it is asked for", () => views.asked.some(({ call }) => call === "visualizeChannel"));
      const asked = views.asked.find(({ call }) => call === "visualizeChannel");
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

  describe("a convolution explained", () => {
    const panel = "#panel-steps:not([hidden])";
    const lines = async (page: Page) => {
      const texts = await page.locator(`${panel} .sum-lines > *`).allInnerTexts();
      return new Map(texts.flatMap((text, i) => (i % 2 ? [[texts[i - 1] ?? "", number(text)] as const] : [])));
    };
    const ready = (page: Page) =>
      page.waitForSelector(`${panel} .step-body:not([hidden]) .sum-lines dd`, { timeout: 30000 });

    it("adds up what it shows, product by product, to what the network computed", async () => {
      const page = await open({ tab: "steps", layer: "conv1", channel: 5, place: [20, 30] });
      await ready(page);
      const at = { model, image, layer: "conv1", channel: 5, place: [20, 30] } as const;
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
      const padding = () =>
        page.locator(`${panel} .number-grids .number-grid >> nth=0 >> td[data-kind=padding]`).count();
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
      views.host.reveal("fire2/concat");
      await page.waitForSelector(`${panel} >> text=there is no convolution and no pooling in it`, { timeout: 30000 });
    });
  });
});
