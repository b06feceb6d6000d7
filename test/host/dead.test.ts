import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { CountedDead, Reveal } from "../../src/shared/model-panel.ts";
import { closeAll, glassbox, patient, sample, until } from "./support/glassbox.ts";

const model = sample("squeezenet1.1.onnx");

describe("Dead filters over a folder", function () {
  this.timeout(120_000);
  const inside = async () => (await glassbox()).inside;
  const editor = async () => {
    const { editors } = await inside();
    await until("the editor is there", () => editors.isOpen(model));
    return editors.all.find(({ document }) => document.path === model)!; // it is open
  };
  let folder: string;

  /** A data set with a folder for each class. */
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "glassbox dead "));
    for (const [name, photo] of [
      ["cats", "cat-chelsea.png"],
      ["cups", "coffee.png"],
    ] as const) {
      await mkdir(join(folder, name));
      await copyFile(sample(photo), join(folder, name, photo));
    }
    await writeFile(join(folder, "cats", "broken.png"), "no picture");
    await writeFile(join(folder, "notes.txt"), "none");
  });
  afterEach(closeAll);
  after(() => rm(folder, { recursive: true, force: true }));

  it("are found by the command in all of it, and shown in the model's editor", async () => {
    await vscode.commands.executeCommand("glassbox.findDeadFilters", vscode.Uri.file(model), vscode.Uri.file(folder));
    const { calls } = await editor();
    const { counted, outdated, running } = await calls.keptDead(undefined, patient);
    assert.deepEqual([counted?.folder, counted?.images, outdated, running], [folder, 2, false, false]);
    assert.deepEqual(
      counted?.refused.map(({ image }) => basename(image)),
      ["broken.png"],
    );
    const conv1 = counted.layers.find(({ layer }) => layer === "conv1");
    assert.deepEqual([conv1?.places.length, conv1?.photos.length, conv1?.broken], [64, 64, []]);
    assert.ok(conv1!.dead.every((channel) => conv1!.places[channel] === 0));
  });

  it("are asked for of a page that is there, when a command has counted them", async () => {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(model));
    const { reveals } = await editor();
    const end = new AbortController();
    const asked: Reveal[] = [];
    const listening = (async () => {
      for await (const each of reveals.listen(end.signal)) asked.push(each);
    })();
    await vscode.commands.executeCommand("glassbox.findDeadFilters", vscode.Uri.file(model), vscode.Uri.file(folder));
    await until("it is asked", () => asked.length > 0);
    end.abort();
    await listening;
    assert.deepEqual(asked, [{ dead: "folder" }]);
  });

  it("are a document to read, with the channels by name", async () => {
    const { calls, document } = await (async () => {
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(model));
      return editor();
    })();
    await calls.deadReport({ over: "folder" }, patient);
    const title = `Dead filters of ${basename(document.path)}`;
    const uri = vscode.Uri.from({ scheme: "glassbox-report", path: `/${title}.md` });
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    assert.match(text, /channels are dead over .* \(2 photos\)/);
    assert.match(text, /\| Layer +\| Channels +\| Dead .*\| Active places \| Active photos \|/);
    assert.match(text, /## Channels by themselves/);
    assert.match(text, /broken\.png/);
  });

  it("go on when the page that asked is gone, until somebody cancels", async () => {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(model));
    const { calls } = await editor();
    const { dead } = await inside();
    const begun = async () => {
      const ask = vscode.window.showOpenDialog;
      Object.assign(vscode.window, { showOpenDialog: () => Promise.resolve([vscode.Uri.file(folder)]) });
      try {
        const leaving = new AbortController();
        for await (const _ of calls.dead({ over: "folder" }, leaving.signal)) {
          leaving.abort();
          break;
        }
      } finally {
        Object.assign(vscode.window, { showOpenDialog: ask });
      }
      const count = dead.running(model);
      assert.ok(count, "it runs");
      return count;
    };
    const count = await begun();
    const found: CountedDead[] = [];
    for await (const step of calls.dead({ over: "running" }, patient)) if (step.kind === "report") found.push(step);
    assert.equal(found.at(-1)?.images, 2);
    assert.equal((await count.done)?.images, 2);
    const kept = async () => (await calls.keptDead(undefined, patient)).counted?.when;
    assert.equal(await kept(), found.at(-1)?.when);
    // Another one, which is cancelled in the middle.
    const another = await begun();
    await calls.cancelDead(undefined, patient);
    assert.equal(dead.running(model), undefined);
    assert.equal(await another.done, undefined, "it is no whole count");
    assert.equal(await kept(), found.at(-1)?.when, "the table of before is kept");
  });

  it("are not looked for in a folder that was chosen when nobody waited any more", async () => {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(model));
    const { calls } = await editor();
    const { dead } = await inside();
    const ask = vscode.window.showOpenDialog;
    const leaving = new AbortController();
    Object.assign(vscode.window, {
      showOpenDialog: () => {
        leaving.abort();
        return Promise.resolve([vscode.Uri.file(folder)]);
      },
    });
    try {
      for await (const step of calls.dead({ over: "folder" }, leaving.signal)) assert.fail(step.kind);
    } finally {
      Object.assign(vscode.window, { showOpenDialog: ask });
    }
    assert.equal(dead.running(model), undefined);
  });

  const refusesFolder = async (refused: string, why: RegExp) => {
    const { dead } = await inside();
    const before = (await dead.kept(model))?.counted.when;
    let failed: unknown;
    const { start } = dead;
    dead.start = (...given) => {
      const count = start.apply(dead, given);
      count.done.catch((error: unknown) => (failed = error));
      return count;
    };
    void vscode.commands.executeCommand("glassbox.findDeadFilters", vscode.Uri.file(model), vscode.Uri.file(refused));
    try {
      await until("it has failed", () => failed !== undefined);
    } finally {
      dead.start = start;
    }
    assert.match(String(failed), why);
    assert.equal((await dead.kept(model))?.counted.when, before, "the table of before is kept");
  };

  it("says what is wrong with a folder that has no photos", async () => {
    const empty = join(folder, "nothing");
    await mkdir(empty);
    await refusesFolder(empty, /has no photos/);
  });

  it("says of a folder whose photos cannot be read which and why", async () => {
    const unreadable = join(folder, "unreadable");
    await mkdir(unreadable);
    await writeFile(join(unreadable, "noise.png"), "no picture");
    await refusesFolder(
      unreadable,
      /^Refused: None of the photos in .*unreadable can be read: .*noise\.png: .*another folder\.$/,
    );
  });
});
