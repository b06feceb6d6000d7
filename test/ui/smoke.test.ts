import assert from "node:assert/strict";
import { launch } from "./driver/launch.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("the installed extension", () => {
  let vscode: Workbench;
  before(async () => {
    vscode = await launch();
  });
  after(() => vscode.close());

  it("offers to explain a photo, and only a photo, in the explorer's menu", async () => {
    const onPhoto = await (await vscode.openExplorerMenu("cat-chelsea.png")).allTextContents();
    await vscode.screenshot(`explorer-menu-${vscode.version}`);
    await vscode.page.keyboard.press("Escape");
    const onText = await (await vscode.openExplorerMenu("imagenet-labels.txt")).allTextContents();
    await vscode.page.keyboard.press("Escape");
    assert.ok(onPhoto.includes("Glassbox: Explain Prediction"), `not among: ${onPhoto.join(", ")}`);
    assert.ok(!onText.includes("Glassbox: Explain Prediction"));
  });

  it("follows the four kinds of theme", async () => {
    for (const theme of ["light", "high-contrast", "high-contrast-light", "dark"] as const)
      await vscode.setTheme(theme);
  });

  it("says what the network saw in a photo", async () => {
    await vscode.explorerMenu("cat-chelsea.png", "Glassbox: Explain Prediction");
    const view = await vscode.frame("explain");
    await view
      .getByText(/\d\s*%/)
      .first()
      .waitFor();
    await vscode.screenshot(`explain-${vscode.version}`);
    assert.deepEqual(vscode.problems, []);
  });
});
