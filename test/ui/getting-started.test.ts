import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { classes, done, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("Getting started", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let folder: string;
  const walkthrough = () => vscode.page.locator(".gettingStartedContainer");
  const step = (title: string) => walkthrough().getByRole("button", { name: title });
  const panel = (photo: string) => vscode.tabs().filter({ hasText: `Explain: ${photo}` });
  /** What the list that is open asks, and leaves it. */
  const asked = async (title: string) => {
    const list = vscode.page.locator(".quick-input-widget");
    await list.getByText(title).waitFor();
    const entries = list.locator(".monaco-list-row");
    await entries.first().waitFor();
    const labels = await entries.evaluateAll((rows) =>
      rows.map((row: unknown) => (row as { ariaLabel: string }).ariaLabel),
    );
    await list.locator("input").first().press("Escape");
    await list.waitFor({ state: "hidden" });
    return labels.join("\n");
  };

  before(async () => {
    folder = workspace("cat-chelsea.png", "coffee.png");
    vscode = await launch({ folder });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens a walkthrough from the palette", async () => {
    await vscode.command("Glassbox: Get Started");
    await walkthrough().locator("h2").filter({ hasText: "Get started with Glassbox" }).waitFor();
    const picture = walkthrough().frameLocator(".getting-started-media iframe").frameLocator("iframe").locator("svg");
    await picture.waitFor();
    await vscode.screenshot(`walkthrough-${vscode.version}`);
  });

  it("asks for a photo where none is open, from the walkthrough and from the palette", async () => {
    await step("Choose a Photo…").click();
    const offered = /cat-chelsea\.png.*\n.*coffee\.png.*\n.*Browse…/;
    assert.match(await asked("Explain which photo?"), offered);
    await vscode.command("Glassbox: Explain Prediction");
    assert.match(await asked("Explain which photo?"), offered);
    assert.equal(await panel("").count(), 0, "left without an answer, nothing opens");
  });

  it("offers the built-in models in the step about models", async () => {
    await step("Use your own model").click();
    await step("Choose a Model…").waitFor();
    await step("Choose a Model…").click();
    assert.match(
      await asked("Use which model for photos?"),
      /efficientnet-lite0\.onnx[^]*squeezenet1\.1\.onnx[^]*Browse…/,
    );
  });

  it("explains the sample photo from the first step, and ticks the step off", async () => {
    // The list scrolls, and the focus comes back to it late: what a click or a key would meet may be another button.
    await step("Explain a photo").dispatchEvent("click");
    await step("Explain the Sample Photo").click();
    const view = await vscode.frame("explain");
    await done(view, "grad-cam");
    assert.match(await classes(view).first().innerText(), /Egyptian cat/);
    const ticked = walkthrough().locator(".getting-started-step").filter({ hasText: "Explain a photo" });
    await ticked.locator(".codicon.complete").waitFor();
    await vscode.screenshot(`walkthrough-done-${vscode.version}`);
  });

  it("explains the photo that is chosen from the list", async () => {
    await vscode.command("View: Close All Editors");
    await vscode.command("Glassbox: Explain Prediction");
    await vscode.choose("coffee.png");
    const view = await vscode.frame("explain");
    await classes(view).first().filter({ hasText: "espresso" }).waitFor();
  });

  it("explains the photo that is open, from the palette and by the button above it", async () => {
    await vscode.command("View: Close All Editors");
    await vscode.file("coffee.png").dblclick();
    const photo = vscode.tabs().filter({ hasText: /^coffee\.png/ });
    await photo.waitFor();
    await vscode.statusBar().filter({ hasText: "600x400" }).waitFor(); // the preview has loaded
    await vscode.command("Glassbox: Explain Prediction");
    await done(await vscode.frame("explain"), "grad-cam");
    assert.equal(await vscode.page.locator(".editor-group-container").count(), 2, "beside the photo, not over it");
    await vscode.screenshot(`beside-photo-${vscode.version}`);

    await panel("coffee.png")
      .getByRole("button", { name: /^Close/ })
      .click();
    await until("the panel is closed", async () => (await panel("coffee.png").count()) === 0);
    await photo.click();
    await vscode.page.getByRole("button", { name: "Glassbox: Explain Prediction" }).click();
    const view = await vscode.frame("explain");
    await classes(view).first().filter({ hasText: "espresso" }).waitFor();
    assert.deepEqual(vscode.problems, []);
  });

  it("keeps a log of its engine", async () => {
    await vscode.command("Glassbox: Show Log");
    const line = vscode.page.locator(".part.panel .view-line").filter({ hasText: /Engine\s\d+\sstarted\./ });
    await line.first().waitFor();
    await vscode.screenshot(`log-${vscode.version}`);
  });
});
