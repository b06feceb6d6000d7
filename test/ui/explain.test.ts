import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, Locator } from "playwright-core";
import { root } from "../../scripts/paths.mjs";
import { parseNpy } from "../../src/engine/images/npy.ts";
import { launch } from "./driver/launch.ts";
import type { Workbench } from "./driver/workbench.ts";

const sample = (name: string) => join(root, "samples", name);

/** A folder that the test may write into, with a photo and nothing else. */
function workspace(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-ui-"));
  for (const name of names) copyFileSync(sample(name), join(folder, name));
  return folder;
}

const thumbnail = (view: Frame, id: string): Locator => view.locator(`.thumbnail[data-technique="${id}"]`);
const done = (view: Frame, id: string) =>
  view.locator(`.thumbnail[data-technique="${id}"][data-status="done"]`).waitFor({ timeout: 60_000 });
const classes = (view: Frame) => view.getByRole("listbox", { name: /^Classes/ }).getByRole("option");

/** As much of a canvas as is used here; the tests' own types know no DOM. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } };
}

/** How many different colours the large map has: a blank one has one. */
const colors = (view: Frame): Promise<number> =>
  view.locator(".map .over canvas").evaluate((element: unknown) => {
    const canvas = element as Canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

/** Until a file that the extension saves is there. */
async function written(path: string): Promise<void> {
  for (let i = 0; i < 100 && !(existsSync(path) && statSync(path).size > 0); i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

describe("Explain Prediction", function () {
  this.timeout(180_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;

  before(async () => {
    folder = workspace("cat-chelsea.png", "coffee.png");
    vscode = await launch({ folder });
    await vscode.explorerMenu("cat-chelsea.png", "Glassbox: Explain Prediction");
    view = await vscode.frame("explain");
    await done(view, "grad-cam");
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("says what the built-in network saw, with a map, where the workspace has no model", async () => {
    assert.match(await classes(view).first().innerText(), /Egyptian cat/);
    assert.ok((await colors(view)) > 100, "the map is blank");
    assert.match(await view.locator("header").innerText(), /cat-chelsea\.png/);
  });

  it("fills in every technique", async () => {
    for (const id of [
      "saliency",
      "smoothgrad",
      "integrated-gradients",
      "guided-backpropagation",
      "cam",
      "deconvnet",
      "occlusion",
    ])
      await done(view, id);
    await vscode.screenshot(`explain-all-dark-${vscode.version}`);
  });

  it("says whether it can be trusted", async () => {
    const text = view.locator("main, body").first();
    await view.getByText(/Erasing the marked tenth/).waitFor({ timeout: 60_000 });
    assert.match(await text.innerText(), /top tenths overlap/);
  });

  it("shows another technique large when its thumbnail is chosen", async () => {
    const before = await colors(view);
    await thumbnail(view, "saliency").click();
    await view.getByText(/Simonyan et al\. 2014/).waitFor();
    assert.equal(await thumbnail(view, "saliency").getAttribute("aria-pressed"), "true");
    assert.notEqual(await colors(view), before);
    await vscode.screenshot(`explain-saliency-${vscode.version}`);
  });

  it("explains another class when it is clicked", async () => {
    await thumbnail(view, "grad-cam").click();
    await classes(view).nth(1).click();
    await view.locator('[role=option][aria-selected="true"]').filter({ hasText: "tiger cat" }).waitFor();
    await done(view, "grad-cam");
    await view
      .getByText(/\bof “tiger cat”/)
      .first()
      .waitFor();
  });

  it("explains a class that is typed", async () => {
    await view.getByText("Explain another class…").click();
    await view.locator(".class-search input").fill("espresso maker");
    await view.getByRole("option", { name: /espresso maker/ }).click();
    await done(view, "grad-cam");
    assert.match(await view.locator("body").innerText(), /espresso maker/);
  });

  it("saves the values as .npy, and the picture as PNG", async () => {
    await done(view, "occlusion");
    await view.getByRole("button", { name: "Save" }).click();
    await view.getByText("Save the values as .npy…").click();
    const values = join(folder, "map.npy");
    await vscode.answerFileDialog(values);
    await written(values);
    assert.deepEqual(parseNpy(readFileSync(values)).shape, [1, 1, 7, 7]);

    await view.getByRole("button", { name: "Save" }).click();
    await view.getByText("Save as PNG…").click();
    const picture = join(folder, "map.png");
    await vscode.answerFileDialog(picture);
    await written(picture);
    assert.ok(statSync(picture).size > 10_000);
  });

  it("follows the photo when its file changes", async () => {
    copyFileSync(join(folder, "coffee.png"), join(folder, "cat-chelsea.png"));
    const now = new Date();
    utimesSync(join(folder, "cat-chelsea.png"), now, now);
    await classes(view)
      .first()
      .filter({ hasText: /^espresso(?! maker)/ })
      .waitFor({ timeout: 30_000 });
    copyFileSync(sample("cat-chelsea.png"), join(folder, "cat-chelsea.png"));
    await classes(view).first().filter({ hasText: "Egyptian cat" }).waitFor({ timeout: 30_000 });
  });

  it("stands as it stood after the window is reloaded", async () => {
    await done(view, "occlusion");
    await thumbnail(view, "guided-backpropagation").click();
    await vscode.page.waitForTimeout(500);
    await vscode.reload();
    view = await vscode.frame("explain", 60);
    await done(view, "guided-backpropagation");
    assert.equal(await thumbnail(view, "guided-backpropagation").getAttribute("aria-pressed"), "true");
  });

  it("looks right in all four kinds of theme, wide and narrow", async () => {
    await done(view, "occlusion");
    await thumbnail(view, "grad-cam").click();
    for (const theme of ["light", "high-contrast", "high-contrast-light", "dark"] as const) {
      await vscode.setTheme(theme);
      await vscode.page.waitForTimeout(400);
      await vscode.screenshot(`explain-${theme}-${vscode.version}`);
    }
    await vscode.page.setViewportSize({ width: 900, height: 900 });
    await vscode.page.waitForTimeout(400);
    await vscode.screenshot(`explain-narrow-${vscode.version}`);
    await vscode.page.setViewportSize({ width: 1400, height: 900 });
    assert.deepEqual(vscode.problems, []);
  });

  it("opens one panel for each of several photos", async () => {
    await vscode.explorerMenu(["cat-chelsea.png", "coffee.png"], "Glassbox: Explain Prediction");
    await vscode.tabs().filter({ hasText: "Explain: coffee.png" }).first().waitFor();
    assert.equal(await vscode.tabs().filter({ hasText: "Explain:" }).count(), 2);
  });

  it("says what is wrong with a photo that is none, and offers a way out", async () => {
    writeFileSync(join(folder, "broken.png"), "this is no picture");
    await vscode.file("broken.png").waitFor({ timeout: 20_000 });
    await vscode.explorerMenu("broken.png", "Glassbox: Explain Prediction");
    await vscode.page.waitForTimeout(3000);
    await vscode.screenshot(`explain-broken-${vscode.version}`);
    const texts = await Promise.all((await vscode.frames("explain")).map((frame) => frame.locator("body").innerText()));
    assert.ok(
      texts.some((text) => text.includes("broken.png")),
      texts.join("\n"),
    );
    assert.ok(existsSync(join(folder, "broken.png")));
  });
});
