import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import sharp from "sharp";
import { parseNpy } from "../../src/engine/images/npy.ts";
import {
  choose,
  classes,
  colors,
  done,
  dropdown,
  drawn,
  mapPane,
  photoPane,
  sample,
  save,
  sentence,
  thumbnail,
  workspace,
  written,
} from "./driver/explain.ts";
import { attack, hostileModel } from "./driver/hostile.ts";
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

  it("shows in the status bar what runs long, which can be cancelled from there", async () => {
    await done(view, "occlusion");
    await thumbnail(view, "smoothgrad").click();
    await view.locator('[data-parameter="samples"] input').fill("500");
    await view.locator('[data-parameter="samples"] input').press("Enter");
    const item = vscode.statusBar().filter({ hasText: /SmoothGrad \d+\/500/ });
    await item.waitFor();
    await item.click();
    await vscode.page.locator(".quick-input-widget").getByText("Glassbox: Jobs").waitFor();
    // As a panel does that has just been loaded.
    await view.locator('[data-parameter="samples"] input').focus();
    await vscode.screenshot(`jobs-${vscode.version}`);
    const job = vscode.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "SmoothGrad of cat-chelsea.png" }); // prettier-ignore
    await job.hover();
    await job.locator(".action-label").click();
    await vscode.page.keyboard.press("Escape");
    await item.waitFor({ state: "hidden" });
    // What was reached stays on screen.
    await view.locator(`[data-technique="smoothgrad"]:is([data-status="stopped"], [data-status="failed"])`).waitFor();
    assert.ok((await colors(view)) > 100, "the map is gone");
    await vscode.screenshot(`cancelled-${vscode.version}`);
    await view.getByRole("button", { name: "Reset to defaults" }).click();
    await done(view, "smoothgrad");
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

  it("stands as it stood after the window is reloaded: technique, layer, class and zoom", async () => {
    await thumbnail(view, "guided-grad-cam").click();
    await classes(view).filter({ hasText: "tiger cat" }).click();
    await done(view, "guided-grad-cam");
    const whole = await drawn(view, photoPane);
    await view.locator(photoPane).focus();
    for (let i = 0; i < 3; i++) await vscode.page.keyboard.press("+");
    const zoomed = await drawn(view, photoPane);
    assert.notEqual(zoomed, whole);
    const said = await sentence(view).innerText();
    assert.match(said, /Guided Grad-CAM of “tiger cat” at stage5\/block3/);

    await vscode.reload();
    view = await vscode.frame("explain", 60);
    await done(view, "guided-grad-cam");
    assert.equal(await thumbnail(view, "guided-grad-cam").getAttribute("aria-pressed"), "true");
    assert.equal(await sentence(view).innerText(), said);
    await until("the photo is as near as it was", async () => (await drawn(view, photoPane)) === zoomed);
    await vscode.screenshot(`explain-reloaded-${vscode.version}`);
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
    await vscode.tabs().filter({ hasText: "Explain: broken.png" }).waitFor();
    await until("broken.png is refused", async () => {
      const refusals = (await vscode.frames("explain")).map((frame) => frame.locator(".refusal").innerText());
      return (await Promise.all(refusals)).some((text) => /cannot be read[^]*broken\.png[^]*Try again/.test(text));
    });
    await vscode.screenshot(`explain-broken-${vscode.version}`);
    assert.ok(existsSync(join(folder, "broken.png")));
    assert.deepEqual(vscode.problems, []);
  });

  it("shows hostile names of classes and layers as the text that they are", async () => {
    copyFileSync(hostileModel(), join(folder, "hostile.onnx"));
    const labels = [attack, `${attack} 2`, "[run](command:workbench.action.quit)"];
    writeFileSync(join(folder, "hostile.glassbox.json"), JSON.stringify({ labels }));
    await vscode.file("hostile.onnx").waitFor({ timeout: 20_000 });
    await vscode.command("View: Close All Editors"); // a new panel looks for models anew
    await vscode.explorerMenu("coffee.png", "Glassbox: Explain Prediction");
    view = await panelOf("coffee.png");
    await choose(view, "Model", /hostile\.onnx/);
    await classes(view).filter({ hasText: attack }).first().waitFor();
    await done(view, "grad-cam");
    for (const label of labels) assert.equal((await classes(view).filter({ hasText: label }).count()) > 0, true, label);
    const [layer = ""] = attack.split("/"); // what follows is a name within that one
    assert.ok((await dropdown(view, "Layer").textContent())?.includes(layer), "the layer bears its name");
    await vscode.screenshot(`explain-hostile-${vscode.version}`);
    assert.deepEqual(await taken(view), { attacks: 0, links: 0, title: "" });
    assert.deepEqual(vscode.problems, []);
  });

  /** The panel of a photo that is on screen. */
  async function panelOf(photo: string): Promise<Frame> {
    let found: Frame | undefined;
    await until(`${photo} is on screen`, async () => {
      for (const frame of await vscode.frames("explain"))
        if ((await frame.locator("h1").innerText()).includes(photo)) found = frame;
      return found !== undefined;
    });
    return found as Frame; // found, or `until` has thrown
  }
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

/** What a page shows of an attack that came through: elements made of names, and what these would have done. */
const taken = (view: Frame) =>
  view.evaluate(() => {
    interface Tree {
      readonly title: string;
      querySelectorAll(selector: string): ArrayLike<unknown>;
    }
    const { document } = globalThis as unknown as { readonly document: Tree };
    return {
      attacks: document.querySelectorAll('img[src="x"], [onerror], #app script').length,
      links: document.querySelectorAll('a[href^="command:"]').length,
      title: document.title,
    };
  });
