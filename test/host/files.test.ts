import assert from "node:assert/strict";
import { copyFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Preparation } from "../../src/shared/preparation.ts";
import { closeAll, copies, explain, glassbox, panelOf, patient, sample, until } from "./support/glassbox.ts";

const preparation: Preparation = {
  size: [224, 224],
  fit: "pad",
  color: "BGR",
  range: [0, 255],
  mean: [0],
  deviation: [1],
  layout: "NCHW",
};

describe("Files", function () {
  this.timeout(60_000);
  let remove: () => Promise<void> = () => Promise.resolve();
  const copied = async (...names: string[]) => {
    const copy = await copies(...names.map(sample));
    remove = copy.remove;
    return copy.paths;
  };
  before(glassbox);
  afterEach(async () => {
    await closeAll();
    await remove();
    remove = () => Promise.resolve();
  });

  it("beside a model keep the preparation that a person wants kept", async () => {
    const [photo, model] = (await copied("coffee.png", "squeezenet1.1.onnx")) as [string, string];
    const panel = (await glassbox()).panels.show(photo, model);
    await panel.calls.prepare({ preparation, keep: true }, patient);
    const written: unknown = JSON.parse(await readFile(model.replace(/onnx$/, "glassbox.json"), "utf8"));
    assert.deepEqual(written, { input: preparation });
    const { prediction } = await panel.seen();
    assert.equal(prediction.preparationFrom, "sidecar");
    assert.equal(prediction.preparation.fit, "pad");
  });

  it("beside a model are checked as they are typed", async () => {
    const [model] = (await copied("squeezenet1.1.onnx")) as [string];
    const sidecar = model.replace(/onnx$/, "glassbox.json");
    await writeFile(sidecar, JSON.stringify({ input: { mean: [1, 2], deviation: [1, 1, 1] } }));
    const { document } = await vscode.window.showTextDocument(vscode.Uri.file(sidecar));
    const problems = () => vscode.languages.getDiagnostics(document.uri).map(({ message }) => message);
    await until("VS Code finds the problem", () => problems().length > 0, 20_000);
    assert.deepEqual(problems(), ["Expected one number, or three: [0.5] or [0.485, 0.456, 0.406]."]);
  });

  it("of built-in models stay as they are", async () => {
    await explain(sample("coffee.png"));
    const panel = await panelOf(sample("coffee.png"));
    const { model } = await panel.state();
    const sidecar = model.replace(/onnx$/, "glassbox.json");
    const before = (await stat(sidecar)).mtimeMs;
    const { preparation: own } = (await panel.seen()).prediction;
    await panel.calls.prepare({ preparation: { ...own, fit: "crop" }, keep: true }, patient);
    assert.equal((await panel.seen()).prediction.preparation.fit, "crop");
    assert.equal((await stat(sidecar)).mtimeMs, before);
    await panel.calls.prepare({ preparation: own, keep: false }, patient);
  });

  it("that change are looked at again", async () => {
    const [photo] = (await copied("coffee.png")) as [string];
    await explain(photo);
    const panel = await panelOf(photo);
    const first = (await panel.seen()).prediction.top[0]!;
    const end = new AbortController();
    const changes = panel.calls.changed(undefined, end.signal)[Symbol.asyncIterator]();
    const change = changes.next();
    await until("the watch stands", () => new Promise((resolve) => setTimeout(() => resolve(true), 1000)));
    await copyFile(sample("cat-chelsea.png"), photo);
    assert.deepEqual((await change).value, { why: "coffee.png changed." });
    const second = (await panel.seen()).prediction.top[0]!;
    assert.notEqual(second.label, first.label);
    end.abort();
  });

  it("that are deleted leave what was seen, and the tab says so", async () => {
    const [photo] = (await copied("coffee.png")) as [string];
    await explain(photo);
    const panel = await panelOf(photo);
    const before = await panel.seen();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await rm(photo);
    await until("the tab says so", () => panel.panel.title === "Explain: coffee.png (coffee.png deleted)");
    assert.equal(await panel.seen(), before);
    await copyFile(sample("coffee.png"), photo);
    await until("the tab takes it back", () => panel.panel.title === "Explain: coffee.png");
  });

  it("that are no model on offer are not run", async () => {
    await explain(sample("coffee.png"));
    const panel = await panelOf(sample("coffee.png"));
    const path = join(sample(".."), "package.json");
    await assert.rejects(panel.calls.chooseModel({ path }, patient), { name: "Refused" });
  });

  it("that are opened as models are used and remembered", async () => {
    const [model] = (await copied("squeezenet1.1.onnx")) as [string];
    await explain(sample("coffee.png"));
    const panel = await panelOf(sample("coffee.png"));
    const before = (await panel.state()).model;
    // The command adds the model to those on offer, then asks for a photo: it is left with Escape.
    void vscode.commands.executeCommand("glassbox.explainWith", vscode.Uri.file(model));
    const offered = async () => (await panel.calls.subject(undefined, patient)).models;
    await until("the model is on offer", async () => (await offered()).some(({ path }) => path === model));
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    await panel.calls.chooseModel({ path: model }, patient);
    assert.equal((await panel.seen()).card.path, model);
    await panel.calls.chooseModel({ path: before }, patient);
  });
});
