import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { parseNpy } from "../../src/engine/images/npy.ts";
import { choose, drawn, sample, workspace, written } from "./driver/explain.ts";
import { launch } from "./driver/launch.ts";
import {
  about,
  channelCount,
  chooseLayer,
  facts,
  gridPane,
  heading,
  large,
  mapsDrawn,
  menuEntry,
  numberAfter,
  openModel,
  paint,
  says,
  showTab,
  unfoldTools,
  within,
} from "./driver/model.ts";
import { until } from "./driver/until.ts";
import type { Workbench } from "./driver/workbench.ts";

const layer = "fire2/expand3x3";

describe("The model editor, on a photo", function () {
  this.timeout(120_000);
  let vscode: Workbench;
  let view: Frame;
  let folder: string;
  const photo = () => view.getByRole("combobox", { name: "Photo", exact: true });
  const prediction = () => view.locator(".prediction-change li");
  const saved = async (name: string, ask: () => Promise<void>) => {
    await ask();
    const path = join(folder, name);
    await vscode.answerFileDialog(path);
    await written(path);
    return readFileSync(path);
  };

  before(async () => {
    folder = workspace("squeezenet1.1.onnx", "squeezenet1.1.glassbox.json", "imagenet-labels.txt");
    mkdirSync(join(folder, "photos"));
    // Not called as the samples are, which are on offer too.
    for (const [name, called] of Object.entries({ "cat-chelsea.png": "cat.png", "coffee.png": "cup.png" }))
      for (const place of [called, join("photos", `my-${called}`)]) copyFileSync(sample(name), join(folder, place));
    vscode = await launch({ folder });
    view = await openModel(vscode, "squeezenet1.1.onnx");
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("asks for a photo where there is none, and shows all channels of a layer through the one that is chosen", async () => {
    await view.getByRole("heading", { name: "No photo yet" }).waitFor();
    await choose(view, "Photo", /^cat\.png/);
    await mapsDrawn(view);
    await view.locator(".graph-view").focus();
    await vscode.page.keyboard.press("Home");
    for (let i = 0; i < 3; i++) await vscode.page.keyboard.press("ArrowDown");
    await vscode.page.keyboard.press("Enter");
    await view.locator(`#graph-tree [data-key="${layer}"]`).waitFor({ state: "attached" });
    await chooseLayer(view, layer);
    await mapsDrawn(view);
    await says(channelCount(view), /^64 channels/);
  });

  it("knows the layer's shape, size, cost and reach as they are published", async () => {
    // 64 × 16 × 3 × 3 weights and 64 biases; 55 × 55 times those weights; 3, 2 × 3, 1, 3 wide windows in strides of 4.
    await says(facts(view), /64 × 55 × 55/);
    const text = (await facts(view).textContent()) ?? "";
    assert.match(text, /9\.28 k/);
    assert.match(text, /27\.9 MMAC/);
    assert.match(text, /15 × 15, step 4/);
    assert.match((await view.locator("header").textContent()) ?? "", /1\.24 M parameters · 349 MMAC.*1000 classes/);
  });

  it("shows another photo's maps when the photo is changed, and steps through the folder", async () => {
    const cat = await drawn(view, gridPane);
    await choose(view, "Photo", /^cup\.png/);
    await until("the maps are others", async () => (await drawn(view, gridPane)) !== cat);
    await mapsDrawn(view);
    await view.getByRole("button", { name: "Previous photo of the folder" }).click();
    await says(photo().locator('[role=option][aria-selected="true"]'), /cat/);
    await until("the first maps are back", async () => (await drawn(view, gridPane)) === cat);
  });

  it("shows a channel in large under the pointer, and keeps the one that is clicked", async () => {
    await mapsDrawn(view);
    const before = await about(view).textContent();
    const grid = view.locator(gridPane);
    await grid.hover({ position: { x: 200, y: 30 } });
    await until("another channel is told of", async () => (await about(view).textContent()) !== before);
    await grid.click({ position: { x: 200, y: 30 } });
    const channel = /^Channel (\d+)/.exec((await about(view).textContent()) ?? "")?.[1];
    await view.locator("header").hover();
    await says(about(view), new RegExp(`^Channel ${channel}\\b`));
  });

  it("outlines on the photo what a place sees, and on the map who sees a pixel", async () => {
    const map = large(view).first();
    await map.hover({ position: await within(map, 27.5 / 55, 20.5 / 55) });
    // Row 27 starts at 4 × (27 − 1) pixels and is 15 wide, whose first window is 3 wide without padding.
    await says(about(view), /At row 27, column 20: .*sees 15 × 15 pixels: rows 104–118, columns 76–90/);
    const seen = large(view).last();
    await seen.click({ position: await within(seen, 100.5 / 224, 100.5 / 224) });
    await says(about(view), /Pixel 100, 100 is seen by \d × \d places: rows 2\d–2\d/);
    const far = (await about(view).textContent()) ?? "";
    const [, first, last] = /rows (\d+)–(\d+), columns/.exec(far) ?? [];
    // A place r sees pixels 4r − 4 to 4r + 10.
    assert.deepEqual([Number(first), Number(last)], [Math.ceil(90 / 4), Math.floor(104 / 4)]);
    await seen.press("Escape");
  });

  it("follows a brush with its maps and the prediction, and takes strokes back", async () => {
    await view.getByRole("button", { name: "Brush", exact: true }).click();
    await prediction().first().waitFor();
    const before = await drawn(view, gridPane); // the brush's bar takes some of the grid's room
    const shares = () => prediction().locator(".share").allTextContents();
    const unpainted = await shares();
    assert.ok((await view.locator(".prediction-change .change").allTextContents()).every((text) => text === "±0"));
    await view.locator(".brush-bar").getByRole("button", { name: "Grey", exact: true }).click();
    await paint(vscode, large(view).last());
    await until("the prediction has changed", async () =>
      (await view.locator(".prediction-change .change").allTextContents()).some((text) => /^[+−]\d/.test(text)),
    );
    await until("the maps have changed", async () => (await drawn(view, gridPane)) !== before);
    await vscode.screenshot(`model-brush-${vscode.version}`);
    await view.getByRole("button", { name: "Undo the last stroke" }).click();
    await until("the prediction is back", async () => String(await shares()) === String(unpainted));
    await until("the maps are back", async () => (await drawn(view, gridPane)) === before);
    await view.getByRole("button", { name: "Brush", exact: true }).click();
    assert.deepEqual(vscode.problems, []);
  });

  it("compares with another photo", async () => {
    await unfoldTools(view);
    const alone = await drawn(view, gridPane);
    await choose(view, "Compare", /another photo/);
    await vscode.answerFileDialog(join(folder, "cup.png"));
    await says(view.locator(".stage figcaption"), /cat\.png/);
    await until("four pictures are shown", async () => (await large(view).count()) === 4);
    await view.getByRole("button", { name: "Difference", exact: true }).click();
    await says(view.locator(".stage figcaption"), /cup\.png − cat\.png/);
    await vscode.screenshot(`model-compare-${vscode.version}`);
    await view.getByRole("button", { name: "Difference", exact: true }).click();
    await choose(view, "Compare", /nothing/);
    await choose(view, "Order of the channels", /most active/);
    await until("the maps are alone again", async () => (await drawn(view, gridPane)) === alone);
  });

  it("saves the layer's output as an array", async () => {
    const bytes = await saved("output.npy", () => menuEntry(view, "Save and copy", "Save the layer’s output as .npy…"));
    const { shape, data } = parseNpy(bytes);
    assert.deepEqual([...shape], [1, 64, 55, 55]);
    const values = Array.from(data, Number);
    assert.ok(values.every((value) => value >= 0) && values.some((value) => value > 1), "behind a rectifier");
  });

  it("shows the filters with a verdict", async () => {
    await showTab(view, "Filters");
    await says(view.locator(".verdict"), /^(Smooth|Too small)/);
    await says(view.locator(".filter-body > p.dim"), /64 filters of 3 × 3 over 16 channels/);
    await vscode.screenshot(`model-filters-${vscode.version}`);
  });

  it("takes one unit apart into what it is made of, which sums up to its value", async () => {
    await showTab(view, "One unit");
    await says(view.locator(".unit-words"), /at row \d+, column \d+.*sees 1?\d × 1?\d pixels/);
    await view.locator(".bar-line").first().waitFor();
    const text = (await view.locator(".made-of").textContent()) ?? "";
    const [whole, before, bias] = [
      numberAfter(text, /What it is made of/),
      numberAfter(text, /activation =/),
      numberAfter(text, /from what comes before it [+−]/) * (/before it −/.test(text) ? -1 : 1),
    ];
    assert.ok(Math.abs(whole - before - bias) < 0.01 * Math.abs(whole) + 0.02, `${before} + ${bias} is not ${whole}`);
    await until(
      "three projections are drawn",
      async () => (await view.locator(".projection-grid figure").count()) >= 3,
    );
    await vscode.screenshot(`model-unit-${vscode.version}`);
    const source = view.locator(".bar-line button").first();
    const name = /channel (\d+)/.exec((await source.textContent()) ?? "")?.[1];
    await source.click();
    await says(heading(view), /fire2\/squeeze1x1/);
    assert.notEqual(name, undefined);
    await chooseLayer(view, layer);
  });

  it("explains the convolution by the numbers of one place, which sum up to what the network computed", async () => {
    await showTab(view, "Convolution");
    await says(view.locator(".step-body > p"), /Conv 3 × 3, padding 1: 16 × 55 × 55 becomes 64 × 55 × 55/);
    const numbers = view.locator(".sum-lines dd");
    await until("all is summed up", async () => (await numbers.count()) === 5);
    const [, , , sum, computed] = await Promise.all(
      Array.from({ length: 5 }, async (_, i) => Number(await numbers.nth(i).getAttribute("title"))),
    );
    assert.ok(Math.abs(sum! - computed!) < 1e-3 * Math.max(1, Math.abs(computed!)), `${sum} is not ${computed}`);
    await view.getByRole("button", { name: /^To the window’s beginning/ }).click();
    await view.getByRole("button", { name: /^Step \(/ }).click();
    await says(view.locator(".sum-lines"), /1 of 9 products.*1 of 144 products/);
    await vscode.screenshot(`model-convolution-${vscode.version}`);
  });

  it("counts the numbers of a weight, and shows them", async () => {
    await showTab(view, "Weights");
    await says(view.locator(".weight-body > .facts"), /9,216/);
    const text = (await view.locator(".weight-body > .facts").textContent()) ?? "";
    assert.match(text, /64 × 16 × 3 × 3/);
    assert.match(text, /NaN\s*0/);
    await view.locator(".weight-body table td").first().waitFor();
    await vscode.screenshot(`model-weights-${vscode.version}`);
  });

  it("tells what a node's operator does, how it is set, what it reads and writes", async () => {
    await showTab(view, "Node");
    await says(view.locator(".node-body h3"), /^Conv ONNX’s own/);
    await says(view.locator(".node-body"), /kernel_shape/);
    const text = (await view.locator(".node-body").textContent()) ?? "";
    for (const part of [/pads/, /Inputs/, /64 × 16 × 3 × 3/, /Outputs/]) assert.match(text, part);
    await vscode.screenshot(`model-node-${vscode.version}`);
  });

  it("shows the whole net in a column, each layer by its mean map", async () => {
    await view.getByRole("button", { name: "Whole net" }).click();
    const rows = view.locator(".net-row");
    await view.locator('.net-rows[aria-busy="false"]').waitFor();
    await until("all layers are there", async () => (await rows.count()) >= 35);
    await says(rows.filter({ hasText: "pool1" }), /64 × 55 × 55/);
    await vscode.screenshot(`model-net-${vscode.version}`);
    await rows.filter({ hasText: "fire3/squeeze1x1" }).click();
    await view.getByRole("button", { name: "Back to the layer" }).filter({ visible: true }).click();
    await says(heading(view), /fire3\/squeeze1x1/);
  });

  it("finds the channels that are dead on the photo, and opens them", async () => {
    await view.getByRole("button", { name: "Dead filters", exact: true }).click();
    const rows = view.locator(".dead-table tbody tr");
    await says(view.locator(".dead-body > p").first(), /\d+ of [\d,]+ channels (is|are) never active on this photo/);
    const all = await rows.locator("td:nth-of-type(2)").allTextContents();
    const net = (await view.locator(".dead-table tfoot td").nth(1).textContent()) ?? "";
    const names = await rows.locator("th").allTextContents();
    // A pooling, a concatenation or a softmax hands on the channels of others.
    const made = all.filter((_, i) => !/pool|concat|softmax/.test(names[i] ?? ""));
    const sum = made.reduce((total, text) => total + Number.parseInt(text, 10), 0);
    assert.equal(Number.parseInt(net.replace(/,/g, ""), 10), sum);
    await vscode.screenshot(`model-dead-${vscode.version}`);
    const bad = view.locator(".dead-table td[data-bad] button").first();
    const [name, number] = [await bad.getAttribute("aria-label"), await bad.textContent()];
    await bad.click();
    await mapsDrawn(view);
    await says(heading(view), new RegExp(/channels of (\S+):/.exec(name ?? "")?.[1] ?? "?"));
    await says(channelCount(view), new RegExp(`^${number} of \\d+ channels`));
    await choose(view, "Which channels", /all/);
  });

  it("finds those that are dead over a folder, and saves what it found", async () => {
    await view.getByRole("button", { name: "Dead filters", exact: true }).click();
    await view.getByRole("button", { name: "Over a folder…" }).click();
    await vscode.answerFileDialog(join(folder, "photos/")); // without the slash, the first answer would only lead into it
    await says(view.locator(".dead-body > p").first(), /never active on 2 photos/, 60);
    const csv = await saved("dead.csv", async () => view.getByRole("button", { name: "Save as CSV…" }).click());
    const [head, ...lines] = csv.toString().trim().split("\n");
    assert.match(head ?? "", /^layer,channels,dead,/);
    assert.match(lines.join("\n"), /^fire2\/expand3x3,64,\d+,/m);

    // Each number opens those channels, and no others; and the table is there after a reload of the window.
    const bad = view.locator(".dead-table td[data-bad] button").first();
    const number = await bad.textContent();
    await bad.click();
    await mapsDrawn(view);
    await says(channelCount(view), new RegExp(`^${number} of \\d+ channels`));
    await says(view.locator(".listed"), /never active over 2 photos of photos/);
    await vscode.screenshot(`model-listed-${vscode.version}`);
    await view.getByRole("button", { name: "Back to the table" }).click();
    await vscode.page.waitForTimeout(600); // the page's state is written
    await vscode.reload();
    view = await vscode.frame("model", 60);
    await says(view.locator(".dead-body > p").first(), /never active on 2 photos of photos/, 60);
    await says(view.locator(".dead-moment"), /^Counted on /);
    await vscode.screenshot(`model-dead-folder-${vscode.version}`);
    assert.deepEqual(vscode.problems, []);
  });
});
