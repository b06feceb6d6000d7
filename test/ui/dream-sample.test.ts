import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { phase, saveBy, setParameter } from "./driver/dream.ts";
import { choose, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("A Dream panel of a photo that comes with the extension", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;

  before(async () => {
    folder = workspace("coffee.png");
    vscode = await launch({ folder });
    await vscode.explorerMenu("coffee.png", "Glassbox: Run DeepDream");
    view = await vscode.frame("dream", 40);
    await phase(view, "running");
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("suggests the workspace for what is made of a photo that comes with it, and says of how many steps there are frames", async () => {
    await choose(view, "Photo", /^cat-chelsea\.png/);
    await setParameter(view, "octaves", 1);
    await setParameter(view, "steps", 2);
    await view.getByRole("button", { name: "Start again" }).click();
    await view.getByText(/^DeepDream of cat-chelsea\.png by /).waitFor();
    await phase(view, "finished");
    const dialog = vscode.page.locator(".quick-input-widget");
    const isSuggested = async (entry: string, place: string, title = "") => {
      await saveBy(view, entry);
      // What it suggests comes a moment after the dialog.
      const value = () => dialog.locator("input").first().inputValue();
      await until(`${place} is suggested`, async () => (await value()).startsWith(place));
      if (title) await dialog.getByText(title).first().waitFor();
      await vscode.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    };
    await isSuggested("Picture as PNG, with its recipe…", join(folder, "cat-chelsea deep-dream"));
    await isSuggested("All frames as PNG… (all 2 steps)", folder, "Save Frames Into a Folder: all 2 steps");
  });

  it("takes several layers in a row, chosen while the picture of one grows, for the next start", async () => {
    await choose(view, "Technique", /^Inversion$/);
    await setParameter(view, "steps", 3000);
    await view.getByRole("button", { name: "Start again" }).click();
    await phase(view, "running");
    await view.getByText(/^Inversion of cat-chelsea\.png by /).waitFor();
    await view.getByRole("button", { name: "Several layers in a row…" }).click();
    await view.getByRole("button", { name: "Add a layer" }).click();
    await view.getByText(/“Several layers in a row” stays .* alone: what is chosen now counts from the next start on/).waitFor(); // prettier-ignore
    await phase(view, "running");
    await vscode.screenshot(`dream-row-${vscode.version}`);
    await setParameter(view, "steps", 2);
    await view.getByRole("button", { name: "Start again" }).click();
    await view.getByText(/^Inversion of cat-chelsea\.png by .* at \S+, \S+ /).waitFor();
    await phase(view, "finished");
    assert.equal(await view.locator(".cell").count(), 3, "the photo, and what each layer keeps of it");
  });
});
