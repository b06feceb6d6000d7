import assert from "node:assert/strict";
import { layers } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";

describe("the layers and channels that can be chosen in the Dream panel", function () {
  this.timeout(60_000);
  const { views } = aroundDream();

  it("shows the layer, the channel and the class that were chosen", async () => {
    const page = await views().open({ scenario: { settings: { layer: "fire5/concat", channel: 3 } } });
    await layers(page);
    const layer = page.locator('[aria-label="Layer"] [role=option][aria-selected="true"]');
    assert.equal(await layer.textContent(), "fire5/concat · 256");
    const channel = page.locator('[aria-label^="Channel"] input');
    assert.equal(await channel.inputValue(), "3");
    await channel.press("ArrowUp");
    await until("it is the next one", () => views().host.run.settings.channel === 4);
  });

  it("shows a layer that the model has not, so that another can be chosen, or none", async () => {
    const page = await views().open({ scenario: { settings: { layer: "stage5/block3" } } });
    await layers(page);
    const chosen = page.locator('[aria-label="Layer"] [role=option][aria-selected="true"]');
    await until("it is shown", async () => (await chosen.textContent()) === "No layer here: stage5/block3");
    await page.click('vscode-dropdown[aria-label="Layer"]');
    await page.locator('[aria-label="Layer"] vscode-option').filter({ hasText: "Automatic" }).click();
    await until("the choice is taken back", () => views().host.run.settings.layer === undefined);
    await until("it is no longer on offer", async () => (await page.getByText("stage5/block3").count()) === 0);
  });

  for (const [width, model, layer] of [
    [1400, "efficientnet-lite0.onnx", "stage6/block1/expand"],
    [1400, "squeezenet1.1.onnx", "fire7/squeeze1x1_1"],
    [1000, "squeezenet1.1.onnx", "a/layer/of/another/network/whose/name/has/no/end/at/all"],
    [324, "efficientnet-lite0.onnx", "stage6/block1/expand"],
  ] as const)
    it(`has all of a line of several layers in a window of ${width} pixels, ${layer} among them`, async () => {
      const both = [layer, layer].map((name) => ({ name, weight: 1 }));
      const page = await views().open({ width, height: 900, scenario: { model, settings: { layers: both } } });
      await page.getByRole("textbox", { name: "Weight of layer 2" }).waitFor();
      const room = await page.locator("aside").evaluate((aside) => {
        const { clientWidth, scrollWidth } = aside as never as Wide;
        return { clientWidth, scrollWidth };
      });
      assert.ok(room.scrollWidth <= room.clientWidth, JSON.stringify(room));
      for (const name of ["Channel of layer 2", "Weight of layer 2", "Remove layer 2"]) {
        // Found and measured at once: the form may be drawn anew meanwhile.
        const { left, right } = await page.locator("aside").evaluate((aside, name) => {
          const one = (aside as never as Within).querySelector(`.layer-row > [aria-label^="${name}"]`);
          const { left, right } = one.getBoundingClientRect();
          return { left, right };
        }, name);
        assert.ok(left >= 0 && right > left && right <= width - 16, `${name}: ${left} to ${right}`);
      }
    });

  it("asks for a channel and a place only where they count", async () => {
    const unit = { technique: "neuron-visualization", layer: "fire5/concat", parameters: { of: "unit" } };
    const page = await views().open({ scenario: { photo: "none", settings: unit } });
    await layers(page);
    const row = page.locator('[aria-label^="Row"] input');
    const channel = page.locator('vscode-text-field[aria-label^="Channel"]');
    assert.equal(await channel.count(), 1);
    await row.fill("2");
    await row.press("Enter");
    // The map is 27 × 27: its middle is 13.
    await until("the centre's column is filled in", () => views().host.run.settings.place?.join() === "2,13");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const column = page.locator('[aria-label^="Column"] input');
    await until("the field shows it", async () => (await column.inputValue()) === "13");
    const change = async (parameters: object) => views().host.handlers.change({ ...unit, seed: 0, parameters: { ...parameters } }, new AbortController().signal); // prettier-ignore
    await change({ of: "channel" });
    await row.waitFor({ state: "detached" });
    assert.equal(await channel.count(), 1);
    await change({ of: "layer" });
    await channel.waitFor({ state: "detached" });
  });

  it("shows the channels of another layer as soon as it is chosen, and leaves the focus on the list", async () => {
    const page = await views().open({ scenario: { settings: { layer: "fire5/concat", channel: 3 } } });
    await layers(page);
    const channel = page.locator('vscode-text-field[aria-label^="Channel"]');
    assert.match((await channel.getAttribute("aria-label")) ?? "", /from 0 to 255/);
    await page.locator('[aria-label="Layer"]').focus();
    await page.keyboard.press("ArrowDown");
    await until("another layer is chosen", () => views().host.run.settings.layer !== "fire5/concat");
    await until("the channel is forgotten", async () => (await channel.locator("input").inputValue()) === "");
    const focused = await page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
    assert.equal(focused, "Layer");
    const before = views().host.run.settings.layer;
    await page.keyboard.press("ArrowDown");
    await until("the list goes on by the keys", () => views().host.run.settings.layer !== before);
  });

  it("takes several layers with weights of either sign, each with its own channel, by keys alone", async () => {
    const settings = { technique: "neuron-visualization", layer: "fire5/concat", channel: 3 };
    const page = await views().open({ scenario: { photo: "none", settings } });
    await layers(page);
    const chosen = () => views().host.run.settings.layers;
    await page.getByRole("button", { name: "Several layers…" }).press("Enter");
    await page.getByRole("textbox", { name: "Weight of layer 1" }).waitFor();
    assert.equal(chosen(), undefined, "to open the list chooses nothing");
    await page.locator('[aria-label="Layer"]').waitFor({ state: "detached" });
    const add = page.getByRole("button", { name: "Add a layer" });
    await page.locator("button:focus").getByText("Add a layer").waitFor();
    await page.keyboard.press("Enter");
    await until("there are two", () => chosen()?.length === 2);
    assert.deepEqual(chosen()?.[0], { name: "fire5/concat", weight: 1, channel: 3 }, "the one layer is the first");
    const weight = page.getByRole("textbox", { name: "Weight of layer 2" });
    await weight.fill("-0.5");
    await weight.press("Enter");
    await until("it is below zero", () => chosen()?.[1]?.weight === -0.5);
    await weight.press("ArrowUp");
    await until("an arrow raises it", () => chosen()?.[1]?.weight === -0.4);
    await weight.fill("much");
    await weight.press("Enter");
    await until("what is no number is marked", async () => (await weight.getAttribute("aria-invalid")) === "true");
    await weight.press("ArrowDown");
    await until("an arrow mends it", () => chosen()?.[1]?.weight === -0.5);
    const channel = page.getByRole("textbox", { name: "Channel of layer 2" });
    assert.equal(await channel.inputValue(), "3", "every layer shows the channel that is meant");
    await channel.fill("7");
    await channel.press("Enter");
    await until("it has a channel of its own", () => chosen()?.[1]?.channel === 7);
    assert.notEqual(chosen()?.[1]?.name, "fire5/concat", "the next one of the network");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Remove layer 1" }).press("Enter");
    await until("one is left", () => chosen()?.length === 1);
    await page.getByRole("button", { name: "Remove layer 1" }).press("Enter");
    await until("none is", () => chosen() === undefined);
    await page.locator('[aria-label="Layer"]').waitFor();
    assert.equal(await add.count(), 0);
  });

  it("opens the list of several layers without a change to the picture that grows, and closes it again", async () => {
    const page = await views().open({ scenario: { settings: { layer: "fire5/concat" } } });
    await layers(page);
    const changes = () => views().asked.filter(({ call }) => call === "change");
    await page.getByRole("button", { name: "Several layers…" }).click();
    await page.getByRole("textbox", { name: "Weight of layer 1" }).waitFor();
    await page.getByRole("button", { name: "Remove layer 1" }).click();
    await page.locator('[aria-label="Layer"]').waitFor();
    assert.deepEqual(changes(), []);
    assert.equal(views().host.run.settings.layer, "fire5/concat");
  });

  it("dreams of all channels of several layers, unless one is said", async () => {
    const page = await views().open({ scenario: { settings: { layer: "fire5/concat" } } });
    await layers(page);
    const chosen = () => views().host.run.settings.layers;
    await page.getByRole("button", { name: "Several layers…" }).click();
    const add = page.getByRole("button", { name: "Add a layer" });
    await add.click();
    await until("there are two", () => chosen()?.length === 2);
    const meant = () => chosen()?.map(({ channel }) => channel);
    assert.deepEqual([meant(), views().host.run.settings.channel], [[undefined, undefined], undefined]);
    const channel = (number: number) =>
      page.getByRole("textbox", { name: `Channel of layer ${number}; empty for all` });
    const shown = () => Promise.all([1, 2].map((number) => channel(number).inputValue()));
    assert.deepEqual(await shown(), ["", ""]);
    assert.equal(await channel(1).getAttribute("placeholder"), "all");
    await channel(1).fill("7");
    await channel(1).press("Enter");
    await until("one has a channel of its own", () => meant()?.[0] === 7);
    assert.deepEqual(await shown(), ["7", ""]);
    await channel(1).fill("");
    await channel(1).press("Enter");
    await until("it has all of them again", () => meant()?.[0] === undefined);
    assert.deepEqual(await shown(), ["", ""]);
  });

  it("leaves out the channel of one layer alone that all had in common, and that of one that stood by itself", async () => {
    const both = ["fire5/concat", "fire8/concat"].map((name) => ({ name, weight: 1 }));
    const page = await views().open({ scenario: { settings: { channel: 3, layers: both } } });
    const { run } = views().host;
    const meant = () => run.settings.layers?.map((one) => one.channel ?? run.settings.channel);
    const second = page.getByRole("textbox", { name: "Channel of layer 2" });
    assert.equal(await second.inputValue(), "3");
    await second.fill("");
    await second.press("Enter");
    await until("the other keeps it", () => meant()?.join() === "3,");
    assert.equal(await second.inputValue(), "");

    const alone = await views().open({ scenario: { settings: { channel: 3, layer: "fire5/concat" } } });
    await layers(alone);
    await alone.getByRole("button", { name: "Several layers…" }).click();
    await alone.getByRole("button", { name: "Add a layer" }).click();
    const now = () => views().host.run.settings;
    await until("there are two", () => now().layers?.length === 2);
    assert.deepEqual(
      now().layers?.map((one) => one.channel ?? now().channel),
      [3, undefined],
    );
  });

  it("asks for how many layers only where they are not chosen one by one", async () => {
    const page = await views().open({ scenario: { settings: { technique: "inversion", parameters: { row: 3 } } } });
    await layers(page);
    const row = page.locator('[data-parameter="row"]');
    await row.waitFor();
    await page.getByRole("button", { name: "Layers in a row…" }).press("Enter");
    await row.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Remove layer 1" }).press("Enter");
    await row.waitFor();
    assert.equal(views().host.run.settings.parameters["row"], 3);
  });

  it("has the style's layers beside the content's, without a channel and never below zero", async () => {
    const page = await views().open({ scenario: { settings: { technique: "style-transfer" } } });
    await layers(page);
    await page.getByRole("button", { name: "Choose layers of the style…" }).click();
    await page.getByRole("textbox", { name: "Weight of layer 1" }).waitFor();
    assert.equal(await page.locator('[aria-label="Content layer"]').count(), 1);
    await page.getByText("Content layer", { exact: true }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: /^Channel/ }).count(), 0);
    const weight = page.getByRole("textbox", { name: "Weight of layer 1" });
    await weight.fill("-1");
    await weight.press("Enter");
    await page
      .locator(".problem")
      .getByText("Weight of layer 1: expected a number from 0 to 1000000, got “-1”.")
      .waitFor();
    await page.locator('[aria-label="Technique"]').focus();
    await page.locator('[aria-label="Technique"]').press("Home");
    await until("another technique has none of them", () => views().host.run.settings.layers === undefined);
  });
});

/** What is asked of the page's elements: tests know no DOM. */
interface Wide {
  readonly clientWidth: number;
  readonly scrollWidth: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
}

interface Within {
  querySelector(selector: string): { getBoundingClientRect(): Box };
}
