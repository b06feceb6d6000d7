import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import sharp from "sharp";
import { choose, drawn, sample, workspace, written } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import {
  about,
  box,
  chooseLayer,
  chosenBox,
  facts,
  graphDrawn,
  gridPane,
  heading,
  mapsDrawn,
  menuEntry,
  openModel,
  says,
  showTab,
} from "./driver/model.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

const layer = "fire3/expand3x3";

describe("The model editor, in its window", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;
  const saved = async (entry: string, name: string) => {
    await menuEntry(view, "Save the graph as a picture", entry);
    const path = join(folder, name);
    await vscode.answerFileDialog(path);
    await written(path);
    return readFileSync(path);
  };
  const replace = (model: string, by: string) => {
    copyFileSync(sample(by), join(folder, model));
    const now = new Date();
    utimesSync(join(folder, model), now, now);
  };

  before(async () => {
    folder = workspace("squeezenet1.1.onnx", "squeezenet1.1.glassbox.json", "imagenet-labels.txt");
    vscode = await launch({ folder });
    view = await openModel(vscode, "squeezenet1.1.onnx");
    await choose(view, "Photo", /^cat-chelsea\.png/);
    await mapsDrawn(view);
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens a block in place by the keys, and closes it", async () => {
    await view.locator(".graph-view").focus();
    await vscode.page.keyboard.press("Home");
    for (let i = 0; i < 3; i++) await vscode.page.keyboard.press("ArrowDown");
    await says(chosenBox(view), /^fire2/);
    await vscode.page.keyboard.press("Enter");
    await box(view, "fire2/expand3x3").waitFor({ state: "attached" });
    assert.equal(await box(view, "fire2").getAttribute("aria-expanded"), "true");
    await vscode.page.keyboard.press("Enter");
    await box(view, "fire2/expand3x3").waitFor({ state: "detached" });
  });

  it("searches, goes to the next and the previous hit, and opens what hides them", async () => {
    const count = view.locator(".graph-count");
    await vscode.page.keyboard.press("Control+F");
    await vscode.page.keyboard.type("conv 3x3");
    // Conv1 and the eight fire modules' wide convolutions.
    await says(count, /^9$/);
    for (let i = 0; i < 3; i++) await vscode.page.keyboard.press("Enter");
    await says(count, /^3 of 9$/);
    await says(chosenBox(view), /^Conv 3 × 3|^Conv/);
    await box(view, layer).waitFor({ state: "attached" });
    await vscode.screenshot(`model-search-${vscode.version}`);
    await vscode.page.keyboard.press("Shift+Enter");
    await says(count, /^2 of 9$/);
    await vscode.page.keyboard.press("Escape");
    await vscode.page.keyboard.press("Escape");
    await until("nothing is searched", async () => (await count.textContent()) === "");
  });

  it("saves the graph as SVG and as PNG", async () => {
    const svg = await saved("Save as SVG…", "graph.svg");
    const { format, width = 0, height = 0 } = await sharp(svg).metadata(); // read by an XML parser that forgives nothing
    assert.equal(format, "svg");
    assert.ok(width > 100 && height > width, `${width} × ${height}`);
    for (const words of ["conv1", "Max pool 3 × 3, stride 2", "64 × 111 × 111"])
      assert.ok(svg.toString().includes(words), words);
    const { channels } = await sharp(await saved("Save as PNG…", "graph.png")).stats();
    assert.ok(
      channels.some(({ stdev }) => stdev > 5),
      "the picture is blank",
    );
  });

  it("looks right in all four kinds of theme, wide and narrow", async () => {
    await chooseLayer(view, layer);
    await showTab(view, "Feature maps");
    await mapsDrawn(view);
    await vscode.command("Notifications: Clear All Notifications");
    for (const theme of ["light", "high-contrast", "high-contrast-light", "dark"] as const) {
      await vscode.setTheme(theme);
      await view.locator(`body[data-vscode-theme-kind="vscode-${theme}"]`).waitFor();
      await vscode.page.waitForTimeout(300); // until all is drawn anew
      await vscode.screenshot(`model-${theme}-${vscode.version}`);
    }
    await vscode.page.setViewportSize({ width: 900, height: 900 });
    await vscode.page.waitForTimeout(500);
    await vscode.screenshot(`model-narrow-${vscode.version}`);
    const overflow = await view
      .locator(".page")
      .evaluate((page: unknown) => (page as Box).scrollWidth - (page as Box).clientWidth);
    assert.ok(overflow <= 0, `${overflow} pixels are cut off`);
    await vscode.page.setViewportSize({ width: 1400, height: 900 });
    assert.deepEqual(vscode.problems, []);
  });

  it("stands as it stood after the window is reloaded: layer, tab, channel, open blocks, photo", async () => {
    const grid = view.locator(gridPane);
    await grid.click({ position: { x: 200, y: 30 } });
    await view.locator("header").hover();
    const said = (await about(view).textContent()) ?? "";
    await showTab(view, "One unit");
    await says(view.locator(".unit-words"), /at row/);
    await vscode.page.waitForTimeout(600); // the camera is kept when it rests

    await vscode.reload();
    view = await vscode.frame("model", 60);
    await graphDrawn(view);
    await says(heading(view), /fire3\/expand3x3/);
    assert.equal(await view.locator('[role=tab][aria-selected="true"]').textContent(), "One unit");
    await box(view, layer).waitFor({ state: "attached" });
    assert.equal(await box(view, "fire2").getAttribute("aria-expanded"), "true");
    await says(view.locator(".unit-words"), /at row/);
    await showTab(view, "Feature maps");
    await mapsDrawn(view);
    const channel = /^Channel \d+/.exec(said)?.[0] ?? "?";
    await says(about(view), new RegExp(`^${channel}\\b`));
    await vscode.screenshot(`model-reloaded-${vscode.version}`);
  });

  it("is split into two editors of one file, which begin alike and go their own ways, over a reload too", async () => {
    const channel = /^Channel \d+/.exec((await about(view).textContent()) ?? "")?.[0] ?? "?";
    await showTab(view, "One unit");
    const both = async () => {
      await until("there are two", async () => (await vscode.frames("model")).length === 2, 40);
      const views = await vscode.frames("model");
      for (const each of views) await graphDrawn(each);
      return views;
    };
    await vscode.command("View: Split Editor");
    const other = (await both()).find((each) => each !== view)!; // there are two
    await says(heading(other), /fire3\/expand3x3/);
    assert.equal(await other.locator('[role=tab][aria-selected="true"]').textContent(), "One unit");
    for (const each of [view, other]) await showTab(each, "Feature maps");
    await mapsDrawn(other);
    await says(about(other), new RegExp(`^${channel}\\b`));
    await chooseLayer(other, "conv1");
    await says(heading(view), /fire3\/expand3x3/);
    await mapsDrawn(other);
    assert.notEqual(await drawn(other, gridPane), await drawn(view, gridPane));
    await vscode.screenshot(`model-split-${vscode.version}`);
    await vscode.page.waitForTimeout(600); // what they stand at is kept when they rest
    await vscode.reload();
    const titles = async () => (await Promise.all((await both()).map((each) => heading(each).innerText()))).sort();
    assert.deepEqual(await titles(), ["conv1", "fire3/expand3x3"]);
    await vscode.command("View: Close Editor");
    await until("one is left", async () => (await vscode.frames("model")).length === 1);
    [view] = (await vscode.frames("model")) as [Frame];
  });

  it("follows its file when that changes, and says so when it is broken", async () => {
    rmSync(join(folder, "squeezenet1.1.glassbox.json"));
    replace("squeezenet1.1.onnx", "efficientnet-lite0.onnx");
    await says(view.locator("header"), /4\.63 M parameters · 3\d\d MMAC/, 60);
    await box(view, "stage2").waitFor({ state: "attached" });
    writeFileSync(join(folder, "squeezenet1.1.onnx"), "this is no model");
    await until("it says that it is broken", async () => /cannot be read|does not run/.test((await view.locator(".refusal").textContent()) ?? ""), 60); // prettier-ignore
    await vscode.screenshot(`model-breaks-${vscode.version}`);
    replace("squeezenet1.1.onnx", "squeezenet1.1.onnx");
    await says(view.locator("header"), /1\.24 M parameters/, 60);
    await says(facts(view), /×/);
  });

  it("refuses a file that is no model, and says why", async () => {
    writeFileSync(join(folder, "broken.onnx"), "this is no model");
    await vscode.file("broken.onnx").waitFor({ timeout: 20_000 });
    await vscode.file("broken.onnx").dblclick();
    const refused = async () => {
      for (const each of await vscode.frames("model"))
        if (await each.getByRole("heading", { name: "This model cannot be read" }).isVisible()) return each;
      return undefined;
    };
    await until("it is refused", async () => (await refused()) !== undefined, 40);
    const text = (await (await refused())!.locator(".refusal").textContent()) ?? ""; // as was just seen
    assert.match(text, /broken\.onnx/);
    assert.match(text, /Try again/);
    await vscode.screenshot(`model-broken-${vscode.version}`);
    assert.deepEqual(vscode.problems, []);
  });
});

/** As much of an element as is used here; the tests' own types know no DOM. */
interface Box {
  readonly scrollWidth: number;
  readonly clientWidth: number;
}
