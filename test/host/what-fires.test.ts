import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { ModelPanel } from "../../src/host/model-panel.ts";
import type { ChannelExamples } from "../../src/shared/examples.ts";
import { answering, picking } from "./support/answers.ts";
import { closeAll, glassbox, patient, sample, until } from "./support/glassbox.ts";

const model = sample("squeezenet1.1.onnx");
const of = { layer: "fire5/concat", channel: 3 };

describe("What fires a channel", function () {
  this.timeout(60_000);
  const inside = async () => (await glassbox()).inside;
  let folder: string;
  let panel: ModelPanel;

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "glassbox-fires-")));
    await mkdir(join(folder, "inner"));
    await cp(sample("coffee.png"), join(folder, "coffee.png"));
    await cp(sample("rocket.jpg"), join(folder, "inner", "rocket.jpg"));
    await writeFile(join(folder, "broken.png"), "no picture");
  });
  after(async () => {
    await (await inside()).current.usePhoto(undefined);
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    const { editors } = await inside();
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(model));
    await until("the editor is there", () => editors.isOpen(model));
    panel = editors.all.find(({ document }) => document.path === model)!; // it is open
  });
  afterEach(closeAll);

  async function told(phase: ChannelExamples["phase"], asked = of): Promise<ChannelExamples> {
    for await (const state of panel.calls.examples(asked, patient)) {
      assert.notEqual(state.phase, "failed", state.failure);
      if (state.phase === phase) return state;
    }
    throw new Error(`It never was ${phase}.`);
  }

  it("is found over a folder and those in it, with a patch of each photo, and the broken ones counted", async () => {
    const { searches } = (await inside()).fires;
    searches.start({ model, layer: of.layer, folder });
    const { most, images, total, refused } = await told("found");
    assert.deepEqual([images, total], [2, 3]);
    assert.match(refused[0]?.why ?? "", /broken\.png/);
    assert.deepEqual(
      most.map(({ within }) => within),
      ["coffee.png", join("inner", "rocket.jpg")],
    );
    assert.ok(most[0]!.value > most[1]!.value);
    for (const { patch } of most) assert.deepEqual([...(patch?.png.subarray(1, 4) ?? [])], [...Buffer.from("PNG")]);
    // Another channel comes from the same pass, and the unit there has the very value.
    const [first] = (await told("found", { ...of, channel: 5 })).most;
    assert.ok(first);
    await panel.calls.useExample({ layer: of.layer, photo: first.photo }, patient);
    assert.equal((await inside()).current.photo, join(folder, first.within));
    const unit = await panel.calls.unit({ layer: of.layer, channel: 5, place: first.place }, patient);
    assert.ok(unit.strongest);
    assert.ok(Math.abs(unit.value - first.value) <= 1e-4 * first.value, `${unit.value} is not ${first.value}`);
  });

  it("opens an example's photo, and refuses what is none", async () => {
    const { searches } = (await inside()).fires;
    searches.start({ model, layer: of.layer, folder });
    const { most } = await told("found");
    await panel.calls.openExample({ layer: of.layer, photo: most[0]!.photo }, patient);
    const opened = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ label }) => label);
    await until("it is open", () => opened().includes("coffee.png"));
    await assert.rejects(panel.calls.openExample({ layer: of.layer, photo: 99 }, patient), /no longer there/);
    await assert.rejects(panel.calls.openExample({ layer: of.layer, photo: -1 }, patient), /whole number/);
    await assert.rejects(async () => {
      for await (const _ of panel.calls.examples({ layer: of.layer, channel: 0.5 }, patient)) break;
    }, /whole number/);
  });

  it("is looked for by a layer's or a channel's menu, in the folder that a question asks for once", async () => {
    const { current, fires } = await inside();
    await current.usePhoto(join(folder, "coffee.png"));
    const layer = "fire6/concat";
    const ended = new AbortController();
    const revealed = (async () => {
      for await (const asked of panel.calls.reveal(undefined, ended.signal)) return asked;
      return undefined;
    })();
    const running = vscode.commands.executeCommand("glassbox.findWhatFires", { model, layer, channel: 7 });
    assert.deepEqual(await revealed, { layer, section: "fires", channel: 7 });
    ended.abort();
    await until("the folder is gone through", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem"); // the photo's own folder comes first
      return fires.searches.photo({ model, layer }, 0) === join(folder, "broken.png");
    });
    await running;
    const { folder: name } = await told("found", { layer, channel: 7 });
    assert.equal(name, basename(folder));
    // A page's own menu names the layer alone, whichever was looked at last.
    current.lookAt({ model, layer });
    const menu = new AbortController();
    const asked = (async () => {
      for await (const each of panel.calls.reveal(undefined, menu.signal)) return each;
      return undefined;
    })();
    const own = { webview: "glassbox.model", layer: "fire8/concat", channel: 2 };
    await vscode.commands.executeCommand("glassbox.findWhatFires", own);
    assert.deepEqual(await asked, { layer: "fire8/concat", section: "fires", channel: 2 });
    menu.abort();
    await told("found", { layer: "fire8/concat", channel: 2 });
    // The next time there is nothing to ask.
    assert.equal(await fires.find({ model, layer: "fire7/concat" }, false), true);
    await told("found", { layer: "fire7/concat", channel: 0 });
  });

  describe("where the folder of a search that was left is gone", () => {
    type Pick = (entries: readonly vscode.QuickPickItem[]) => vscode.QuickPickItem | undefined;

    /** Looks again for what fires a layer, whose search was stopped and whose folder was deleted since. */
    async function lookAgain(
      layer: string,
      answers: { readonly pick: Pick; readonly open?: readonly vscode.Uri[] },
      another = false,
    ) {
      const { current, fires } = await inside();
      await current.usePhoto(join(folder, "inner", "rocket.jpg"));
      const browsing = { showQuickPick: picking(/Browse/), showOpenDialog: () => [vscode.Uri.file(folder)] };
      await answering(browsing, () => fires.find({ model, layer: "fire4/concat" }, true)); // what is known of before
      const lost = await mkdtemp(join(tmpdir(), "glassbox-lost-"));
      fires.searches.start({ model, layer, folder: lost });
      fires.searches.stop({ model, layer });
      await rm(lost, { recursive: true });
      const asked: { readonly placeHolder: string; readonly entries: readonly string[] }[] = [];
      const began = await answering(
        {
          showQuickPick(entries: readonly vscode.QuickPickItem[], { placeHolder = "" }: vscode.QuickPickOptions) {
            asked.push({ placeHolder, entries: entries.map(({ label }) => label.replace(/^\$\([\w-]+\) /, "")) });
            return answers.pick(entries);
          },
          showOpenDialog: () => answers.open,
        },
        () => fires.find({ model, layer }, another),
      );
      assert.equal(asked.length, 1, "it asks once");
      return { lost, began, ...asked[0]!, left: fires.searches.unfinished({ model, layer }) };
    }
    const foundIn = async (layer: string) => (await told("found", { layer, channel: 0 })).folder;

    it("says so, offers the folders that are known, and goes on in the one of before", async () => {
      const layer = "fire2/concat";
      const { lost, began, placeHolder, entries } = await lookAgain(layer, { pick: (all) => all[0] });
      assert.equal(placeHolder, `${lost} is no longer there: another folder of photos, with all folders in it`);
      assert.deepEqual(entries.slice(0, 2), [basename(folder), "inner"], "looked through before, then the photo's");
      assert.equal(entries.at(-1), "Browse…");
      assert.equal(began, true);
      assert.equal(await foundIn(layer), basename(folder));
    });

    it("goes on in the photo's own folder", async () => {
      const layer = "fire2/squeeze1x1";
      assert.equal((await lookAgain(layer, { pick: picking(/inner/) })).began, true);
      assert.equal(await foundIn(layer), "inner");
    });

    it("goes on in a folder that is looked for on disk", async () => {
      const layer = "fire2/expand1x1";
      const open = [vscode.Uri.file(join(folder, "inner"))];
      assert.equal((await lookAgain(layer, { pick: picking(/Browse/), open })).began, true);
      assert.equal(await foundIn(layer), "inner");
    });

    it("leaves all as it was when the question is left, or the search on disk", async () => {
      for (const pick of [() => undefined, picking(/Browse/)]) {
        const { lost, began, left } = await lookAgain("fire2/expand3x3", { pick });
        assert.equal(began, false);
        assert.equal(left, lost, "it is as unfinished as before");
      }
    });

    it("does not say so to who asks for another folder anyway", async () => {
      const { placeHolder } = await lookAgain("fire3/squeeze1x1", { pick: () => undefined }, true);
      assert.equal(placeHolder, "A folder of photos, with all folders in it");
    });
  });

  it("is neither shown nor looked for with a network that is not trusted", async () => {
    const { fires } = await inside();
    fires.searches.start({ model, layer: of.layer, folder });
    await told("found");
    const { models } = (fires as unknown as { services: { models: { mayRun(path: string): boolean } } }).services; // private
    const { mayRun } = models;
    models.mayRun = () => false;
    try {
      const untrusted = { name: "Untrusted" };
      await assert.rejects(told("found"), untrusted);
      await assert.rejects(fires.find({ model, layer: of.layer }, false), untrusted);
      // Nor does it help to ask past the page's door.
      fires.searches.start({ model, layer: "fire3/concat", folder });
      for await (const { phase, failure } of fires.searches.watch({ ...of, model, layer: "fire3/concat" }, patient)) {
        assert.notEqual(phase, "found");
        if (phase !== "failed") continue;
        assert.match(failure ?? "", /Restricted Mode/);
        break;
      }
    } finally {
      models.mayRun = mayRun;
    }
  });

  it("is looked for again where a photo has changed, and at once where none has", async () => {
    const { searches } = (await inside()).fires;
    searches.start({ model, layer: of.layer, folder });
    const before = await told("found");
    searches.start({ model, layer: of.layer, folder });
    assert.equal((await told("found")).images, before.images);
    await cp(sample("cat-chelsea.png"), join(folder, "cat.png"));
    await utimes(join(folder, "coffee.png"), 1, 1);
    searches.start({ model, layer: of.layer, folder });
    const now = await told("found");
    assert.equal(now.images, 3);
    assert.ok(now.most.some(({ name }) => name === "cat.png"));
  });
});
