import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, explain, glassbox, manifest, panelOf, patient, root, sample, until } from "./support/glassbox.ts";
import { join } from "node:path";

describe("The extension", () => {
  it("does not keep VS Code waiting", async () => {
    const { activation } = await glassbox();
    assert.ok(activation < 50, `${activation} ms`);
  });
});

describe("Commands", function () {
  this.timeout(30_000);
  before(glassbox);
  afterEach(closeAll);

  it("of the manifest are there, and no others", async () => {
    const registered = (await vscode.commands.getCommands(true)).filter(
      (id) => /^glassbox\.\w+$/.test(id), // a view has commands of its own, which VS Code makes
    );
    const declared = manifest().contributes.commands.map(({ command }) => command);
    assert.deepEqual(registered.sort(), declared.sort());
  });

  it("explain several photos in a panel each", async () => {
    const { panels } = await glassbox();
    await explain(sample("coffee.png"), sample("rocket.jpg"));
    assert.deepEqual(panels.all.map(({ photoName }) => photoName).sort(), ["coffee.png", "rocket.jpg"]);
    await until("VS Code says where they are", () => panels.all.every(({ panel }) => panel.viewColumn !== undefined));
    const columns = new Set(panels.all.map(({ panel }) => panel.viewColumn));
    assert.deepEqual([...columns], [vscode.ViewColumn.One], "they keep together, in the place that is free");
  });

  it("show one photo after the other in the same panel, until it is kept", async () => {
    const { panels } = await glassbox();
    await explain(sample("coffee.png"));
    const first = await panelOf(sample("coffee.png"));
    await explain(sample("rocket.jpg"));
    assert.equal(await panelOf(sample("rocket.jpg")), first);
    assert.deepEqual([panels.all.length, (await first.seen()).photoName], [1, "rocket.jpg"]);
    await until("the tab bears its name", () => first.panel.title === "Explain: rocket.jpg");
    await vscode.commands.executeCommand("glassbox.keepPanel");
    await explain(sample("coffee.png"));
    assert.deepEqual(
      panels.all.map(({ photoName, preview }) => [photoName, preview]),
      [
        ["rocket.jpg", false],
        ["coffee.png", true],
      ],
    );
  });

  it("show a layer that was chosen in a panel of its own, whose page hears of it however late it is seen", async () => {
    const { panels } = await glassbox();
    await explain(sample("coffee.png"));
    const first = await panelOf(sample("coffee.png"));
    const { model } = await first.state();
    const end = new AbortController();
    const layer = "fire9/concat";
    const panel = panels.show(sample("rocket.jpg"), model, { layer });
    panel.begin(true); // as when VS Code says that it can be seen
    const news = panel.calls.changed(undefined, end.signal)[Symbol.asyncIterator]();
    assert.equal((await news.next()).value?.layer, layer);
    assert.deepEqual([first.image, first.preview, panel.preview], [sample("coffee.png"), true, false]);
    panels.show(sample("coffee.png"), model, { layer });
    assert.equal(first.preview, false, "a layer keeps a preview too");
    end.abort();
  });

  it("let a page know of the next photo before what is computed of the last one ends", async () => {
    await explain(sample("coffee.png"));
    const panel = await panelOf(sample("coffee.png"));
    const { model } = await panel.state();
    const end = new AbortController();
    const states = panel.calls.panel(undefined, end.signal)[Symbol.asyncIterator]();
    await states.next();
    const events: string[] = [];
    const told = states.next().then(({ value }) => events.push(`told of ${value?.image}`));
    const shown = panel.whileShown(patient);
    const over = new Promise<void>((resolve) =>
      shown.addEventListener("abort", () => {
        events.push("ended");
        resolve();
      }),
    );
    let choose = (_model: string): void => undefined;
    panel.usePhoto(sample("rocket.jpg"), new Promise((resolve) => (choose = resolve)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(events, []);
    const request = { technique: "grad-cam", parameters: {}, image: sample("coffee.png"), name: "coffee.npy" };
    await assert.rejects(panel.calls.saveRaw(request, patient), { name: "Refused", message: /rocket\.jpg/ });
    choose(model);
    await Promise.all([told, over]);
    assert.deepEqual(events, [`told of ${sample("rocket.jpg")}`, "ended"]);
    end.abort();
  });

  it("leave a preview alone that is closed while the next photo is on its way", async () => {
    await explain(sample("coffee.png"));
    const panel = await panelOf(sample("coffee.png"));
    const { model } = await panel.state();
    const failures: unknown[] = [];
    const note = (failure: unknown) => void failures.push(failure);
    for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, note);
    panel.usePhoto(sample("rocket.jpg"), Promise.resolve(model));
    panel.panel.dispose();
    panel.usePhoto(sample("cat-chelsea.png"), Promise.resolve(model));
    await panel.seen().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 400)); // longer than a tab waits for its name
    for (const event of ["unhandledRejection", "uncaughtException"]) process.off(event, note);
    assert.deepEqual(failures, []);
  });

  it("give every photo a panel of its own where previews are off, and several photos at once", async () => {
    const { panels } = await glassbox();
    const settings = vscode.workspace.getConfiguration("glassbox.explain");
    await settings.update("preview", false, vscode.ConfigurationTarget.Global);
    try {
      await explain(sample("coffee.png"));
      await explain(sample("rocket.jpg"));
      assert.deepEqual(
        panels.all.map(({ preview }) => preview),
        [false, false],
      );
    } finally {
      await settings.update("preview", undefined, vscode.ConfigurationTarget.Global);
    }
    await closeAll();
    await explain(sample("coffee.png"), sample("rocket.jpg"));
    assert.ok(panels.all.every(({ preview }) => !preview));
  });

  it("come back after a reload as they stood, kept or not", async () => {
    const { panels } = await glassbox();
    const restored = async (name: string, preview: unknown) => {
      const panel = vscode.window.createWebviewPanel("glassbox.explain", "Explain", vscode.ViewColumn.One);
      await panels.deserializeWebviewPanel(panel, { panel: { image: sample(name), preview } });
      return (await panelOf(sample(name))).preview;
    };
    assert.equal(await restored("coffee.png", true), true);
    assert.equal(await restored("rocket.jpg", false), false);
    assert.equal(await restored("cat-chelsea.png", undefined), false, "of an older Glassbox");
  });

  it("reveal the panel that a photo already has", async () => {
    const { panels } = await glassbox();
    await explain(sample("coffee.png"));
    const first = await panelOf(sample("coffee.png"));
    first.keep();
    await explain(sample("rocket.jpg"));
    await explain(sample("coffee.png"));
    assert.equal(panels.all.length, 2);
    assert.equal(await panelOf(sample("coffee.png")), first);
  });

  it("explain the photo of the tab in front", async () => {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(sample("rocket.jpg")));
    await vscode.commands.executeCommand("glassbox.explain");
    const { panel } = await panelOf(sample("rocket.jpg"));
    await until("it is beside the photo", () => panel.viewColumn === vscode.ViewColumn.Two);
  });

  it("explain the photos of a selection that has other files in it too", async () => {
    const { panels } = await glassbox();
    await explain(sample("coffee.png"), join(root(), "package.json"), sample("rocket.jpg"));
    assert.deepEqual(panels.all.map(({ photoName }) => photoName).sort(), ["coffee.png", "rocket.jpg"]);
    await closeAll();
    await explain(join(root(), "package.json"), sample("coffee.png"));
    assert.deepEqual(
      panels.all.map(({ photoName }) => photoName),
      ["coffee.png"],
    );
  });

  it("refuse what is no photo", async () => {
    const { panels } = await glassbox();
    await explain(join(root(), "package.json"));
    await vscode.commands.executeCommand("glassbox.explain", vscode.Uri.parse("untitled:photo.png"));
    assert.equal(panels.all.length, 0);
  });

  it("explain the sample photo, in a tab that has the whole width", async () => {
    await vscode.commands.executeCommand("glassbox.openSample");
    const { panel } = await panelOf(sample("cat-chelsea.png"));
    assert.equal(panel.title, "Explain: cat-chelsea.png");
    await until("VS Code says where it is", () => panel.viewColumn !== undefined);
    assert.equal(vscode.window.tabGroups.all.length, 1);
  });

  it("forget a panel that was closed", async () => {
    const { panels } = await glassbox();
    await explain(sample("coffee.png"));
    (await panelOf(sample("coffee.png"))).panel.dispose();
    assert.equal(panels.all.length, 0);
  });
});
