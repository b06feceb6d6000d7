import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { choose, chosen, classes, done, dropdown, explained, sample, sentence, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("Models", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;
  let elsewhere: string;
  const seenBy = (title: string) =>
    dropdown(view, "Model").locator('[role=option][aria-selected="true"]').filter({ hasText: title });

  before(async () => {
    const model = ["squeezenet1.1.onnx", "squeezenet1.1.glassbox.json", "imagenet-labels.txt"];
    folder = workspace("cat-chelsea.png", "coffee.png", ...model);
    elsewhere = workspace();
    copyFileSync(sample("squeezenet1.1.onnx"), join(elsewhere, "elsewhere.onnx"));
    vscode = await launch({ folder });
  });
  after(async () => {
    await vscode.close();
    for (const place of [folder, elsewhere]) rmSync(place, { recursive: true, force: true });
  });

  it("of the workspace come first", async () => {
    view = await explained(vscode);
    assert.equal(await chosen(view, "Model"), "SqueezeNet 1.1 · workspace");
    await sentence(view).getByText("conv10").waitFor();
  });

  it("are switched in the panel's header", async () => {
    await choose(view, "Model", /^EfficientNet-Lite0 · built in/);
    await seenBy("EfficientNet-Lite0 · built in").waitFor({ state: "attached" });
    await done(view, "grad-cam");
    await classes(view).filter({ hasText: "plastic bag" }).waitFor();
  });

  it("are found anywhere on the disk, and prepared by a guess where nothing says how", async () => {
    await choose(view, "Model", /^Browse…/);
    await vscode.answerFileDialog(join(elsewhere, "elsewhere.onnx"));
    await seenBy("elsewhere.onnx · opened").waitFor({ state: "attached" });
    await done(view, "grad-cam");
    assert.match(await view.locator(".preparation").innerText(), /guessed/);
    assert.match(await classes(view).first().innerText(), /cat/);
    await vscode.screenshot(`model-guessed-${vscode.version}`);
  });

  it("are prepared as is chosen among the guesses", async () => {
    await view.getByRole("button", { name: "Check it" }).click();
    const others = view.locator('.preparations .choice[data-used="false"]');
    await others.first().waitFor();
    await vscode.screenshot(`preparations-${vscode.version}`);
    await others.first().getByText("Use in workspace").click();
    await view.locator(".preparation").getByText("chosen by you").waitFor();
  });

  it("that were used last are used for the next photo, after a reload of the window too", async () => {
    await vscode.command("View: Close All Editors");
    await vscode.reload();
    await vscode.explorerMenu("coffee.png", "Glassbox: Explain Prediction");
    view = await vscode.frame("explain");
    await seenBy("elsewhere.onnx · opened").waitFor({ state: "attached" });
    await classes(view).first().waitFor();
  });

  it("are chosen from the palette for the panel in front", async () => {
    await vscode.commandAnswered("Glassbox: Choose Model…", "SqueezeNet 1.1, squeezenet1.1.onnx");
    await seenBy("SqueezeNet 1.1 · workspace").waitFor({ state: "attached" });
  });

  it("explain a photo that is asked for, from the explorer's menu of a model", async () => {
    await vscode.explorerMenu("squeezenet1.1.onnx", "Explain Prediction With Model");
    await vscode.choose("cat-chelsea.png");
    await vscode.tabs().filter({ hasText: "Explain: cat-chelsea.png" }).waitFor();
    view = await vscode.frame("explain");
    await seenBy("SqueezeNet 1.1 · workspace").waitFor({ state: "attached" });
    assert.deepEqual(vscode.problems, []);
  });
});
