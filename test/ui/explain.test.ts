import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import sharp from "sharp";
import { parseNpy } from "../../src/engine/images/npy.ts";
import {
  choose,
  classes,
  colors,
  done,
  drawn,
  explained,
  mapPane,
  save,
  sentence,
  thumbnail,
  workspace,
  written,
} from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

describe("Explain Prediction", function () {
  this.timeout(180_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;
  const saved = async (entry: string, name: string) => {
    await save(view, entry);
    const path = join(folder, name);
    await vscode.answerFileDialog(path);
    await written(path);
    return readFileSync(path);
  };

  before(async () => {
    folder = workspace("cat-chelsea.png", "coffee.png");
    vscode = await launch({ folder });
    view = await explained(vscode);
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
    await view.getByText(/Erasing the tenth that the map marks most/).waitFor({ timeout: 60_000 });
    await view.getByText(/top tenths overlap/).waitFor();
  });

  it("looks right in all four kinds of theme, wide and narrow", async () => {
    for (const theme of ["light", "high-contrast", "high-contrast-light", "dark"] as const) {
      await vscode.setTheme(theme);
      await view.locator(`body[data-vscode-theme-kind="${themeKinds[theme]}"]`).waitFor();
      await vscode.screenshot(`explain-${theme}-${vscode.version}`);
    }
    await vscode.page.setViewportSize({ width: 900, height: 900 });
    await until("the page is narrow", async () => (await view.locator("main .classes").count()) === 1);
    await vscode.screenshot(`explain-narrow-${vscode.version}`);
    await vscode.page.setViewportSize({ width: 1400, height: 900 });
    await view.locator("aside .classes").waitFor();
    assert.deepEqual(vscode.problems, []);
  });

  it("shows another technique large when its thumbnail is chosen", async () => {
    const before = await drawn(view, mapPane);
    await thumbnail(view, "saliency").click();
    await sentence(view)
      .getByText(/Simonyan et al\. 2014/)
      .waitFor();
    assert.equal(await thumbnail(view, "saliency").getAttribute("aria-pressed"), "true");
    assert.notEqual(await drawn(view, mapPane), before);
    await vscode.screenshot(`explain-saliency-${vscode.version}`);
  });

  it("explains another class when it is clicked", async () => {
    await thumbnail(view, "grad-cam").click();
    await classes(view).nth(1).click();
    await view.locator('[role=option][aria-selected="true"]').filter({ hasText: "tiger cat" }).waitFor();
    await done(view, "grad-cam");
    await sentence(view).getByText("of “tiger cat”").waitFor();
  });

  it("explains a class that is typed", async () => {
    await view.getByText("Explain another class…").click();
    await view.locator(".class-search input").fill("espresso maker");
    await view.getByRole("option", { name: /espresso maker/ }).click();
    await sentence(view).getByText("of “espresso maker”").waitFor();
    await done(view, "grad-cam");
  });

  it("explains why it is one class and not another", async () => {
    await classes(view).first().click();
    await sentence(view).getByText("of “Egyptian cat”").waitFor();
    await done(view, "grad-cam");
    const alone = await drawn(view, mapPane);
    await view.getByRole("button", { name: "Why not “tiger cat”?" }).click();
    await sentence(view).getByText("of “Egyptian cat” and not “tiger cat”").waitFor();
    await done(view, "grad-cam");
    assert.notEqual(await drawn(view, mapPane), alone);
    await vscode.screenshot(`explain-difference-${vscode.version}`);
    await view.getByRole("button", { name: "Stop comparing" }).click();
    await sentence(view).getByText("not “tiger cat”").waitFor({ state: "detached" });
    await done(view, "grad-cam");
    await until("the first map is back", async () => (await drawn(view, mapPane)) === alone);
  });

  it("looks at another layer, on that layer's grid", async () => {
    const before = await drawn(view, mapPane);
    await choose(view, "Layer", /^stage5\/block3 · 112 × 14 × 14$/);
    await until("the map is another", async () => (await drawn(view, mapPane)) !== before);
    await done(view, "grad-cam");
    const { shape, data } = parseNpy(await saved("Save the values as .npy…", "map.npy"));
    assert.deepEqual(shape, [1, 1, 14, 14]);
    assert.ok(new Set(data).size > 10, "the values are blank");
    await vscode.screenshot(`explain-layer-${vscode.version}`);
  });

  it("saves the picture as PNG, and as an SVG figure with its caption", async () => {
    const picture = await sharp(await saved("Save as PNG…", "map.png")).stats();
    assert.ok(
      picture.channels.some(({ stdev }) => stdev > 20),
      "the picture is blank",
    );
    const figure = await saved("Save as SVG figure with caption…", "map.svg");
    assert.equal((await sharp(figure).metadata()).format, "svg"); // read by an XML parser that forgives nothing
    const words = figure.toString().replace(/<image[^>]*>/g, "");
    for (const caption of ["Grad-CAM of “Egyptian cat”", "cat-chelsea.png seen by EfficientNet-Lite0", "2017"])
      assert.ok(words.includes(caption), `${caption} is not in ${words}`);
    assert.equal(figure.toString().match(/data:image\/png;base64,/g)?.length, 3);
  });

  it("copies the numbers and the picture", async () => {
    await save(view, "Copy the numbers as text");
    await view.getByText("Copied the numbers.").waitFor();
    assert.match(
      await clipboardText(vscode),
      /photo\tcat-chelsea\.png\n[^]*Egyptian cat\t0\.79[^]*technique\tGrad-CAM/,
    );
    await save(view, "Copy the picture");
    await view.getByText("Copied the picture.").waitFor();
    assert.deepEqual(await clipboardTypes(vscode), ["image/png"]);
  });
});

/** As VS Code calls them in a webview. */
const themeKinds = {
  light: "vscode-light",
  dark: "vscode-dark",
  "high-contrast": "vscode-high-contrast",
  "high-contrast-light": "vscode-high-contrast-light",
} as const;

/** As much of a page as is used here; the tests' own types know no DOM. */
interface Page {
  readonly navigator: {
    readonly clipboard: {
      readText(): Promise<string>;
      read(): Promise<readonly { readonly types: readonly string[] }[]>;
    };
  };
}

const clipboardText = ({ page }: Workbench): Promise<string> =>
  page.evaluate(() => (globalThis as unknown as Page).navigator.clipboard.readText());

const clipboardTypes = ({ page }: Workbench): Promise<readonly string[]> =>
  page.evaluate(async () => (await (globalThis as unknown as Page).navigator.clipboard.read())[0]?.types ?? []);
