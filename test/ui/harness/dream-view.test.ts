import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../driver/until.ts";
import { dreamHarness, type DreamHarness } from "./dream-harness.ts";
import { picture, sixChannels, staged } from "./dream-staged.ts";

describe("the Dream panel's page", function () {
  this.timeout(60_000);
  let views: DreamHarness;
  before(async () => (views = await dreamHarness()));
  after(() => views.close());
  afterEach(() => assert.deepEqual(views.problems, []));

  const phase = (page: Page, name: string) => page.locator(`.bar[data-phase="${name}"]`).waitFor({ state: "attached" });
  const asked = (call: string) => views.asked.filter((one) => one.call === call).map(({ params }) => params);
  const layers = (page: Page) =>
    page.locator('[aria-label="Layer"] vscode-option').nth(5).waitFor({ state: "attached" });

  it("grows the picture, frame by frame, to its end", async () => {
    const page = await views.open({ scenario: { start: staged({ step: 40 }) } });
    await page.getByRole("button", { name: "Start" }).click();
    await phase(page, "finished");
    assert.equal(await page.locator(".place").textContent(), "Octave 2 of 2 · step 5 of 5");
    await page.locator('.frame[aria-pressed="true"][aria-label^="Octave 2, step 5"]').waitFor();
    assert.match((await page.locator(".box canvas").getAttribute("aria-label")) ?? "", /step 5 of 5/);
  });

  it("pauses and goes on by the space bar, and steps by a full stop", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 150, steps: 20 }) } });
    await page.locator(".frame").nth(1).waitFor();
    await page.keyboard.press(" ");
    await phase(page, "paused");
    const before = views.host.run.newest?.done ?? 0;
    await page.keyboard.press(".");
    await page.locator(".frame").nth(before).waitFor();
    await phase(page, "paused");
    assert.equal(views.host.run.newest?.done, before + 1);
    await page.keyboard.press(" ");
    await phase(page, "running");
  });

  it("goes on from an earlier frame with what was changed meanwhile", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const third = views.host.run.film.all[2]!;
    await page.locator(".frame").nth(2).click();
    const jitter = page.getByRole("textbox", { name: /^Jitter/ });
    await jitter.fill("7");
    await jitter.press("Enter");
    await page
      .locator(".rewound")
      .getByRole("button", { name: /^Go on from this frame/ })
      .click();
    await page.locator(".frame.off").first().waitFor();
    assert.deepEqual(asked("resume"), [{ frame: third.id }]);
    assert.deepEqual(views.host.run.settings.parameters, { jitter: 7 });
  });

  it("shows the layer, the channel and the class that were chosen", async () => {
    const page = await views.open({ scenario: { settings: { layer: "fire5/concat", channel: 3 } } });
    await layers(page);
    const layer = page.locator('[aria-label="Layer"] [role=option][aria-selected="true"]');
    assert.equal(await layer.textContent(), "fire5/concat · 256");
    const channel = page.locator('[aria-label^="Channel"] input');
    assert.equal(await channel.inputValue(), "3");
    await channel.press("ArrowUp");
    await page.waitForTimeout(100);
    assert.equal(views.host.run.settings.channel, 4);
    await channel.fill("256"); // the layer's last is 255
    await channel.press("Enter");
    await until("the field shows what it was", async () => (await channel.inputValue()) === "4");
  });

  it("finds a class by its name", async () => {
    const page = await views.open({ scenario: { photo: "none", settings: { technique: "class-visualization" } } });
    await page.getByText("Choose a class to make a picture of.").waitFor();
    assert.ok(await page.getByRole("button", { name: "Start" }).isDisabled());
    await page.locator(".class-picker input").fill("tiger cat");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Start", disabled: false }).waitFor();
    assert.equal(views.host.run.settings.target, 282);
  });

  it("says that a model of a folder that nobody trusts is not run, and what can be done", async () => {
    const message = "resnet50.onnx is not run in Restricted Mode: a model is a program.";
    const page = await views.open({ scenario: { restricted: true, refuse: { subject: { name: "Untrusted", message } } } }); // prettier-ignore
    await page.getByRole("heading", { name: "This model runs only in a trusted folder" }).waitFor();
    await page.getByText(message).waitFor();
    assert.ok(!(await page.locator(".columns").isVisible()));
    await page.getByRole("button", { name: "Manage Workspace Trust" }).click();
    await until("trust is asked about", () => asked("manageTrust").length === 1);
  });

  it("uncovers the original, by the slider and by the mouse", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const slider = page.getByRole("slider", { name: "Original or result" });
    await slider.waitFor();
    await slider.press("End");
    await page.waitForTimeout(100);
    assert.equal(await slider.getAttribute("aria-valuetext"), "Original");
    const box = (await page.locator(".box").boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForTimeout(100);
    assert.equal(await slider.inputValue(), "50");
  });

  it("says why it failed, and continues", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5, failsAt: 4 }) } });
    await page.getByRole("alert").getByText("The engine crashed").waitFor();
    await page.getByRole("alert").getByRole("button", { name: "Continue" }).click();
    await phase(page, "finished");
    assert.equal(views.host.run.film.all.length, 10);
  });

  it("comes back to all that grew while nobody looked", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await page.reload();
    await phase(page, "finished");
    await page.locator(".frame").nth(9).waitFor();
    assert.equal(await page.locator(".frame").count(), 10);
  });

  it("says what it makes before the first step is done, the layer that was found by itself among it", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 3000 }) } });
    await page.getByText("DeepDream of cat-chelsea.png by squeezenet1.1.onnx at fire8/concat · seed 0").waitFor();
    assert.equal(views.host.run.film.all.length, 0);
    await layers(page);
    const layer = page.locator('[aria-label="Layer"] [role=option][aria-selected="true"]');
    await until("the list says it too", async () => (await layer.textContent()) === "fire8/concat (automatic)");
  });

  it("asks for a channel and a place only where they count", async () => {
    const unit = { technique: "neuron-visualization", layer: "fire5/concat", parameters: { of: "unit" } };
    const page = await views.open({ scenario: { photo: "none", settings: unit } });
    await layers(page);
    const row = page.locator('[aria-label^="Row"] input');
    const channel = page.locator('vscode-text-field[aria-label^="Channel"]');
    assert.equal(await channel.count(), 1);
    await row.fill("2");
    await row.press("Enter");
    // The map is 27 × 27: its middle is 13.
    await until("the centre's column is filled in", () => views.host.run.settings.place?.join() === "2,13");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const column = page.locator('[aria-label^="Column"] input');
    await until("the field shows it", async () => (await column.inputValue()) === "13");
    const change = async (parameters: object) => views.host.handlers.change({ ...unit, seed: 0, parameters: { ...parameters } }, new AbortController().signal); // prettier-ignore
    await change({ of: "channel" });
    await row.waitFor({ state: "detached" });
    assert.equal(await channel.count(), 1);
    await change({ of: "layer" });
    await channel.waitFor({ state: "detached" });
  });

  it("names the pictures of a sheet, by the pointer and by the keys, and opens a channel's own", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5, sheet: sixChannels }) } });
    await phase(page, "finished");
    const caption = page.locator(".caption");
    await page.locator(".cell").nth(1).hover();
    assert.equal(await caption.textContent(), "Channel 11", "nothing is offered before it is chosen");
    await page.mouse.move(2, 2);
    await page.locator(".cell").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    assert.equal(await caption.textContent(), "Channel 14");
    await page.keyboard.press("Enter");
    const offer = page.getByRole("button", { name: "Visualize this channel" });
    await page.locator(".caption button:focus").waitFor();
    await page.locator(".cell").first().hover();
    assert.equal(await caption.textContent(), "Channel 10");
    await page.mouse.move(2, 2);
    assert.equal(await caption.textContent(), "Channel 14Visualize this channel", "what was chosen is named again");
    await offer.press("Enter");
    await until("it is asked for", () => asked("visualizeChannel").length === 1);
    assert.deepEqual(asked("visualizeChannel"), [{ frame: 9, channel: 14 }]);
    // The cells lie where the sheet says: the fifth in the middle of the second row.
    const [sheet, fifth] = [page.locator(".box canvas"), page.locator(".cell").nth(4)];
    const [whole, cell] = [(await sheet.boundingBox())!, (await fifth.boundingBox())!];
    assert.ok(Math.abs(cell.x - whole.x - (whole.width * 31) / 90) < 1.5);
    assert.ok(Math.abs(cell.y - whole.y - (whole.height * 31) / 59) < 1.5);
    await page.locator(".frame").nth(3).click();
    await page.locator('.frame[aria-pressed="true"]').nth(0).waitFor();
    assert.equal(await page.locator(".cell").count(), 6, "an earlier frame is a sheet, too");
    const slider = page.getByRole("slider", { name: "Original or result" });
    await slider.press("End");
    await until("the original is uncovered", async () => (await slider.getAttribute("aria-valuetext")) === "Original");
  });

  it("shows in large what belongs to the result, and the result again", async () => {
    const beside = [{ key: "change", title: "The change, enlarged", picture: picture(1, 2, 0) }];
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5, beside }) } });
    await phase(page, "finished");
    const canvas = page.locator(".box canvas");
    const result = await canvas.evaluate(drawnOn);
    await page.getByRole("button", { name: "The change, enlarged" }).click();
    await until("it is on the stage", async () => (await canvas.evaluate(drawnOn)) !== result);
    assert.equal(await canvas.getAttribute("aria-label"), "The change, enlarged");
    await page.getByRole("button", { name: "The change, enlarged" }).click();
    await until("the result is back", async () => (await canvas.evaluate(drawnOn)) === result);
    await page.getByRole("button", { name: "Start again" }).click();
    await page.locator(".picture").waitFor({ state: "detached" });
  });

  it("shows the frame that is chosen in place of what was in large, whose dragging moves no hidden line", async () => {
    const beside = [{ key: "change", title: "The change, enlarged", picture: picture(1, 2, 0) }];
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5, beside }) } });
    await phase(page, "finished");
    await page.getByRole("button", { name: "The change, enlarged" }).click();
    const canvas = page.locator(".box canvas");
    const label = async () => (await canvas.getAttribute("aria-label")) ?? "";
    await until("it is in large", async () => (await label()) === "The change, enlarged");
    const box = (await page.locator(".box").boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator(".frame").nth(2).click();
    await until("the frame is on the stage", async () => (await label()).includes("step 3 of 5"));
    assert.equal(await page.getByRole("slider", { name: "Original or result" }).inputValue(), "0");
  });

  it("shows the channels of another layer as soon as it is chosen, and leaves the focus on the list", async () => {
    const page = await views.open({ scenario: { settings: { layer: "fire5/concat", channel: 3 } } });
    await layers(page);
    const channel = page.locator('vscode-text-field[aria-label^="Channel"]');
    assert.match((await channel.getAttribute("aria-label")) ?? "", /from 0 to 255/);
    await page.locator('[aria-label="Layer"]').focus();
    await page.keyboard.press("ArrowDown");
    await until("another layer is chosen", () => views.host.run.settings.layer !== "fire5/concat");
    await until("the channel is forgotten", async () => (await channel.locator("input").inputValue()) === "");
    const focused = await page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
    assert.equal(focused, "Layer");
    const before = views.host.run.settings.layer;
    await page.keyboard.press("ArrowDown");
    await until("the list goes on by the keys", () => views.host.run.settings.layer !== before);
  });

  it("shows the original and the result with the network's eyes, next to one another", async () => {
    const settings = { technique: "adversarial-example" };
    const page = await views.open({ scenario: { begins: true, settings, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const opinions = page.locator(".opinion");
    await opinions.nth(1).waitFor();
    assert.deepEqual(await opinions.locator("figcaption").allTextContents(), ["Original", "Result"]);
    assert.match((await opinions.first().textContent()) ?? "", /Egyptian cat\s*9\d/);
    assert.match((await opinions.last().textContent()) ?? "", /espresso|coffee|cup/);
    const sizes = await opinions.locator("img").evaluateAll((all) => all.map((img) => (img as unknown as { naturalWidth: number }).naturalWidth)); // prettier-ignore
    assert.ok(
      sizes.every((width) => width > 200),
      String(sizes),
    );
    // Of another frame nobody has asked.
    await page.locator(".frame").nth(2).click();
    await page.getByRole("button", { name: "Explain it" }).waitFor();
  });

  it("asks for a second photo where one is wanted, shows its name, and takes it back", async () => {
    const page = await views.open({ scenario: { settings: { parameters: { guide: "/photos/night.png" } } } });
    const guide = page.locator('[data-parameter="guide"]');
    await guide.getByText("night.png").waitFor();
    await guide.getByRole("button", { name: "No Towards a picture" }).click();
    await until("it is gone", () => !("guide" in views.host.run.settings.parameters));
    await guide.getByRole("button", { name: "Choose Towards a picture" }).click();
    await guide.getByText("coffee.png").waitFor();
    assert.deepEqual(asked("browse"), [{ kind: "photo" }]);
    assert.match(String(views.host.run.settings.parameters["guide"]), /coffee\.png$/);
  });

  it("takes several layers with weights of either sign, each with its own channel, by keys alone", async () => {
    const settings = { technique: "neuron-visualization", layer: "fire5/concat", channel: 3 };
    const page = await views.open({ scenario: { photo: "none", settings } });
    await layers(page);
    const chosen = () => views.host.run.settings.layers;
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
    const channel = page.getByRole("textbox", { name: "Channel of layer 2; 3 when empty" });
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

  it("has the style's layers beside the content's, without a channel and never below zero", async () => {
    const page = await views.open({ scenario: { settings: { technique: "style-transfer" } } });
    await layers(page);
    await page.getByRole("button", { name: "Choose layers…" }).click();
    await page.getByRole("textbox", { name: "Weight of layer 1" }).waitFor();
    assert.equal(await page.locator('[aria-label="Layer"]').count(), 1);
    assert.equal(await page.getByRole("textbox", { name: /^Channel/ }).count(), 0);
    const weight = page.getByRole("textbox", { name: "Weight of layer 1" });
    await weight.fill("-1");
    await weight.press("Enter");
    await until("it goes back to what it was", async () => (await weight.inputValue()) === "1");
    await page.locator('[aria-label="Technique"]').focus();
    await page.locator('[aria-label="Technique"]').press("Home");
    await until("another technique has none of them", () => views.host.run.settings.layers === undefined);
  });

  it("folds away what few people change, until it is asked for or says something", async () => {
    const page = await views.open({ width: 1400, height: 900, scenario: { start: staged({ step: 5 }), begins: true } });
    await phase(page, "finished");
    const factor = page.locator('[data-parameter="steps-factor"]');
    assert.equal(await factor.isVisible(), false);
    assert.ok(await page.locator('[data-parameter="octaves"]').isVisible());
    await page.getByText("More", { exact: true }).press("Enter");
    await factor.waitFor();
    const said = await views.open({ scenario: { settings: { parameters: { "steps-factor": 2 } } } });
    await said.locator('[data-parameter="steps-factor"]').waitFor();
  });

  for (const technique of ["deep-dream", "style-transfer", "class-visualization", "activation-atlas"])
    it(`keeps the objective's curve in sight beside the form of ${technique}`, async () => {
      const settings = { technique, target: 7, parameters: {} };
      const page = await views.open({ width: 1400, height: 900, scenario: { settings, start: staged({ step: 5 }), begins: true } }); // prettier-ignore
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
    const page = await views.open();
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
    await until("it is taken", () => views.host.run.settings.parameters["octaves"] === 12);
    await number.fill("1");
    await number.press("Enter");
    await until("the knob is at its beginning", async () => (await knob.inputValue()) === "0");
    assert.equal(await knob.getAttribute("tabindex"), "-1", "the keys have the field");
  });

  it("shows the page's own colour between the pictures of a sheet", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5, sheet: sixChannels }) } });
    await phase(page, "finished");
    const alpha = await page.evaluate(`(() => {
      const canvas = document.querySelector(".box canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return [[5, 5], [29, 5], [5, 30]].map(([x, y]) => data[(y * canvas.width + x) * 4 + 3]);
    })()`);
    assert.deepEqual(alpha, [255, 0, 0]);
  });

  it("says which part of the photo a picture of the network's own size shows, and lays the original under it so", async () => {
    const settings = { technique: "adversarial-example", parameters: { attack: "fgsm", epsilon: 4 } };
    const page = await views.open({ scenario: { real: true, begins: true, settings } });
    await phase(page, "finished");
    await page.getByText("224 × 224 pixels, as the network sees the photo: the whole photo, stretched.").waitFor();
    const fit = await page.evaluate(`getComputedStyle(document.querySelector(".box .original")).objectFit`);
    assert.equal(fit, "fill");
  });

  it("saves a film as WebP", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("menuitem", { name: "Film as WebP…" }).click();
    await until("it is asked for", () => asked("saveFilm").length === 1);
    assert.deepEqual(asked("saveFilm"), [{ frame: 9, kind: "webp", framesPerSecond: 12 }]);
  });

  for (const [what, opened, words] of [
    ["one made in one go", {}, /^These are the picture's settings\. Start makes it again\./],
    ["one that was stopped", { continued: "stopped at octave 2, step 3" }, /stopped at octave 2, step 3.*from the beginning, which is another/], // prettier-ignore
    ["one whose files are not here", { missing: ["sea.png"] }, /^Not found here: sea\.png\. What was chosen is used/],
  ] as const)
    it(`says what comes of the recipe of ${what}`, async () => {
      const page = await views.open({ scenario: { recipe: { missing: [], ...opened } } });
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Open recipe…" }).click();
      await page.locator(".notice", { hasText: words }).waitFor();
    });

  it("saves a film as APNG, too", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("menuitem", { name: "Film as APNG…" }).click();
    await until("it is asked for", () => asked("saveFilm").length === 1);
    assert.deepEqual(asked("saveFilm"), [{ frame: 9, kind: "apng", framesPerSecond: 12 }]);
  });

  it("saves the frame on screen", async () => {
    const page = await views.open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await page.locator(".frame").nth(4).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("menuitem", { name: /Picture as PNG/ }).click();
    await page.waitForTimeout(100);
    assert.deepEqual(asked("savePicture"), [{ frame: views.host.run.film.all[4]!.id }]);
  });
});

/** What is on a canvas. */
const drawnOn = (canvas: unknown): string => (canvas as { toDataURL(): string }).toDataURL();
