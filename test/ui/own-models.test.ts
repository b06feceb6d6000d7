import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { root } from "../../scripts/paths.mjs";
import { linkExtension } from "../../scripts/vscode-server.mjs";
import { chosen, dropdown, explained } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("Models that are built in and lie in the workspace too, as `npm start` has them", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let extensionsDir: string;

  before(async () => {
    const text = readFileSync(join(root, "package.json"), "utf8");
    extensionsDir = linkExtension(root, JSON.parse(text) as Parameters<typeof linkExtension>[1]); // a manifest has these
    vscode = await launch({ folder: join(root, "samples"), extensionsDir });
  });
  after(async () => {
    await vscode.close();
    rmSync(extensionsDir, { recursive: true, force: true });
  });

  it("are the workspace's own, and listed once", async () => {
    view = await explained(vscode);
    assert.equal(await chosen(view, "Model"), "EfficientNet-Lite0 · workspace");
    const listed = await dropdown(view, "Model").locator("[role=option]").allTextContents();
    assert.deepEqual(listed, ["EfficientNet-Lite0 · workspace", "SqueezeNet 1.1 · workspace", "Browse…"]);
  });

  it("are prepared as the file in the workspace says, and not a copy of it", async () => {
    await view.getByRole("button", { name: "Change" }).click();
    await view.getByText(/Open the model.s \.glassbox\.json/).click();
    await vscode.page.locator(".tab.active", { hasText: "efficientnet-lite0.glassbox.json" }).waitFor();
    const crumbs = vscode.page.locator(".breadcrumbs-control").last();
    assert.doesNotMatch(await crumbs.innerText(), /glassbox-/);
  });
});
