import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { ModelPanel } from "../../src/host/model-panel.ts";
import { closeAll, copies, glassbox, panelOf, patient, sample, until } from "./support/glassbox.ts";

const model = sample("squeezenet1.1.onnx");
const photo = sample("cat-chelsea.png");

describe("The model editor", function () {
  this.timeout(60_000);
  const inside = async () => (await glassbox()).inside;
  const open = async (path: string): Promise<ModelPanel> => {
    const { editors } = await inside();
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(path));
    await until("the editor is there", () => editors.isOpen(path));
    return editors.all.find(({ document }) => document.path === path)!; // it is open
  };
  /** What a stream tells next. */
  const next = async <T>(stream: AsyncIterable<T>): Promise<T> => {
    for await (const item of stream) return item;
    throw new Error("The stream has ended.");
  };

  before(async () => (await inside()).current.usePhoto(photo));
  afterEach(closeAll);
  after(async () => (await inside()).current.usePhoto(undefined));

  it("is what .onnx files open with", async () => {
    const { calls } = await open(model);
    assert.deepEqual(await calls.subject(undefined, patient), {
      name: "squeezenet1.1.onnx",
      path: model,
      trusted: true,
    });
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.viewType, "glassbox.model");
  });

  it("shows the file's graph, its layers, and the photo that they are seen through", async () => {
    const { calls } = await open(model);
    const { nodes, values } = await calls.structure(undefined, patient);
    const card = await calls.card(undefined, patient);
    assert.ok(nodes.some(({ op }) => op === "Conv") && values.length > nodes.length);
    assert.equal((await calls.anatomy(undefined, patient)).length, card.layers.length);
    const seen = await calls.photo({ photo: "current" }, patient);
    assert.equal(seen?.name, "cat-chelsea.png");
    assert.match(seen.prediction.top[0]!.label, /cat|lynx|tabby/i);
    assert.equal(await calls.photo({ photo: "other" }, patient), undefined);
  });

  it("answers about layers on the photo of the window, and on one of its own to compare with", async () => {
    const { calls } = await open(model);
    const { layers } = await calls.card(undefined, patient);
    const { name, shape } = layers[0]!; // a network has layers
    const { health } = await inside();
    health.forget();
    const maps = await calls.features({ layer: name }, patient);
    assert.equal(health.of(model, name)?.channels, shape?.[1], "the tree's badge is known by the way");
    assert.deepEqual([...maps.arrangement.shape], shape?.slice(1));
    await assert.rejects(calls.features({ layer: name, photo: "other" }, patient), /Choose a photo first/);
    assert.equal(await calls.usePhoto({ photo: "other", path: sample("coffee.png") }, patient), true);
    const others = await calls.features({ layer: name, photo: "other" }, patient);
    assert.notDeepEqual(others.bytes, maps.bytes);
    assert.equal((await inside()).current.photo, photo, "the window's photo is as it was");
  });

  it("streams the whole net, and marks in the tree what it found", async () => {
    const { calls } = await open(model);
    const { health } = await inside();
    const { layers } = await calls.card(undefined, patient);
    const found = new Map<string, number>();
    for await (const update of calls.overview({}, patient))
      if (update.kind === "layer" && update.overview.trouble === undefined)
        found.set(update.overview.layer, update.overview.dead);
    assert.ok(found.size > layers.length / 2, `${found.size} of ${layers.length}`);
    for (const [layer, dead] of found) assert.equal(health.of(model, layer)?.dead, dead, layer);
  });

  it("refuses what makes no sense, and files that were not on offer", async () => {
    const { calls } = await open(model);
    await assert.rejects(calls.usePhoto({ photo: "current", path: "/etc/hosts" }, patient), /not among those on offer/);
    await assert.rejects(calls.features({ layer: 7 as unknown as string }, patient), /layer: expected text/);
    await assert.rejects(calls.node({ node: -1 }, patient), /node: expected a whole number/);
    await assert.rejects(calls.stepPhoto({ by: 2 as 1 }, patient), /by: expected/);
  });

  it("shares one document between two editors, each with a page of its own", async () => {
    const first = await open(model);
    await vscode.commands.executeCommand("workbench.action.splitEditor");
    const { editors } = await inside();
    await until("there are two", () => editors.all.length === 2);
    assert.equal(editors.all[1]?.document, first.document);
    first.panel.dispose();
    await until("one is left", () => editors.all.length === 1);
    assert.ok((await editors.all[0]!.calls.card(undefined, patient)).layers.length > 0);
  });

  it("is told of another photo, of another preparation, and of another file", async () => {
    const copy = await copies(model);
    try {
      const [path] = copy.paths as [string];
      const { calls } = await open(path);
      const { current } = await inside();
      await calls.card(undefined, patient);
      const end = new AbortController();
      const photoChange = next(calls.changed(undefined, end.signal));
      await current.usePhoto(sample("coffee.png"));
      assert.equal((await photoChange).what, "photo");
      const explained = (await glassbox()).panels.show(sample("coffee.png"), path);
      const { preparation } = (await explained.seen()).prediction;
      const preparationChange = next(calls.changed(undefined, end.signal));
      await explained.calls.prepare({ preparation: { ...preparation, fit: "pad" }, keep: false }, patient);
      assert.equal((await preparationChange).what, "preparation");
      await current.usePhoto(photo);
      const fileChange = (async () => {
        for await (const change of calls.changed(undefined, end.signal)) if (change.what === "model") return change;
        throw new Error("The stream has ended.");
      })();
      await new Promise((resolve) => setTimeout(resolve, 1000)); // until VS Code has its watch on the file
      await copyFile(sample("efficientnet-lite0.onnx"), path);
      assert.match((await fileChange).why, /squeezenet1\.1\.onnx changed/);
      assert.match((await calls.card(undefined, patient)).producer, /glassbox/);
      end.abort();
    } finally {
      await closeAll();
      await copy.remove();
    }
  });

  it("shows the layer that the tree asks for, and tells the tree which one is looked at", async () => {
    const { editors, current, layers } = await inside();
    const { calls } = await open(model);
    const { layers: cards } = await calls.card(undefined, patient);
    const [first, second] = cards as [(typeof cards)[number], (typeof cards)[number]];
    const end = new AbortController();
    const revealed = next(calls.reveal(undefined, end.signal));
    await vscode.commands.executeCommand("glassbox.revealInGraph", { model, layer: second.name });
    assert.deepEqual(await revealed, { layer: second.name });
    assert.equal(editors.all.length, 1);
    end.abort();
    await calls.looksAt({ layer: first.name }, patient);
    assert.deepEqual(current.layer, { model, layer: first.name });
    await vscode.commands.executeCommand("glassbox.revealInTree");
    await until("it is chosen in the tree", () => layers.view.selection[0]?.layer === first.name);
  });

  it("is asked to trace a tensor by the menu of a box in its graph, whichever side of a diff that is in", async () => {
    const { current, editors } = await inside();
    const copy = await copies(model);
    try {
      current.useModel(sample("efficientnet-lite0.onnx"));
      const sides = [model, copy.paths[0]!].map((path) => vscode.Uri.file(path)); // one was copied
      await vscode.commands.executeCommand("vscode.diff", ...sides);
      await until("both are shown", () => editors.all.filter(({ panel }) => panel.visible).length === 2);
      const end = new AbortController();
      const told: unknown[] = [];
      const hear = async ({ document, calls }: (typeof editors.all)[number]) => {
        for await (const each of calls.reveal(undefined, end.signal)) told.push([document.path, each]);
      };
      const hearing = editors.all.map(hear);
      const box = { webview: "glassbox.model", webviewSection: "layer", graphBox: "pool1", otherChosen: true };
      for (const { panel, document } of editors.all) {
        await until("its page is there", () => panel.webview.html !== "");
        const [, given = ""] = /<div id="app"[^>]* data-vscode-context="([^"]*)"/.exec(panel.webview.html) ?? [];
        const menu = { ...box, ...(JSON.parse(given.replaceAll("&quot;", '"')) as object) };
        for (const [command, trace] of [["followOutput", "output"], ["showWay", "way"]] as const) {
          await vscode.commands.executeCommand(`glassbox.${command}`, menu);
          await until("it was told", () => told.length > 0);
          assert.deepEqual(told.splice(0), [[document.path, { box: "pool1", trace }]]);
        } // prettier-ignore
      }
      end.abort();
      await Promise.all(hearing);
    } finally {
      await closeAll();
      await copy.remove();
    }
  });

  it("names the photo at once", async () => {
    const { calls } = await open(model);
    assert.deepEqual(await calls.chosenPhoto(undefined, patient), { name: "cat-chelsea.png", path: photo });
  });

  it("is opened for a layer where there is none yet", async () => {
    const { editors } = await inside();
    await vscode.commands.executeCommand("glassbox.revealInGraph", { model, layer: "anything" });
    await until("the editor is there", () => editors.isOpen(model));
    const end = new AbortController();
    assert.deepEqual(await next(editors.all[0]!.calls.reveal(undefined, end.signal)), { layer: "anything" });
    end.abort();
  });

  it("explains the photo with a layer", async () => {
    const { calls } = await open(model);
    const { layers } = await calls.card(undefined, patient);
    const spatial = layers.find((layer) => layer.spatial)!; // a convolutional network has maps
    await calls.explainWith({ layer: spatial.name }, patient);
    const explaining = await panelOf(photo);
    assert.equal((await explaining.state()).model, model);
    const end = new AbortController();
    const told = await Promise.race([
      next(explaining.calls.changed(undefined, end.signal)),
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 500)), // its page has heard it already
    ]);
    if (told) assert.equal(told.layer, spatial.name);
    end.abort();
    const vector = layers.find((layer) => !layer.spatial);
    if (vector) await assert.rejects(calls.explainWith({ layer: vector.name }, patient), /has no maps/);
  });

  it("explains the photo where its preparation is to be checked", async () => {
    const { calls } = await open(model);
    await calls.checkPreparation(undefined, patient);
    assert.equal((await (await panelOf(photo)).state()).model, model);
  });

  it("leaves alone what shows the photo to another model where its preparation is to be checked", async () => {
    await closeAll();
    const { panels } = await glassbox();
    const other = sample("efficientnet-lite0.onnx");
    const kept = panels.show(photo, other, { kept: true });
    const { calls } = await open(model);
    for (let i = 0; i < 2; i++) await calls.checkPreparation(undefined, patient);
    const seenBy = async () => Promise.all(panels.all.map(async (panel) => (await panel.state()).model));
    assert.deepEqual(await seenBy(), [other, model]);
    assert.equal(panels.all[0], kept);
    await closeAll();
  });

  it("shows a first layer in the order of colours that was chosen for its photos", async () => {
    const copy = await copies(model);
    try {
      const [path] = copy.paths as [string];
      const explaining = (await glassbox()).panels.show(photo, path);
      const { preparation } = (await explaining.seen()).prediction;
      const { calls } = await open(path);
      for (const color of ["RGB", "BGR"] as const) {
        await explaining.calls.prepare({ preparation: { ...preparation, color }, keep: false }, patient);
        const { colors } = await calls.filters({ layer: "conv1" }, patient);
        assert.deepEqual(colors, { order: color, guessed: false });
      }
    } finally {
      await closeAll();
      await copy.remove();
    }
  });

  it("finds dead filters over the photo", async () => {
    const { calls } = await open(model);
    const kinds = new Set<string>();
    for await (const found of calls.dead({ over: "photo" }, patient)) kinds.add(found.kind);
    assert.ok(kinds.has("report"));
  });

  it("hands the page the worker that lays out graphs", async () => {
    const { calls } = await open(model);
    assert.ok((await calls.layoutWorker(undefined, patient)).length > 10_000);
  });
});

/** A file system of one file, as an old revision is. */
class OneFile implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  constructor(private readonly bytes: Uint8Array) {}
  watch = () => new vscode.Disposable(() => undefined);
  stat = () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.bytes.length });
  readDirectory = () => [];
  readFile = (uri: vscode.Uri) => {
    if (uri.path.includes("missing")) throw vscode.FileSystemError.FileNotFound(uri);
    return this.bytes;
  };
  createDirectory = () => undefined;
  writeFile = () => undefined;
  delete = () => undefined;
  rename = () => undefined;
}

describe("Old revisions of a model", function () {
  this.timeout(60_000);
  const old = vscode.Uri.parse("glassbox-test:/project/squeezenet1.1.onnx?HEAD");
  let provider: vscode.Disposable;
  before(async () => {
    await glassbox();
    provider = vscode.workspace.registerFileSystemProvider("glassbox-test", new OneFile(await readFile(model)));
  });
  after(() => provider.dispose());
  afterEach(closeAll);

  it("are shown from a copy that goes away with the editor", async () => {
    const { editors } = (await glassbox()).inside;
    await vscode.commands.executeCommand("glassbox.openModel", old);
    await until("the editor is there", () => editors.all.length === 1);
    const { document, calls } = editors.all[0]!;
    assert.ok(existsSync(document.path));
    assert.equal((await calls.subject(undefined, patient)).name, "squeezenet1.1.onnx");
    assert.ok((await calls.structure(undefined, patient)).nodes.length > 10);
    await closeAll();
    await until("the copy is gone", () => !existsSync(dirname(document.path)));
  });

  it("are compared with what the file is now", async () => {
    await vscode.commands.executeCommand("glassbox.compareModels", old, [old, vscode.Uri.file(model)]);
    assert.match((await reportInFront()).getText(), /The same: all \d+ layers, weights included/);
  });

  it("that are not there are refused in words", async () => {
    await vscode.commands.executeCommand("glassbox.compareModels", undefined, [
      vscode.Uri.parse("glassbox-test:/missing.onnx"),
      vscode.Uri.file(model),
    ]);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });
});

/** What the rendered document in front was made of. */
async function reportInFront(): Promise<vscode.TextDocument> {
  const front = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  await until("a report is in front", () => front() instanceof vscode.TabInputCustom);
  const input = front() as vscode.TabInputCustom; // waited for
  assert.equal(input.viewType, "vscode.markdown.preview.editor");
  return vscode.workspace.openTextDocument(input.uri);
}

describe("Two models", function () {
  this.timeout(60_000);
  before(glassbox);
  afterEach(closeAll);

  it("are compared in a document, what changes the network first", async () => {
    const [a, b] = [model, sample("efficientnet-lite0.onnx")].map((path) => vscode.Uri.file(path));
    await vscode.commands.executeCommand("glassbox.compareModels", a, [a, b]);
    const document = await reportInFront();
    assert.equal(document.languageId, "markdown");
    const text = document.getText();
    assert.match(text, /^# squeezenet1\.1\.onnx ↔ efficientnet-lite0\.onnx/);
    assert.match(text, /\d+ of \d+ layers differ/);
    const changes = [...text.matchAll(/^\| \S+ +\| (removed|added|kind|shape|weights) /gm)].map(([, change]) => change);
    assert.ok(changes.length > 20);
    const order = ["removed", "added", "kind", "shape", "weights"];
    assert.deepEqual(
      changes,
      [...changes].sort((x, y) => order.indexOf(x ?? "") - order.indexOf(y ?? "")),
    );
  });
});
