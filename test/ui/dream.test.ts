import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Locator } from "playwright-core";
import sharp from "sharp";
import { phase, saveBy, setParameter } from "./driver/dream.ts";
import { choose, dropdown, sample, workspace, written } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { pane, showExplorer, showGlassbox } from "./driver/sidebar.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

/** Small enough that a dream of it takes seconds. */
const size = { width: 96, height: 72 };

describe("The Dream panel", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;
  const saved = async (entry: string, name: string) => {
    const path = join(folder, name);
    await saveBy(view, entry);
    await vscode.answerFileDialog(path);
    await written(path);
    return readFileSync(path);
  };
  const frames = () => view.locator(".frame").count();

  before(async () => {
    folder = workspace();
    for (const [photo, name] of [
      ["cat-chelsea.png", "cat.png"],
      ["coffee.png", "coffee.png"],
    ] as const)
      // prettier-ignore
      await sharp(sample(photo)).resize(size).png().toFile(join(folder, name));
    vscode = await launch({ folder });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("begins from a photo's menu, whose other commands are together in one of their own", async () => {
    const entries = await (await vscode.openExplorerMenu("cat.png")).allTextContents();
    assert.equal(entries.filter((entry) => entry.startsWith("Glassbox")).length, 3, entries.join(", "));
    await vscode.page.locator(".monaco-menu .action-label").filter({ hasText: /^Glassbox$/ }).hover(); // prettier-ignore
    const more = vscode.page.locator(".monaco-submenu .action-label");
    await more.filter({ hasText: "Fool the Network…" }).waitFor();
    for (const entry of [
      "Use as Current Photo",
      "Transfer a Style…",
      "Make a Texture… (Texture Synthesis)",
      "Draw a Caricature",
      "What Does This Layer Keep of the Photo? (Inversion)",
      "Open the Recipe of a Picture…",
    ])
      assert.equal(await more.filter({ hasText: entry }).count(), 1, entry);
    await vscode.screenshot(`dream-menu-${vscode.version}`);
    await vscode.page.keyboard.press("Escape");
    await vscode.page.keyboard.press("Escape");

    await vscode.explorerMenu("cat.png", "Glassbox: Run DeepDream");
    view = await vscode.frame("dream", 40);
    await view.getByText(/^DeepDream of cat\.png by efficientnet-lite0\.onnx at /).waitFor({ timeout: 60_000 });
    await phase(view, "finished");
    assert.ok((await frames()) > 3);
    await vscode.screenshot(`dream-${vscode.version}`);
  });

  it("shows a finished picture as it was when the window is loaded anew, with its strip", async () => {
    const before = { frames: await frames(), made: await view.locator("p.made").textContent() };
    await vscode.reload();
    view = await vscode.frame("dream", 60);
    await phase(view, "finished");
    assert.deepEqual({ frames: await frames(), made: await view.locator("p.made").textContent() }, before);
    await vscode.screenshot(`dream-again-${vscode.version}`);
  });

  it("saves the film as WebP, as GIF and as APNG, frame for frame, and all frames as pictures", async () => {
    const count = await frames();
    const webp = await sharp(await saved("Film as WebP…", "cat.webp"), { animated: true }).metadata();
    assert.equal(webp.pages, count);
    assert.deepEqual([webp.width, webp.pageHeight], [size.width, size.height]);
    const gif = await sharp(await saved("Film as GIF…", "cat.gif"), { animated: true }).metadata();
    assert.equal(gif.pages, count);
    assert.deepEqual([gif.width, gif.pageHeight], [size.width, size.height]);
    const apng = await saved("Film as APNG…", "cat.apng");
    assert.equal(apng.readUInt32BE(apng.indexOf("acTL") + 4), count);
    const { width, height } = await sharp(apng).metadata();
    assert.deepEqual({ width, height }, size);

    const into = join(folder, "frames");
    await saveBy(view, "All frames as PNG…");
    await vscode.answerFileDialog(into);
    await until("the folder is made", () => existsSync(into));
    const names = () => readdirSync(into).filter((name) => !name.startsWith(".")); // each is renamed when it is whole
    await until("all are written", () => names().length === count, 60);
    const pictures = await Promise.all(
      names()
        .sort()
        .map((name) => sharp(join(into, name)).stats()),
    );
    assert.notDeepEqual(pictures[0]?.channels[0]?.mean, pictures.at(-1)?.channels[0]?.mean);
    const said = vscode.notifications().filter({ hasText: `Saved ${count} frames in ${into}.` });
    await said.getByRole("button", { name: "Reveal in Explorer" }).click();
    await vscode.page
      .locator('.explorer-viewlet [role="treeitem"][aria-selected="true"]', { hasText: "frames" })
      .waitFor();
  });

  it("makes its picture the photo that everything is seen through", async () => {
    await saved("Save and use as current photo…", "dreamt.png");
    await dropdown(view, "Photo").locator("[role=option]", { hasText: "dreamt.png" }).waitFor({ state: "attached" });
    await showGlassbox(vscode);
    await pane(vscode, "Current Photo").getByText("dreamt.png").first().waitFor();
    assert.deepEqual(vscode.problems, []);
  });

  it("opens the recipe of a picture from its menu, in a panel that says so itself", async () => {
    await showExplorer(vscode);
    await vscode.file("dreamt.png").hover();
    await vscode.openExplorerMenu("dreamt.png");
    await vscode.page
      .locator(".monaco-menu .action-label")
      .filter({ hasText: /^Glassbox$/ })
      .hover();
    const entry = vscode.page.locator(".monaco-submenu .action-label").filter({ hasText: "Open the Recipe of a Picture…" }); // prettier-ignore
    await entry.hover();
    await vscode.page.waitForTimeout(300); // a menu that has just opened takes no click yet
    await entry.click();
    const says = async (frame: Frame) =>
      (await frame.locator(".notice").allTextContents()).some((text) =>
        /^The recipe of dreamt\.png is open\. .* “Start” makes the same\./.test(text),
      );
    let opened: Frame | undefined;
    await until("the new panel says what it has", async () => {
      for (const frame of await vscode.frames("dream")) if (await says(frame)) opened = frame;
      return opened !== undefined;
    });
    const picture = opened!.getByRole("img", { name: "DeepDream. The saved picture" });
    await picture.waitFor();
    assert.deepEqual(await opened!.locator(".frame").allTextContents(), ["saved"]);
    await opened!.getByRole("button", { name: "Continue", disabled: true }).waitFor();
    const [width, height] = await picture.evaluate((canvas: { width: number; height: number }) => [canvas.width, canvas.height]); // prettier-ignore
    assert.deepEqual({ width, height }, size);
    await vscode.screenshot(`dream-recipe-${vscode.version}`);
    assert.equal(await vscode.notifications().filter({ hasText: "The recipe of" }).count(), 0);
    await vscode.command("View: Close Editor");
  });

  it("is found in the palette by its technique's name", async () => {
    for (const [technique, title] of [
      ["adversarial example", "Fool the Network… (Adversarial Example)"],
      ["inversion", "What Does This Layer Keep of the Photo? (Inversion)"],
      ["texture synthesis", "Make a Texture… (Texture Synthesis)"],
      ["neuron", "Visualize a Channel… (Neuron Visualization)"],
      ["style transfer", "Transfer a Style…"],
    ] as const)
      await vscode.findsInPalette(technique, `Glassbox: ${title}`);
  });

  it("waits for another panel's dream, says whose, and begins when that is over", async () => {
    view = await vscode.frame("dream"); // another document, where the panel was behind another one meanwhile
    await setParameter(view, "steps", 1000);
    await view.getByRole("button", { name: "Start again" }).click();
    await phase(view, "running");
    await showExplorer(vscode);
    await vscode.file("coffee.png").hover();
    await vscode.explorerMenu("coffee.png", "Glassbox: Run DeepDream");
    await until("there is another", async () => {
      const [other] = await vscode.frames("dream");
      return other !== undefined && (await other.getByText("Waiting for DeepDream of cat.png").first().isVisible());
    });
    const jobs = vscode.page.locator(".quick-input-list .monaco-list-row");
    const [going, waiting] = ["cat", "coffee"].map((name) => jobs.filter({ hasText: `DeepDream of ${name}.png by` })) as [Locator, Locator]; // prettier-ignore
    await vscode.command("Glassbox: Show Jobs");
    await until("both are in the list", async () => (await going.isVisible()) && waiting.isVisible());
    await vscode.screenshot(`dream-queue-${vscode.version}`);
    const isInFront = async (words: string) => {
      const [front] = await vscode.frames("dream");
      return front !== undefined && (await front.getByText(words).first().isVisible());
    };
    await going.click();
    await until("its panel is in front", () => isInFront("DeepDream of cat.png by"));
    await vscode.command("Glassbox: Show Jobs");
    await waiting.click();
    await until("the other panel is", () => isInFront("Waiting for DeepDream of cat.png"));
    await vscode.command("Glassbox: Show Jobs");
    await going.hover();
    await going.locator(".action-label").click();
    await until("it is cancelled", async () => (await going.count()) === 0);
    await vscode.page.keyboard.press("Escape");
    const [waited] = await vscode.frames("dream");
    assert.ok(waited);
    await phase(waited, "finished");
  });

  it("shows the last frame as interrupted when the window is loaded anew, and goes on from there", async () => {
    view = await vscode.frame("dream");
    await setParameter(view, "steps", 1000);
    await view.getByRole("button", { name: "Start again" }).click();
    await phase(view, "running");
    await until("some steps are done", async () => (await frames()) > 3, 60);
    await vscode.reload();
    view = await vscode.frame("dream", 60);
    await view.getByText("The window closed while this picture grew.").waitFor({ timeout: 60_000 });
    await vscode.screenshot(`dream-interrupted-${vscode.version}`);
    const before = await view.locator(".bar").getAttribute("aria-valuenow");
    await view.getByRole("button", { name: "Continue", exact: true }).last().click();
    await phase(view, "running");
    await until("it goes on", async () => Number(await view.locator(".bar").getAttribute("aria-valuenow")) > Number(before), 60); // prettier-ignore
    await view.getByRole("button", { name: "Stop" }).click();
    await phase(view, "stopped");
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
    await isSuggested(
      "All frames as PNG… (all 2 steps)",
      join(folder, "cat-chelsea deep-dream "),
      "Save Frames Into a New Folder: all 2 steps",
    );
  });

  it("takes several layers in a row, chosen while the picture of one grows, for the next start", async () => {
    await choose(view, "Technique", /^Inversion$/);
    await setParameter(view, "steps", 3000);
    await view.getByRole("button", { name: "Start again" }).click();
    await phase(view, "running");
    await view.getByText(/^Inversion of cat-chelsea\.png by /).waitFor();
    await view.getByRole("button", { name: "Layers in a row…" }).click();
    await view.getByRole("button", { name: "Add a layer" }).click();
    await view.getByText(/“Layers in a row” stays .* alone: what is chosen now counts from the next start on/).waitFor(); // prettier-ignore
    await phase(view, "running");
    await vscode.screenshot(`dream-row-${vscode.version}`);
    await setParameter(view, "steps", 2);
    await view.getByRole("button", { name: "Start again" }).click();
    await view.getByText(/^Inversion of cat-chelsea\.png by .* at \S+, \S+ /).waitFor();
    await phase(view, "finished");
    assert.equal(await view.locator(".cell").count(), 3, "the photo, and what each layer keeps of it");
    assert.deepEqual(vscode.problems, []);
  });
});
