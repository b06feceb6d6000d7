import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../driver/until.ts";
import { dreamHarness, type DreamHarness } from "./dream-harness.ts";
import { staged } from "./dream-staged.ts";

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
    const jitter = page.locator('[data-parameter="jitter"] input');
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
