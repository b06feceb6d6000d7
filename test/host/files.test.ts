import assert from "node:assert/strict";
import { copyFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Preparation } from "../../src/shared/preparation.ts";
import * as w from "../fixtures/onnx/writer.ts";
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
  /** Until VS Code has its watch on the files. */
  const settling = () => new Promise((resolve) => setTimeout(resolve, 1000));
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

  it("beside a model keep the size that a person gives a network of any size, which is no longer assumed", async () => {
    const [photo] = (await copied("coffee.png")) as [string];
    const model = join(dirname(photo), "any-size.onnx");
    await writeFile(model, anySize());
    const panel = (await glassbox()).panels.show(photo, model);
    const before = await panel.seen();
    assert.equal(before.card.sizeAssumed, true);
    assert.deepEqual(before.prediction.preparation.size, [224, 224]);

    // Smaller than the kernel: nothing is left to show, so nothing is kept.
    const sidecar = model.replace(/onnx$/, "glassbox.json");
    const small = { ...before.prediction.preparation, size: [3, 3] as const };
    await assert.rejects(panel.calls.prepare({ preparation: small, keep: true }, patient), {
      name: "Refused",
      message: "any-size.onnx gives no scores for photos of 3 × 3 pixels.",
    });
    await assert.rejects(stat(sidecar), { code: "ENOENT" });
    assert.deepEqual((await panel.seen()).prediction.preparation.size, [224, 224]);

    const given = { ...before.prediction.preparation, size: [40, 60] as const };
    await panel.calls.prepare({ preparation: given, keep: true }, patient);
    const after = await panel.seen();
    assert.deepEqual([after.card.sizeAssumed, after.prediction.preparation.size], [undefined, [40, 60]]);
    assert.deepEqual(JSON.parse(await readFile(sidecar, "utf8")), { input: given });
  });

  it("beside a model that keep what is in use already change nothing that was computed", async () => {
    const [photo, model] = (await copied("coffee.png", "squeezenet1.1.onnx")) as [string, string];
    const panel = (await glassbox()).panels.show(photo, model);
    const before = await panel.seen();
    assert.notEqual(before.prediction.preparationFrom, "sidecar");
    const end = new AbortController();
    const change = changeOf(panel, end.signal);
    await panel.calls.prepare({ preparation: before.prediction.preparation, keep: true }, patient);
    assert.deepEqual((await change).value, { why: "The preprocessing was kept.", same: true });
    const after = await panel.seen();
    assert.equal(after.prediction.preparationFrom, "sidecar");
    assert.equal(after.prediction.scores, before.prediction.scores, "the photo was looked at again");
    end.abort();
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

  it("that cannot be read do not keep their model's preparation from being chosen", async () => {
    const [photo] = (await copied("coffee.png")) as [string];
    await explain(photo);
    const panel = await panelOf(photo);
    const { preparation: own } = (await panel.seen()).prediction;
    await writeFile(photo, "no picture");
    await panel.calls.prepare({ preparation: { ...own, fit: "crop" }, keep: false }, patient);
    await copyFile(sample("coffee.png"), photo);
    const fit = async () => (await panel.seen()).prediction.preparation.fit;
    await until("it is prepared as it was chosen", async () => (await fit().catch(() => "")) === "crop");
    await panel.calls.forgetPreparation(undefined, patient);
  });

  it("that change are looked at again", async () => {
    const [photo] = (await copied("coffee.png")) as [string];
    await explain(photo);
    const panel = await panelOf(photo);
    const first = (await panel.seen()).prediction.top[0]!;
    const end = new AbortController();
    const changes = panel.calls.changed(undefined, end.signal)[Symbol.asyncIterator]();
    const change = changes.next();
    await settling();
    await copyFile(sample("cat-chelsea.png"), photo);
    assert.deepEqual((await change).value, { why: "coffee.png changed." });
    const second = (await panel.seen()).prediction.top[0]!;
    assert.notEqual(second.label, first.label);
    end.abort();
  });

  const changeOf = (panel: Awaited<ReturnType<typeof panelOf>>, signal: AbortSignal) =>
    panel.calls.changed(undefined, signal)[Symbol.asyncIterator]().next();

  it("with labels are followed: what the sidecar names is read again when it changes", async () => {
    const [photo, model] = (await copied("coffee.png", "squeezenet1.1.onnx")) as [string, string];
    const names = join(dirname(model), "names.txt");
    const numbered = (word: string) => Array.from({ length: 1000 }, (_, i) => `${word} ${i}`).join("\n");
    await writeFile(names, numbered("thing"));
    await writeFile(model.replace(/onnx$/, "glassbox.json"), JSON.stringify({ labels: "names.txt" }));
    const panel = (await glassbox()).panels.show(photo, model);
    assert.match((await panel.seen()).prediction.top[0]!.label, /^thing /);
    await settling();
    const end = new AbortController();
    const change = changeOf(panel, end.signal);
    await writeFile(names, numbered("object"));
    assert.deepEqual((await change).value, { why: "names.txt changed." });
    assert.match((await panel.seen()).prediction.top[0]!.label, /^object /);
    end.abort();
  });

  it("with weights beside a model are followed", async () => {
    const fixture = (name: string) => join(sample(".."), "test/fixtures/onnx", name);
    const copy = await copies(
      fixture("external.onnx"),
      fixture("external-a.bin"),
      fixture("external-b.bin"),
      sample("coffee.png"),
    );
    ({ remove } = copy);
    const [model, weights, , photo] = copy.paths as [string, string, string, string];
    const panel = (await glassbox()).panels.show(photo, model);
    await panel.seen().catch(() => undefined); // it takes no picture; its files are known all the same
    await settling();
    const end = new AbortController();
    const change = changeOf(panel, end.signal);
    const bytes = await readFile(weights);
    await writeFile(
      weights,
      bytes.map((byte) => byte ^ 1),
    );
    assert.deepEqual((await change).value, { why: "external-a.bin changed." });
    end.abort();
  });

  it("are prepared as before when a choice is forgotten", async () => {
    const [photo, model] = (await copied("coffee.png", "squeezenet1.1.onnx")) as [string, string];
    const panel = (await glassbox()).panels.show(photo, model);
    const before = (await panel.seen()).prediction;
    await panel.calls.prepare({ preparation, keep: false }, patient);
    assert.equal((await panel.seen()).prediction.preparationFrom, "chosen");
    await panel.calls.forgetPreparation(undefined, patient);
    const after = (await panel.seen()).prediction;
    assert.deepEqual([after.preparationFrom, after.preparation], [before.preparationFrom, before.preparation]);
  });

  it("that keep a preparation are opened where they are, and not made", async () => {
    const [photo, model] = (await copied("coffee.png", "squeezenet1.1.onnx")) as [string, string];
    const sidecar = model.replace(/onnx$/, "glassbox.json");
    const panel = (await glassbox()).panels.show(photo, model);
    await assert.rejects(panel.calls.openSidecar(undefined, patient), /There is no squeezenet1\.1\.glassbox\.json/);
    await assert.rejects(stat(sidecar), { code: "ENOENT" });
    await writeFile(sidecar, "{}");
    await panel.calls.openSidecar(undefined, patient);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, sidecar);
  });

  it("that are deleted leave what was seen, and the tab says so", async () => {
    const [photo] = (await copied("coffee.png")) as [string];
    await explain(photo);
    const panel = await panelOf(photo);
    const before = await panel.seen();
    await settling();
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

/** A convolution of 5 × 5 and the means of its maps: a classifier whose file leaves the size of its photos open. */
function anySize(): Uint8Array {
  const kernel = Array.from({ length: 3 * 3 * 25 }, (_, i) => ((i % 7) - 3) / 50);
  return w.model(
    w.graph({
      nodes: [
        w.node("Conv", ["x", "k"], ["maps"], { name: "conv" }),
        w.node("GlobalAveragePool", ["maps"], ["means"], { name: "pool" }),
        w.node("Flatten", ["means"], ["scores"], { name: "flat" }),
      ],
      initializers: [w.tensor("k", 1, [3, 3, 5, 5], w.floats(9, kernel))],
      inputs: [w.value("x", ["N", 3, "height", "width"])],
      outputs: [w.value("scores", ["N", 3])],
    }),
  );
}
