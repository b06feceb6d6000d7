import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { Frame } from "playwright-core";
import { workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { box, openModel, showTab } from "./driver/model.ts";
import { hoverText, line, pointAt, showGlassbox } from "./driver/sidebar.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("The model editor in Restricted Mode", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;

  before(async () => {
    folder = workspace("cat-chelsea.png", "squeezenet1.1.onnx", "squeezenet1.1.glassbox.json", "imagenet-labels.txt");
    vscode = await launch({ folder, trusted: false });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows the structure and the weights of the workspace's model", async () => {
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

  it("lists its layers, whose hovers say why there is no picture", async () => {
    await showGlassbox(vscode);
    await line(vscode, "Layers", "conv1").waitFor();
    await pointAt(vscode, line(vscode, "Layers", "conv1"));
    assert.match(await hoverText(vscode), /64 × 111 × 111[^]*Not run in Restricted Mode/);
    assert.deepEqual(vscode.problems, []);
  });
});
