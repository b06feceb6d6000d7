import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { Frame } from "playwright-core";
import { choose, chosen, classes, done, explained, sentence, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("Restricted Mode", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;
  const trustEditor = () => vscode.page.locator(".workspace-trust-editor");
  /** The trust editor draws itself anew a moment after it opened, and a click that comes in between is lost. */
  const grant = () =>
    until("the workspace is trusted", async () => {
      const trust = trustEditor().getByRole("button", { name: "Trust", exact: true });
      await trust.click({ timeout: 2000 }).catch(() => undefined);
      return trustEditor().getByText("You trust this folder").isVisible();
    });
  /** VS Code's trust editor is a tab, and in later versions lies over everything until it is closed. */
  const backToPanel = async () => {
    const over = vscode.page.locator(".monaco-modal-editor-block");
    if (await over.isVisible()) await over.getByRole("button", { name: /^Close/ }).click();
    await vscode.tabs().filter({ hasText: "Explain: cat-chelsea.png" }).click();
    return vscode.frame("explain");
  };

  before(async () => {
    folder = workspace("cat-chelsea.png", "squeezenet1.1.onnx", "squeezenet1.1.glassbox.json", "imagenet-labels.txt");
    vscode = await launch({ folder, trusted: false });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("explains with a built-in model, though the workspace has one, and says why", async () => {
    view = await explained(vscode);
    assert.match(await chosen(view, "Model"), /EfficientNet-Lite0 · built in/);
    await view.getByText("Restricted Mode: only the built-in models run.").waitFor();
  });

  it("does not run the workspace's model when it is chosen in the panel, and stays with the one it has", async () => {
    await choose(view, "Model", /^SqueezeNet 1\.1 · workspace, not in Restricted Mode/);
    await view.getByText("squeezenet1.1.onnx is not run in Restricted Mode: a model is a program.").waitFor();
    assert.match(await chosen(view, "Model"), /EfficientNet-Lite0 · built in/);
    await vscode.screenshot(`restricted-${vscode.version}`);
  });

  it("does not run it from the explorer's menu either, and offers to manage trust", async () => {
    await vscode.explorerMenu("squeezenet1.1.onnx", "Explain Prediction With Model");
    const refusal = vscode.notifications().filter({ hasText: "is not run in Restricted Mode" });
    await refusal.getByRole("button", { name: "Manage Workspace Trust" }).click();
    await trustEditor().getByText("You are in Restricted Mode").waitFor();
  });

  it("runs it as soon as the workspace is trusted", async () => {
    await grant();
    view = await backToPanel();
    await choose(view, "Model", /^SqueezeNet 1\.1 · workspace$/);
    await sentence(view).getByText("conv10").waitFor();
    await done(view, "grad-cam");
    assert.match(await chosen(view, "Model"), /SqueezeNet 1\.1 · workspace/);
    assert.equal(await view.getByText("Restricted Mode").count(), 0);
  });

  it("no longer runs it when trust is taken back, and goes on by itself when it is granted anew", async () => {
    await vscode.command("Workspaces: Manage Workspace Trust");
    const reloaded = vscode.page.waitForEvent("load");
    await trustEditor().locator(".monaco-list-row").filter({ hasText: folder }).hover();
    await trustEditor().getByRole("button", { name: "Delete Path" }).click();
    await reloaded;
    await vscode.ready();

    view = await backToPanel();
    await view.getByRole("heading", { name: "This model runs only in a trusted folder" }).waitFor();
    assert.equal(await classes(view).count(), 0, "the model was run");
    await vscode.screenshot(`restricted-refused-${vscode.version}`);

    await view.getByRole("button", { name: "Manage Workspace Trust" }).click();
    await grant();
    view = await backToPanel();
    await classes(view).first().filter({ hasText: "Egyptian cat" }).waitFor();
    assert.match(await chosen(view, "Model"), /SqueezeNet 1\.1 · workspace/);
    assert.deepEqual(vscode.problems, []);
  });
});
