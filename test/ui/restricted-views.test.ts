import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import sharp from "sharp";
import { phase } from "./driver/dream.ts";
import { choose, chosen, sample, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { box, openModel, showTab } from "./driver/model.ts";
import { hoverText, line, pointAt, showGlassbox } from "./driver/sidebar.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("Restricted Mode, beside the Explain panel", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;

  before(async () => {
    folder = workspace("squeezenet1.1.onnx", "squeezenet1.1.glassbox.json", "imagenet-labels.txt");
    await sharp(sample("cat-chelsea.png")).resize(112, 84).png().toFile(join(folder, "cat.png"));
    vscode = await launch({ folder, trusted: false });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("fools, by a Dream panel, a built-in network, though the workspace has one, and shows both pictures with its eyes", async () => {
    await vscode.command("Glassbox: Fool the Network…");
    await vscode.choose("Adversarial example");
    await vscode.choose("cat.png");
    await vscode.choose("Anything else than what it is");
    view = await vscode.frame("dream", 40);
    await view.getByText("Adversarial example of cat.png by efficientnet-lite0.onnx").waitFor({ timeout: 60_000 });
    await phase(view, "finished");
    const opinions = view.locator(".opinion");
    await opinions.nth(1).locator("li").first().waitFor({ timeout: 60_000 });
    assert.deepEqual(await opinions.locator("figcaption").allTextContents(), ["Original", "Result"]);
    const said = await opinions.locator("li:first-child .label").allTextContents();
    assert.notEqual(said[0], said[1], "the network says the same of both");
    await view.locator(".picture").first().click();
    await vscode.screenshot(`dream-fooled-${vscode.version}`);
  });

  it("does not run the workspace's network when it is chosen in that panel, and stays with the one it has", async () => {
    await choose(view, "Model", /^SqueezeNet 1\.1 · workspace, not in Restricted Mode/);
    await view.getByText("squeezenet1.1.onnx is not run in Restricted Mode: a model is a program.").waitFor();
    await until("it stays", async () => /EfficientNet-Lite0 · built in/.test(await chosen(view, "Model")));
    await vscode.screenshot(`dream-restricted-${vscode.version}`);
  });

  it("shows, by the model editor, the structure and the weights of the workspace's model", async () => {
    await vscode.command("View: Close All Editors");
    view = await openModel(vscode, "squeezenet1.1.onnx");
    await view.getByText("Restricted Mode: the network is shown, but it does not run").waitFor();
    await view.getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
    await box(view, "conv1").dispatchEvent("click");
    await showTab(view, "Weights");
    await view.locator(".weight-body").getByText("1,728").waitFor();
  });

  it("runs nothing: no maps, no unit, no count of dead filters", async () => {
    await showTab(view, "Feature maps");
    await view.locator(".maps-message").filter({ hasText: /\S/ }).waitFor();
    assert.ok(!(await view.locator(".map-tiles").isVisible()), "there are maps");
    await view.getByRole("button", { name: "Whole net" }).click();
    await view.locator(".net-message").filter({ hasText: /\S/ }).waitFor();
    assert.equal(await view.locator(".net-row").count(), 0);
    await view.getByRole("button", { name: "Dead filters", exact: true }).click();
    await view.locator(".dead .status").filter({ hasText: /\S/ }).waitFor();
    assert.equal(await view.locator(".dead-table tbody tr").count(), 0);
    await vscode.screenshot(`model-restricted-${vscode.version}`);
  });

  it("lists its layers in the side bar, whose hovers say why there is no picture", async () => {
    await showGlassbox(vscode);
    await line(vscode, "Layers", "conv1").waitFor();
    await pointAt(vscode, line(vscode, "Layers", "conv1"));
    assert.match(await hoverText(vscode), /64 × 111 × 111[^]*Not run in Restricted Mode/);
    assert.deepEqual(vscode.problems, []);
  });
});
