import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import sharp from "sharp";
import { phase } from "./driver/dream.ts";
import { choose, sample, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { about, gridPane, heading, mapsDrawn, openModel } from "./driver/model.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

/** Small enough that a dream of it takes seconds. */
const size = { width: 96, height: 72 };

describe("The model editor's own menus", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;
  const entries = () => vscode.page.locator(".monaco-menu .action-item .action-label");
  const texts = async () => (await entries().allTextContents()).filter((text) => text.trim() !== "");
  /** A menu that has just opened takes no click yet. */
  const take = async (entry: string) => {
    const wanted = entries().filter({ hasText: entry }).first();
    await wanted.hover();
    await vscode.page.waitForTimeout(300);
    await wanted.click();
  };

  before(async () => {
    folder = workspace("squeezenet1.1.onnx", "squeezenet1.1.glassbox.json", "imagenet-labels.txt");
    await sharp(sample("cat-chelsea.png")).resize(size).png().toFile(join(folder, "cat.png"));
    vscode = await launch({ folder });
    view = await openModel(vscode, "squeezenet1.1.onnx");
    await choose(view, "Photo", /^cat\.png/);
    await mapsDrawn(view);
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("offers over a layer in the graph what can be made of it", async () => {
    const graph = view.locator(".graph-view");
    const { width, height } = (await graph.boundingBox())!;
    const over = async () => (await view.locator(".graph-view canvas.over").count()) > 0;
    let at = { x: width / 2, y: 0 };
    await until("the pointer is over a box", async () => {
      at = { x: at.x, y: at.y + 12 };
      assert.ok(at.y < height, "no box in the middle of the graph");
      await graph.hover({ position: at });
      return over();
    });
    await graph.click({ button: "right", position: { x: at.x, y: at.y + 4 } });
    await entries().first().waitFor();
    const offered = await texts();
    for (const entry of [
      "DeepDream with This Layer",
      "Visualize a Channel… (Neuron Visualization)",
      "Feature Grid of This Layer",
      "What Does This Layer Keep of the Photo? (Inversion)",
    ])
      // prettier-ignore
      assert.ok(offered.includes(entry), `${entry} among ${offered.join(", ")}`);
    assert.ok(!offered.some((entry) => entry.startsWith("Visualize This Channel")) && !offered.includes("Copy"));
    await vscode.screenshot(`dream-layer-menu-${vscode.version}`);
    await take("Follow Its Output");
    await view.locator(".graph-strip").filter({ hasText: "made by" }).waitFor();
    await view.locator(".graph-view").press("Escape");
  });

  it("opens by the menu key where the keys are in the graph, and shows the way there from the chosen block", async () => {
    await view.locator(".graph-view").focus();
    for (const key of ["Home", "ArrowDown"]) await vscode.page.keyboard.press(key);
    await view.locator('#graph-tree [data-key="conv1"][aria-selected="true"]').waitFor({ state: "attached" });
    for (const key of ["Shift+ArrowDown", "Shift+ArrowDown", "Shift+F10"]) await vscode.page.keyboard.press(key);
    await entries().first().waitFor();
    await take("Show the Way from the Chosen Node");
    await view
      .locator(".graph-strip")
      .filter({ hasText: /conv1.* → .*fire2/ })
      .waitFor();
    await view.locator(".graph-view").press("Escape");
    await heading(view).filter({ hasText: "conv1" }).waitFor();
  });

  it("dreams with the channel whose tile was right-clicked", async () => {
    const layer = ((await heading(view).textContent()) ?? "").trim();
    const grid = view.locator(gridPane);
    await grid.hover({ position: { x: 200, y: 30 } });
    await until("a channel is told of", async () => /^Channel \d+/.test((await about(view).textContent()) ?? ""));
    const channel = /^Channel (\d+)/.exec((await about(view).textContent()) ?? "")?.[1];
    await grid.click({ button: "right", position: { x: 200, y: 30 } });
    await entries().first().waitFor();
    assert.ok((await texts()).includes("Visualize This Channel (Neuron Visualization)"));
    await vscode.screenshot(`dream-channel-menu-${vscode.version}`);
    await take("DeepDream with This Channel");
    const dream = await vscode.frame("dream", 60);
    await dream
      .getByText(`DeepDream of cat.png by squeezenet1.1.onnx at ${layer}, channel ${channel} · seed 0`)
      .waitFor({ timeout: 60_000 });
    await phase(dream, "finished");
    await vscode.screenshot(`dream-of-channel-${vscode.version}`);
    assert.deepEqual(vscode.problems, []);
  });
});
