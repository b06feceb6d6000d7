import assert from "node:assert/strict";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { chosen, classes, done, sample, sentence, workspace } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import {
  box,
  channelCount,
  chosenBox,
  chooseLayer,
  facts,
  heading,
  mapsDrawn,
  openModel,
  says,
} from "./driver/model.ts";
import {
  badge,
  hover,
  hoverPicture,
  hoverText,
  line,
  pane,
  pointAt,
  pointAway,
  showExplorer,
  showGlassbox,
} from "./driver/sidebar.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

const files = [
  "cat-chelsea.png",
  "coffee.png",
  "squeezenet1.1.onnx",
  "squeezenet1.1.glassbox.json",
  "efficientnet-lite0.onnx",
  "imagenet-labels.txt",
] as const;

describe("A side bar that is opened for the first time, beside a model", function () {
  this.timeout(120_000);

  it("marks the layer that was chosen in the graph by then, and nothing goes wrong", async () => {
    const folder = workspace("squeezenet1.1.onnx");
    const vscode = await launch({ folder });
    const view = await openModel(vscode, "squeezenet1.1.onnx");
    await chooseLayer(view, "conv10");
    await showGlassbox(vscode);
    await line(vscode, "Layers", "conv10").and(vscode.page.locator(".selected")).waitFor();
    await vscode.page.waitForTimeout(1000); // VS Code complains once it has drawn the tree
    assert.deepEqual(await vscode.notifications().allInnerTexts(), []);
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("Layers, photo and models in the side bar", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;
  const selected = (name: string) =>
    pane(vscode, "Layers").locator(`.monaco-list-row.selected[aria-label^="${name}"]`).waitFor();

  before(async () => {
    folder = workspace(...files);
    copyFileSync(sample("squeezenet1.1.onnx"), join(folder, "named.onnx"));
    // The file has no field for layers yet: a name will do.
    writeFileSync(join(folder, "named.glassbox.json"), '{ "name": "fire3/expand1x1" }\n');
    vscode = await launch({ folder });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("say what to do while there is neither model nor photo", async () => {
    await showGlassbox(vscode);
    await pane(vscode, "Layers").getByText("Open a model to see its layers").waitFor();
    await pane(vscode, "Current Photo").getByText("See the layers through a photo").waitFor();
    await line(vscode, "Models", "SqueezeNet 1.1").waitFor();
  });

  it("list the layers of the model that a double click opened, nested as their names are", async () => {
    await showExplorer(vscode);
    view = await openModel(vscode, "squeezenet1.1.onnx");
    await says(view.locator("h1"), /SqueezeNet 1\.1/);
    await showGlassbox(vscode);
    await line(vscode, "Layers", "fire2, module").waitFor();
    const inner = line(vscode, "Layers", "expand3x3");
    await inner.waitFor();
    assert.equal(await inner.getAttribute("aria-level"), "2");
    assert.match((await inner.getAttribute("aria-label")) ?? "", /output 64 × 55 × 55, 9280 parameters/);
    assert.match((await line(vscode, "Layers", "conv1").textContent()) ?? "", /64 × 111 × 111 · 1\.79 k/);
  });

  it("are narrowed to the layers whose name is typed, also in modules that nobody has looked into", async () => {
    const tree = pane(vscode, "Layers");
    const names = () => tree.locator(".monaco-list-row .label-name").allInnerTexts();
    await line(vscode, "Layers", "conv1").click();
    await vscode.page.keyboard.press("ControlOrMeta+Alt+KeyF");
    const typed = tree.locator(".monaco-tree-type-filter input");
    await typed.waitFor();
    await tree.getByRole("checkbox", { name: "Filter", exact: true }).click();
    await typed.fill("squeeze1x1");
    const modules = Array.from({ length: 8 }, (_, i) => [`fire${i + 2}`, "squeeze1x1"]).flat();
    await until("only those are left", async () => String(await names()) === String(modules));
    await vscode.screenshot(`model-layers-filtered-${vscode.version}`);
    await typed.fill("conv10");
    await until("one is left", async () => String(await names()) === "conv10");
    await typed.press("Escape");
    await until("all are back", async () => (await names()).length > 10);
    await vscode.page.keyboard.press("Home");
    await line(vscode, "Layers", "conv1").waitFor();
  });

  it("say in a hover what a layer is, and without a photo what is missing", async () => {
    await pointAt(vscode, line(vscode, "Layers", "conv1"));
    await hover(vscode).getByText("Receptive field").waitFor();
    const text = await hoverText(vscode);
    assert.match(text, /Receptive field: 3 × 3/);
    assert.match(text, /1\.79 k parameters/);
    assert.match(text, /no photo is chosen: this is what noise gives/);
    await pointAway(vscode);
  });

  it("take the photo that everything is seen through, by a command and by the next in its folder", async () => {
    await vscode.command("Glassbox: Choose Photo…");
    await vscode.choose("cat-chelsea.png");
    const first = line(vscode, "Current Photo", "Current photo: cat-chelsea.png");
    await first.waitFor();
    assert.match((await first.textContent()) ?? "", /1 of 2/);
    await vscode.command("Glassbox: Next Photo");
    await line(vscode, "Current Photo", "Current photo: coffee.png").waitFor();
    await vscode.command("Glassbox: Previous Photo");
    await first.waitFor();
    assert.ok((await hoverPicture(vscode, first)) >= 128, "the photo itself");
    await pointAway(vscode);
  });

  it("show in a module's hover what leaves it, and what of it is dead", async () => {
    await vscode.command("Glassbox: Next Photo");
    await line(vscode, "Current Photo", "Current photo: coffee.png").waitFor();
    const module = line(vscode, "Layers", "fire2, module");
    assert.ok((await hoverPicture(vscode, module)) > 0);
    // The others' badges come, and those of the module's own layers wait: on its line they would close the hover.
    await until("another has its badge", async () => /^\d+$/.test(await badge(line(vscode, "Layers", "conv1"))));
    assert.equal(await hover(vscode).isVisible(), true);
    let text = await hoverText(vscode);
    // A hover does not wait until all layers are counted: it is asked for again then, once the pointer was elsewhere.
    await until("it says what is dead inside", async () => {
      if (/Dead channels inside/.test(text)) return true;
      await pointAt(vscode, line(vscode, "Layers", "conv1"));
      await hoverPicture(vscode, module);
      text = await hoverText(vscode);
      return false;
    });
    assert.match(text, /fire2 +module that ends in fire2\/concat/);
    assert.match(text, /128 × 55 × 55 · 11\.4 k parameters · 34\.1 MMAC/);
    assert.match(text, /Receptive field: 15 × 15 pixels, step 4/);
    assert.match(text, /most active of 128 channels: one scale/);
    assert.match(text, /(None of its output’s|\d+ of its output’s 128) channels dead on coffee\.png/);
    const inside = /Dead channels inside: .*fire2\/expand1x1 (\d+)/.exec(text)?.[1];
    assert.ok(inside, text);
    assert.doesNotMatch(text, /emphasized/);
    assert.equal(await badge(line(vscode, "Layers", "expand1x1")), "none", "the pointer is on its module");
    await vscode.screenshot(`model-hover-module-${vscode.version}`);
    await pointAt(vscode, line(vscode, "Layers", "conv1"));
    await until("it has its badge", async () => (await badge(line(vscode, "Layers", "expand1x1"))) === inside);
    // Colored by then, and with a dot for what is in it, its hover still says what that is in its own words.
    assert.ok((await hoverPicture(vscode, module)) > 0);
    assert.doesNotMatch(await hoverText(vscode), /emphasized/);
    await pointAway(vscode);
    await vscode.command("Glassbox: Previous Photo");
    await line(vscode, "Current Photo", "Current photo: cat-chelsea.png").waitFor();
  });

  it("show in a layer's hover what it sees in the photo", async () => {
    const width = await hoverPicture(vscode, line(vscode, "Layers", "expand3x3"));
    assert.ok(width > 0);
    const text = await hoverText(vscode);
    assert.match(text, /64 × 55 × 55 · 9\.28 k parameters · 27\.9 MMAC/);
    assert.match(text, /Receptive field: 15 × 15 pixels, step 4/);
    assert.match(text, /most active of 64 channels: one scale, 0 to [\d.]+/);
    assert.match(text, /(None of the|\d+ of 64) channels dead on cat-chelsea\.png/);
    await vscode.screenshot(`model-hover-${vscode.version}`);
    // One run computed all layers: the others have their badges, and the hover stays as they come.
    await until("another has its badge", async () => (await badge(line(vscode, "Layers", "expand1x1"))) === "3");
    assert.equal(await hover(vscode).isVisible(), true);
    assert.equal(await badge(line(vscode, "Layers", "expand3x3")), "none", "the pointer is on it");
    await pointAway(vscode);
  });

  it("reveal a layer in the graph when its line is clicked, and its line when it is chosen in the graph", async () => {
    await line(vscode, "Layers", "expand3x3").click();
    await says(heading(view), /fire2\/expand3x3/);
    await until("its block is open", async () => (await box(view, "fire2/expand3x3").count()) > 0);
    await says(chosenBox(view), /^expand3x3/);
    await says(facts(view), /64 × 55 × 55/);
    await mapsDrawn(view);
    await chooseLayer(view, "conv1");
    await selected("conv1");
  });

  it("lead from the keyboard to the line of the chosen layer", async () => {
    await view.locator(".graph-view").focus();
    await vscode.page.keyboard.press("Alt+L");
    await until("the line has the focus", async () =>
      /conv1/.test(
        (await vscode.page
          .locator(".monaco-list:focus .monaco-list-row.focused")
          .getAttribute("aria-label")
          .catch(() => "")) ?? "",
      ),
    );
  });

  it("mark the layers whose channels are dead on this photo", async () => {
    await line(vscode, "Layers", "conv1").click();
    await mapsDrawn(view);
    const dead = /, (\d+) dead/.exec((await channelCount(view).textContent()) ?? "")?.[1];
    assert.ok(dead, "this photo leaves some dead");
    await until("the badge says so", async () => (await badge(line(vscode, "Layers", "conv1"))) === dead);
  });

  it("show the same hover over a layer's name in the file beside the model", async () => {
    await showExplorer(vscode);
    await vscode.file("named.glassbox.json").dblclick();
    const word = vscode.page.locator(".view-line span span").filter({ hasText: "fire3/expand1x1" }).first();
    await word.waitFor();
    const width = await hoverPicture(vscode, word);
    assert.ok(width > 0);
    assert.match(await hoverText(vscode), /fire3\/expand1x1/);
    await vscode.screenshot(`model-sidecar-hover-${vscode.version}`);
    await pointAway(vscode);
  });

  it("explain the photo with a layer, and lead back from there into the layer", async () => {
    await vscode.tabs().filter({ hasText: "squeezenet1.1.onnx" }).click();
    view = await vscode.frame("model");
    await showGlassbox(vscode);
    await line(vscode, "Layers", "fire2, module").waitFor();
    await line(vscode, "Layers", "conv1").click();
    await vscode.page.keyboard.press("End"); // it is among the last
    await line(vscode, "Layers", "conv10").click();
    await says(heading(view), /conv10/);
    await view.getByRole("button", { name: "Explain with this layer" }).click();
    const explain = await vscode.frame("explain", 40);
    await done(explain, "grad-cam");
    await sentence(explain).getByText("conv10").waitFor();
    assert.match(await chosen(explain, "Model"), /SqueezeNet 1\.1/);
    assert.match(await classes(explain).first().innerText(), /cat/);
    await explain.getByRole("button", { name: "Look inside this layer" }).click();
    view = await vscode.frame("model", 40);
    await says(heading(view), /conv10/);
    await vscode.screenshot(`model-from-explain-${vscode.version}`);
  });

  it("compare two models of the workspace", async () => {
    await vscode.command("Glassbox: Compare Two Models…");
    const offered = vscode.page.locator(".quick-input-list .monaco-list-row");
    await offered.filter({ hasText: "named.onnx" }).waitFor();
    const own = await offered.filter({ hasText: "squeezenet1.1.onnx" }).allInnerTexts();
    assert.equal(
      own.filter((text) => !text.includes("built in")).length,
      0,
      `the first one is no second: ${own.join()}`,
    );
    await vscode.choose("efficientnet-lite0.onnx");
    await until("the report is rendered", async () =>
      (await vscode.texts("h1")).includes("squeezenet1.1.onnx ↔ efficientnet-lite0.onnx"),
    );
    assert.ok((await vscode.texts("p")).some((text) => /100 of 100 layers differ/.test(text)));
    assert.ok((await vscode.texts("table td")).length > 500, "its tables are tables");
    await vscode.screenshot(`model-diff-${vscode.version}`);
    assert.deepEqual(vscode.problems, []);
  });
});
