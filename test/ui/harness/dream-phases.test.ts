import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Start } from "../../../src/host/dream-start.ts";
import { phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { frameAt, staged } from "./dream-staged.ts";

/** Makes one picture; after that the engine refuses. */
const refusing = (message: string, made = staged({ step: 5 })): Start => {
  let asked = 0;
  return async function* (...run) {
    if (++asked > 1) throw Object.assign(new Error(message), { name: "NotApplicable" });
    yield* made(...run);
  };
};

describe("what can be done on the Dream panel's page", function () {
  this.timeout(60_000);
  const { views, asked } = aroundDream();
  const toolbar = (page: Page, name: string) => page.locator("header").getByRole("button", { name, exact: true });
  const inCard = (page: Page, name: string) => page.locator(".card").locator("vscode-button", { hasText: name });
  const attribute = async (page: Page, name: string, which: string) => inCard(page, name).getAttribute(which);

  it("by keys is what there is a button for: of a finished picture nothing, of an earlier frame of it going on", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await page.keyboard.press(" ");
    await page.keyboard.press(".");
    await page.locator(".frame").nth(2).click();
    await page.getByText("An earlier frame").waitFor();
    await page.locator("body").press(".");
    await until("one step is asked for", () => asked("step").length === 1);
    assert.deepEqual([asked("resume"), asked("begin")], [[], []]);
    await phase(page, "paused");
  });

  it("of a picture that is through is said where something else was chosen since: it changes nothing of it by itself", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, steps: 3 }) } });
    await phase(page, "finished");
    const line = page.getByRole("region", { name: "What it was made with" });
    assert.equal(await line.isVisible(), false);
    const steps = page.locator('[data-parameter="steps"] .number-field input');
    await steps.fill("7");
    await steps.press("Enter");
    await line.getByText("Made with Steps per octave 10 (now 7).").waitFor();
    assert.deepEqual(asked("begin"), []);
    await line.getByRole("button", { name: "Make it anew" }).click();
    await until("it is begun", () => asked("begin").length === 1);
    await phase(page, "finished");
    await line.waitFor({ state: "hidden" });
  });

  it("with a recipe that was opened is told until it is done", async () => {
    const page = await views().open({
      scenario: { recipe: { missing: ["resnet50.onnx"] }, start: staged({ step: 50 }) },
    });
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Open recipe…" }).click();
    await page.locator(".notice").getByText("“Start” makes another picture.").waitFor();
    await toolbar(page, "Start").click();
    await phase(page, "running");
    assert.equal(await page.locator(".notice").isVisible(), false);
  });

  it("by keys and buttons needs all that must be chosen: then nothing is begun", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, failsAt: 8 }) } });
    await phase(page, "failed");
    views().host.run.change({ ...views().host.run.settings, technique: "style-transfer" });
    const words = "Choose the picture whose style is wanted.";
    await page.locator(".card").getByText(words).waitFor();
    for (const name of ["Start again", "Continue", "One step"]) {
      assert.ok(await toolbar(page, name).isDisabled(), name);
      assert.equal(await toolbar(page, name).getAttribute("title"), words);
    }
    for (const name of ["Start again", "Continue"]) {
      assert.notEqual(await attribute(page, name, "disabled"), null, name);
      await inCard(page, name).click({ force: true });
    }
    await page.locator("body").press(" ");
    await page.locator("body").press(".");
    views().host.run.change({ ...views().host.run.settings, technique: "deep-dream" });
    await until("it is possible again", () => toolbar(page, "Start again").isEnabled());
    assert.deepEqual([asked("begin"), asked("resume"), asked("step")], [[], [], []]);
  });

  it("leaves the finished picture where another is refused, and begins anew first of all", async () => {
    const page = await views().open({ scenario: { begins: true, start: refusing("It is dead here.") } });
    await phase(page, "finished");
    await toolbar(page, "Start again").click();
    await page.getByRole("alert").getByText("It is dead here.").waitFor();
    assert.equal(await page.locator(".frame").count(), 10);
    assert.ok(await page.locator(".box canvas").isVisible());
    assert.equal(await attribute(page, "Start again", "appearance"), "primary");
    assert.equal(await attribute(page, "Continue", "appearance"), "secondary");
  });

  it("is to start where the window was closed before the first frame, to go on where one was there", async () => {
    const page = await views().open();
    const { run } = views().host;
    run.restore({ settings: run.settings, phase: "waiting" });
    await page.getByText("The window closed before the first frame was there.").waitFor();
    await inCard(page, "Start").click();
    await phase(page, "finished");
    const other = await views().open();
    const { settings } = views().host.run;
    views().host.run.restore({ settings, phase: "running", frame: frameAt(3, 2, 5) });
    await other.getByText("The window closed while this picture grew.").waitFor();
    await inCard(other, "Continue").click();
    await phase(other, "finished");
  });

  it("is to choose a photo where none is chosen: nothing can be started, nor saved", async () => {
    const page = await views().open({ scenario: { photo: "none" } });
    const choose = inCard(page, "Choose a photo");
    await choose.waitFor();
    const save = page.getByRole("button", { name: "Save" });
    assert.ok(await save.isDisabled());
    assert.equal(await save.getAttribute("title"), "There is nothing to save yet.");
    assert.equal(await page.locator(".progress").isVisible(), false, "it says nothing");
    await choose.click();
    await page.locator(".box .original").waitFor();
    assert.equal(await page.locator(".card").count(), 0);
    await toolbar(page, "Start").click();
    await phase(page, "finished");
    assert.ok(await save.isEnabled());
    assert.equal(await save.getAttribute("title"), "");
  });

  it("is said once while it waits: for whom it waits now, below the photo, which stays in sight", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ waits: new Promise(() => {}) }) } });
    for (const title of ["Style transfer of cat.png", "Texture synthesis of coffee.png"]) {
      views().host.run.waitFor({ title, more: 0 });
      await page.locator(".progress").getByText(`Waiting for ${title}`).waitFor();
      const said = await page.locator("main").getByText("Waiting for").allTextContents();
      assert.deepEqual(said, [`Waiting for ${title}`]);
    }
    views().host.run.waitFor({ title: "Occlusion of cat.png", more: 1 });
    await page.locator(".progress").getByText("Waiting for Occlusion of cat.png, and one more").waitFor();
    const ends = await page.evaluate<readonly number[]>(
      `[".room", ".bar"].map((one) => document.querySelector(one).getBoundingClientRect().right)`,
    );
    assert.equal(ends[1], ends[0], "the bar goes to the end of its line");
    assert.ok(await page.locator(".box .original").isVisible());
    assert.equal(await page.locator(".card").count(), 0);
  });

  it("is to begin, or to go on, where it was cancelled while it waited", async () => {
    let asked = 0;
    const cancelled: Start = async function* (...run) {
      if (++asked % 2) throw Object.assign(new Error("Canceled."), { name: "Canceled" }); // each is begun twice
      yield* staged({ step: 150 })(...run);
    };
    const page = await views().open({ scenario: { begins: true, start: cancelled } });
    const card = page.locator(".card");
    await card.getByText("It was cancelled before a step was made.", { exact: true }).waitFor();
    await page.locator(".progress").getByText("Cancelled").waitFor();
    await inCard(page, "Start").click();
    await page.locator(".frame").nth(1).waitFor();
    assert.equal(await card.count(), 0);
    await toolbar(page, "Pause").click();
    await phase(page, "paused");
    await toolbar(page, "Resume").click();
    await card.getByText("It was cancelled before another step was made. The picture is as it was.").waitFor();
    await inCard(page, "Continue").click();
    await phase(page, "finished");
  });

  for (const [stood, words] of [
    ["paused", "Paused"],
    ["stopped", "Stopped; the picture is kept"],
  ] as const)
    it(`is what it was where the window was closed on a ${stood} picture`, async () => {
      const page = await views().open();
      const { run } = views().host;
      run.restore({ settings: run.settings, phase: stood, frame: frameAt(3, 2, 5) });
      await page.locator(".progress").getByText(words).waitFor();
      assert.equal(await page.locator(".card").count(), 0);
      await toolbar(page, stood === "paused" ? "Resume" : "Continue").click();
      await phase(page, "finished");
    });
});
