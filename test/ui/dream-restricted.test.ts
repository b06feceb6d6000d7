import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import sharp from "sharp";
import { phase } from "./driver/dream.ts";
import { choose, chosen, sample, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("The Dream panel in Restricted Mode", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;

  before(async () => {
    folder = workspace("squeezenet1.1.onnx");
    await sharp(sample("cat-chelsea.png")).resize(112, 84).png().toFile(join(folder, "cat.png"));
    vscode = await launch({ folder, trusted: false });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("fools a built-in network, though the workspace has one, and shows both pictures with its eyes", async () => {
    await vscode.command("Glassbox: Fool the Network…");
    await vscode.choose("A photo, changed so little that nobody sees it");
    await vscode.choose("cat.png");
    await vscode.choose("Anything else than what it is");
    view = await vscode.frame("dream", 40);
    await view.getByText("Adversarial example of cat.png by efficientnet-lite0.onnx").waitFor({ timeout: 60_000 });
    await phase(view, "finished");
    const opinions = view.locator(".opinion");
    await opinions.nth(1).waitFor({ timeout: 60_000 });
    assert.deepEqual(await opinions.locator("figcaption").allTextContents(), ["Original", "Result"]);
    const said = await opinions.locator("li:first-child .label").allTextContents();
    assert.notEqual(said[0], said[1], "the network says the same of both");
    await view.locator(".picture").first().click();
    await vscode.screenshot(`dream-fooled-${vscode.version}`);
  });

  it("does not run the workspace's network when it is chosen, and stays with the one it has", async () => {
    await choose(view, "Model", /^squeezenet1\.1\.onnx · workspace, not in Restricted Mode/);
    await view.getByText("squeezenet1.1.onnx is not run in Restricted Mode: a model is a program.").waitFor();
    await until("it stays", async () => /EfficientNet-Lite0 · built in/.test(await chosen(view, "Model")));
    await vscode.screenshot(`dream-restricted-${vscode.version}`);
    assert.deepEqual(vscode.problems, []);
  });
});
