import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { layers, phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { staged } from "./dream-staged.ts";
import { resize } from "./pages.ts";

describe("what can be chosen in the Dream panel", function () {
  this.timeout(60_000);
  const { views, asked } = aroundDream();

  it("shows the layer, the channel and the class that were chosen", async () => {
    const page = await views().open({ scenario: { settings: { layer: "fire5/concat", channel: 3 } } });
    await layers(page);
    const layer = page.locator('[aria-label="Layer"] [role=option][aria-selected="true"]');
    assert.equal(await layer.textContent(), "fire5/concat · 256");
    const channel = page.locator('[aria-label^="Channel"] input');
    assert.equal(await channel.inputValue(), "3");
    await channel.press("ArrowUp");
    await until("it is the next one", () => views().host.run.settings.channel === 4);
    await channel.fill("256"); // the layer's last is 255
    await channel.press("Enter");
    await until("the field shows what it was", async () => (await channel.inputValue()) === "4");
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
        // In one go: the form may be drawn anew meanwhile.
        const { left, right } = await page.locator(`.layer-row > [aria-label^="${name}"]`).evaluate((one) => {
          const { left, right } = (one as never as Boxed).getBoundingClientRect();
          return { left, right };
        });
        assert.ok(left >= 0 && right > left && right <= width - 16, `${name}: ${left} to ${right}`);
      }
    });

  describe("in its header", () => {
    let page: Page;
    before(async () => {
      page = await views().open({ scenario: { settings: { technique: "adversarial-example" } } });
      await page.locator("header vscode-dropdown").nth(2).waitFor();
    });

    for (const width of [320, 324, 420, 560])
      it(`is within a window of ${width} pixels, with the technique's name to be read`, async () => {
        await resize(page, width, 760);
        // The lists are made anew as models and photos come; found and measured by two calls, one may be gone in between.
        const boxes = await page.evaluate<readonly Box[]>(`
          [...document.querySelectorAll("header vscode-dropdown")].map((one) => one.getBoundingClientRect().toJSON())`);
        assert.equal(boxes.length, 3);
        for (const { left, right } of boxes) assert.ok(left >= 0 && right <= width, `${left} to ${right}`);
        const { left, right } = boxes[0]!;
        assert.ok(right - left >= 140, `the technique has ${right - left} pixels`);
      });
  });

  it("shows the model and the photo that they are where the same is chosen by a dialog, or none", async () => {
    const page = await views().open({ scenario: { photo: "coffee.png" } }); // which the dialog gives
    await layers(page);
    const shown = (name: string) =>
      page.locator(`vscode-dropdown[aria-label="${name}"] [role=option][aria-selected=true]`);
    await until("the photo is listed", async () => (await shown("Photo").textContent()) === "coffee.png");
    for (const name of ["Photo", "Model"]) {
      const before = await shown(name).textContent();
      const call = name === "Photo" ? "usePhoto" : "browseModel";
      await page.click(`vscode-dropdown[aria-label="${name}"]`);
      await page.locator(`vscode-dropdown[aria-label="${name}"] vscode-option`).filter({ hasText: "Browse…" }).click();
      await until("the dialog was asked for", () => asked(call).length === 1);
      await until("it shows what it is", async () => (await shown(name).textContent()) === before);
    }
  });

  it("asks once about another model", async () => {
    const page = await views().open({});
    await layers(page);
    await until("it was asked about", () => asked("subject").length === 1);
    await page.click('vscode-dropdown[aria-label="Model"]');
    await page.locator('[aria-label="Model"] vscode-option').filter({ hasText: "efficientnet-lite0" }).click();
    await page
      .locator('[aria-label="Model"] [aria-selected=true]')
      .filter({ hasText: "EfficientNet" })
      .waitFor({ state: "attached" });
    assert.equal(asked("subject").length, 2);
  });

  it("finds a class by its name", async () => {
    let read = () => {};
    const after = new Promise<void>((resolve) => (read = resolve));
    const settings = { technique: "class-visualization" };
    const page = await views().open({ scenario: { photo: "none", settings, after } });
    const field = page.locator(".class-picker input");
    await field.fill("tiger cat");
    await page.getByText("The network is being read.").waitFor();
    read();
    await page.getByRole("option", { name: "tiger cat" }).waitFor();
    await page.getByText("Choose a class to make a picture of.").waitFor();
    assert.ok(await page.getByRole("button", { name: "Start" }).isDisabled());
    await field.press("Enter");
    await page.getByRole("button", { name: "Start", disabled: false }).waitFor();
    assert.equal(views().host.run.settings.target, 282);
  });

  it("asks for no more channels than the layer has, in numbers alone", async () => {
    const settings = { technique: "feature-grid", layer: "fire5/concat" };
    const page = await views().open({ scenario: { photo: "none", settings } });
    const count = page.getByRole("textbox", { name: "How many channels, from 1 to 256" });
    await count.fill("300");
    await count.press("Enter");
    await page.getByText("Expected a whole number from 1 to 256, got “300”.").waitFor();
    await count.fill("12");
    await count.press("Enter");
    await until("it is taken", () => views().host.run.settings.parameters["count"] === 12);
    await page.locator('[data-parameter="count"] .problem').waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "How many channels: All from the first on" }).click();
    await until("all are taken", () => views().host.run.settings.parameters["count"] === "all");
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

  it("asks for a second photo where one is wanted, shows its name, and takes it back", async () => {
    const page = await views().open({ scenario: { settings: { parameters: { guide: "/photos/night.png" } } } });
    const guide = page.locator('[data-parameter="guide"]');
    await guide.getByText("night.png").waitFor();
    await guide.getByRole("button", { name: "None: Towards a picture" }).click();
    await until("it is gone", () => !("guide" in views().host.run.settings.parameters));
    await guide.getByRole("button", { name: "Choose Towards a picture" }).click();
    await guide.getByText("coffee.png").waitFor();
    assert.deepEqual(asked("browse"), [{ kind: "photo" }]);
    assert.match(String(views().host.run.settings.parameters["guide"]), /coffee\.png$/);
  });

  it("takes several layers with weights of either sign, each with its own channel, by keys alone", async () => {
    const settings = { technique: "neuron-visualization", layer: "fire5/concat", channel: 3 };
    const page = await views().open({ scenario: { photo: "none", settings } });
    await layers(page);
    const chosen = () => views().host.run.settings.layers;
    await page.getByRole("button", { name: "Several layers…" }).press("Enter");
    await until("the one layer is the first of the list", () => chosen()?.length === 1);
    assert.deepEqual(chosen(), [{ name: "fire5/concat", weight: 1, channel: 3 }]);
    await page.locator('[aria-label="Layer"]').waitFor({ state: "detached" });
    const add = page.getByRole("button", { name: "Add a layer" });
    await page.locator("button:focus").getByText("Add a layer").waitFor();
    await page.keyboard.press("Enter");
    await until("there are two", () => chosen()?.length === 2);
    const weight = page.getByRole("textbox", { name: "Weight of layer 2" });
    await weight.fill("-0.5");
    await weight.press("Enter");
    await until("it is below zero", () => chosen()?.[1]?.weight === -0.5);
    await weight.press("ArrowUp");
    await until("an arrow raises it", () => chosen()?.[1]?.weight === -0.4);
    await weight.fill("much");
    await weight.press("Enter");
    await until("what is no number goes back", async () => (await weight.inputValue()) === "-0.4");
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

  it("has a field for what is a number mostly, which says the other choice where it is empty", async () => {
    const page = await views().open({ scenario: { settings: { technique: "inversion" } } });
    const row = page.locator('[data-parameter="row"]');
    const field = row.getByRole("textbox");
    const all = row.getByRole("button", { name: "All up to the chosen one" });
    const isNow = (value: unknown) =>
      until(`it is ${String(value)}`, () => views().host.run.settings.parameters["row"] === value);
    assert.equal(await field.inputValue(), "1");
    await all.click();
    await isNow("all");
    await until("the field is empty", async () => (await field.inputValue()) === "" && !(await all.isVisible()));
    assert.equal(await field.getAttribute("placeholder"), "All up to the chosen one");
    await field.fill("3");
    await field.press("Enter");
    await isNow(3);
    await all.waitFor();
    await field.fill("");
    await field.press("Enter");
    await isNow("all");
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
    await until("it goes back to what it was", async () => (await weight.inputValue()) === "1");
    await page.locator('[aria-label="Technique"]').focus();
    await page.locator('[aria-label="Technique"]').press("Home");
    await until("another technique has none of them", () => views().host.run.settings.layers === undefined);
  });

  it("says of a picture that nothing is made without that it is required, and offers to choose none of the others alone", async () => {
    const styled = { technique: "style-transfer" };
    const shownOf = async (settings: object, name: string) => {
      const page = await views().open({ scenario: { settings } });
      const field = page.locator(".path-field").filter({ has: page.getByRole("button", { name: `Choose ${name}` }) });
      await field.first().waitFor();
      const chosen = await field.locator(".name").textContent();
      return [chosen, await field.getByRole("button", { name: `None: ${name}` }).isVisible()];
    };
    const style = "In the style of";
    assert.deepEqual(await shownOf(styled, style), ["required", false]);
    assert.deepEqual(await shownOf({ ...styled, parameters: { style: "/art/sea.png" } }, style), ["sea.png", false]);
    assert.deepEqual(await shownOf({}, "Towards a picture"), ["none", false]);
    assert.deepEqual(await shownOf({ parameters: { guide: "/art/sea.png" } }, "Towards a picture"), ["sea.png", true]);
  });

  it("folds away what few people change, until it is asked for or says something", async () => {
    const page = await views().open({
      width: 1400,
      height: 900,
      scenario: { start: staged({ step: 5 }), begins: true },
    });
    await phase(page, "finished");
    const factor = page.locator('[data-parameter="steps-factor"]');
    assert.equal(await factor.isVisible(), false);
    assert.ok(await page.locator('[data-parameter="octaves"]').isVisible());
    await page.getByText("More", { exact: true }).press("Enter");
    await factor.waitFor();
    const said = await views().open({ scenario: { settings: { parameters: { "steps-factor": 2 } } } });
    await said.locator('[data-parameter="steps-factor"]').waitFor();
  });

  for (const technique of ["deep-dream", "style-transfer", "class-visualization", "activation-atlas"])
    it(`keeps the objective's curve in sight beside the form of ${technique}`, async () => {
      const settings = { technique, target: 7, parameters: {} };
      const page = await views().open({ width: 1400, height: 900, scenario: { settings, start: staged({ step: 5 }), begins: true } }); // prettier-ignore
      await phase(page, "finished");
      for (const summary of await page.locator(".advanced:not([hidden]) summary").all()) await summary.click();
      const curve = (await page.locator(".curve .objective svg").boundingBox())!;
      assert.ok(curve.height > 40 && curve.y > 0 && curve.y + curve.height < 900, JSON.stringify(curve));
      const seen = await page.evaluate(`(() => {
        const { left, top, width, height } = document.querySelector(".curve .objective svg").getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".curve") !== null;
      })()`);
      assert.ok(seen, "nothing lies over it");
    });

  it("changes a number by its slider once it is let go, and moves it with what is typed", async () => {
    const page = await views().open();
    const octaves = page.locator('[data-parameter="octaves"]');
    const knob = octaves.locator(".slider");
    await knob.waitFor();
    const box = (await knob.boundingBox())!;
    const [left, middle] = [box.x, box.y + box.height / 2];
    await page.mouse.move(left + box.width / 2, middle);
    await page.mouse.down();
    await page.mouse.move(left + box.width * 0.99, middle, { steps: 4 });
    const number = octaves.getByRole("textbox");
    await until("the number follows", async () => (await number.inputValue()) === "12");
    assert.deepEqual(asked("change"), [], "nothing is made anew for every pixel");
    await page.mouse.up();
    await until("it is taken", () => views().host.run.settings.parameters["octaves"] === 12);
    await number.fill("1");
    await number.press("Enter");
    await until("the knob is at its beginning", async () => (await knob.inputValue()) === "0");
    assert.equal(await knob.getAttribute("tabindex"), "-1", "the keys have the field");
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

interface Boxed {
  getBoundingClientRect(): Box;
}
