import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { layers } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { resize } from "./pages.ts";

describe("what can be chosen in the Dream panel", function () {
  this.timeout(60_000);
  const { views, asked } = aroundDream();

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

  describe("in the field of a class", () => {
    let page: Page;
    const classField = () => page.locator(".class-picker input");
    const chosen = () => views().host.run.settings.target;
    const shows = (label: string) =>
      until(`it shows ${label}`, async () => (await classField().inputValue()) === label);
    beforeEach(async () => {
      const settings = { technique: "class-visualization", target: 1 };
      page = await views().open({ scenario: { photo: "none", settings } });
      await shows("goldfish"); // the network is read
    });
    const left = () => page.locator(".class-picker .matches").waitFor({ state: "hidden" });

    for (const key of ["Tab", "Escape"])
      it(`shows the class that is chosen again where nothing fits, left by ${key}`, async () => {
        await classField().fill("unicorn");
        await page.getByText("No class fits.").waitFor();
        await classField().press(key);
        await left();
        await shows("goldfish");
        assert.equal(chosen(), 1);
      });

    it("is marked on Enter where nothing fits, until it is left", async () => {
      await classField().fill("unicorn");
      await classField().press("Enter");
      await page.locator(".class-picker .problem").getByText("Class: none fits “unicorn”.").waitFor();
      await until("it is marked", async () => (await classField().getAttribute("aria-invalid")) === "true");
      assert.equal(await classField().inputValue(), "unicorn");
      await classField().press("Tab");
      await page.locator(".class-picker .problem").waitFor({ state: "hidden" });
      await until("it is no longer marked", async () => (await classField().getAttribute("aria-invalid")) === null);
      await shows("goldfish");
    });

    for (const [typed, index] of [
      ["282", 282],
      ["tiger shark", 3],
    ] as const)
      it(`takes the one class that “${typed}” means when it is left`, async () => {
        await classField().fill(typed);
        await page.locator('.class-picker [role="option"]').first().waitFor();
        await classField().press("Tab");
        await until("it is taken", () => chosen() === index);
      });

    it("takes none of several that fit when it is left", async () => {
      await classField().fill("tiger");
      await page.locator('.class-picker [role="option"]').nth(1).waitFor();
      await classField().press("Tab");
      await left();
      await shows("goldfish");
      assert.equal(chosen(), 1);
    });
  });

  for (const { what, field, typed, right, problem, settings } of [
    {
      what: "a number",
      field: '[data-parameter="octaves"] input.control',
      typed: "99",
      right: "2",
      problem: "Octaves: expected a whole number from 1 to 12, got “99”.",
      settings: {},
    },
    {
      what: "what is no number",
      field: '[data-parameter="steps"] input.control',
      typed: "abc",
      right: "7",
      problem: "Steps per octave: expected a whole number from 1 to 1000, got “abc”.",
      settings: {},
    },
    {
      what: "a channel that the layer does not have",
      field: '[aria-label^="Channel"] input',
      typed: "256",
      right: "9",
      problem: "Channel: expected a whole number from 0 to 255, got “256”.",
      settings: { layer: "fire5/concat" },
    },
    {
      what: "a seed",
      field: '[aria-label="Seed of all chance"] input',
      typed: "-1",
      right: "4",
      problem: "Seed: expected a whole number from 0 to 4294967295, got “-1”.",
      settings: {},
    },
  ])
    it(`begins nothing while ${what} in sight is out of range, which stays until it is mended`, async () => {
      const page = await views().open({ scenario: { settings } });
      await layers(page);
      const start = page.getByRole("button", { name: "Start" });
      const input = page.locator(field);
      await input.fill(typed);
      await input.press("Tab");
      const line = page.locator(".problem").getByText(problem);
      await line.waitFor();
      assert.equal(await input.inputValue(), typed);
      await until("it is marked", async () => (await input.getAttribute("aria-invalid")) === "true");
      const host = page.locator(`[aria-describedby="${await line.getAttribute("id")}"]`).first();
      assert.equal(await host.locator("input").inputValue(), typed);
      await until("Start says why not", async () => (await start.getAttribute("title")) === problem);
      assert.ok(await start.isDisabled());
      await page.evaluate("document.activeElement.blur()");
      await page.keyboard.press(" ");
      assert.deepEqual(asked("begin"), []);
      await input.fill(right);
      await input.press("Tab");
      await page.getByRole("button", { name: "Start", disabled: false }).waitFor();
      assert.equal(await line.isVisible(), false);
      await until("it is no longer marked", async () => (await input.getAttribute("aria-invalid")) === null);
    });

  it("asks for no more channels than the layer has, in numbers alone", async () => {
    const settings = { technique: "feature-grid", layer: "fire5/concat" };
    const page = await views().open({ scenario: { photo: "none", settings } });
    const count = page.getByRole("textbox", { name: "How many channels, from 1 to 256" });
    await count.fill("300");
    await count.press("Enter");
    await page.locator(".problem").getByText("expected a whole number from 1 to 256, got “300”.").waitFor();
    await count.fill("12");
    await count.press("Enter");
    await until("it is taken", () => views().host.run.settings.parameters["count"] === 12);
    await page.locator('[data-parameter="count"] .problem').waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "How many channels: All from the first on" }).click();
    await until("all are taken", () => views().host.run.settings.parameters["count"] === "all");
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
interface Box {
  readonly left: number;
  readonly right: number;
}
