import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import * as w from "../fixtures/onnx/writer.ts";
import { answering, picking } from "./support/answers.ts";
import { opened } from "./support/dreams.ts";
import { closeAll, copies, glassbox, manifest, patient, sample, until } from "./support/glassbox.ts";

const layer = () => ({ model: sample("squeezenet1.1.onnx"), layer: "fire5/concat" });
const photo = () => vscode.Uri.file(sample("coffee.png"));

/** What the command's panel is to make; it has begun. */
async function settingsOf(command: string, ...given: readonly unknown[]) {
  const panel = await opened(command, ...given);
  assert.notEqual(panel.run.phase, "idle", "and begins");
  await panel.calls.stop(undefined, patient);
  return panel.settings;
}

describe("Commands that ask before they make a picture", function () {
  this.timeout(60_000);
  beforeEach(async () => (await glassbox()).inside.current.usePhoto(undefined));
  afterEach(closeAll);

  it("visualize the class that is chosen", async () => {
    const pick = picking(/^golden retriever/);
    const showQuickPick = (entries: readonly vscode.QuickPickItem[], { ignoreFocusOut }: vscode.QuickPickOptions) => {
      assert.equal(ignoreFocusOut, true, "a panel that is still loading takes the focus");
      return pick(entries);
    };
    const made = await answering({ showQuickPick }, () => settingsOf("visualizeClass"));
    assert.deepEqual([made.technique, made.target], ["class-visualization", 207]);
    const { dreams, inside } = await glassbox();
    const row = (await inside.models.getChildren()).find(({ path }) => path !== made.model);
    const ofRow = await answering({ showQuickPick: pick }, () => settingsOf("visualizeClass", row));
    assert.equal(ofRow.model, row?.path, "of a line of the list of models");
    const before = dreams.all.length;
    await answering({ showQuickPick: () => undefined }, async () =>
      vscode.commands.executeCommand("glassbox.visualizeClass"),
    );
    assert.equal(dreams.all.length, before, "none where the list was left");
  });

  it("reconstruct a class from a folder of photos, or by a generator", async () => {
    const folder = dirname(sample("coffee.png"));
    const folderOf = { showQuickPick: picking(/^golden retriever/, /^A folder/), showOpenDialog: () => [vscode.Uri.file(folder)] }; // prettier-ignore
    const made = await answering(folderOf, () => settingsOf("reconstructClass"));
    assert.deepEqual([made.technique, made.target], ["class-reconstruction", 207]);
    assert.deepEqual(made.parameters, { prior: "folder", folder });
    await closeAll();
    const generator = sample("efficientnet-lite0.onnx");
    const showOpenDialog = (asked: vscode.OpenDialogOptions) => {
      assert.notEqual(asked.canSelectFolders, true);
      return [vscode.Uri.file(generator)];
    };
    const byGenerator = { showQuickPick: picking(/^golden retriever/, /^A generator/), showOpenDialog };
    const drawn = await answering(byGenerator, () => settingsOf("reconstructClass"));
    assert.deepEqual([drawn.technique, drawn.target], ["class-reconstruction", 207]);
    assert.deepEqual(drawn.parameters, { prior: "generator", generator });
  });

  it("ask for the layer from the palette, where none was looked at", async () => {
    const { inside } = await glassbox();
    inside.current.lookAt(undefined);
    inside.current.useModel(layer().model);
    const answers = {
      showQuickPick: picking(/^fire5\/concat$/),
      showInputBox: ({ title, prompt, value, validateInput: refusal }: vscode.InputBoxOptions) => {
        assert.equal(title, "Visualize a channel of fire5/concat in SqueezeNet 1.1");
        assert.equal(prompt, "Its number, from 0 to 255: there are 256 channels");
        assert.equal(value, "0");
        assert.deepEqual(["255", "256", "-1", "1.5", "", "seven"].map((text) => refusal?.(text) === undefined), [true, false, false, false, false, false]); // prettier-ignore
        return "7";
      },
      showOpenDialog: () => [photo()],
    };
    const [{ layer: wanted }, image] = [layer(), photo().fsPath];
    const made = async (command: string) => {
      await closeAll(); // a panel in front says which layer
      return answering(answers, () => settingsOf(command));
    };
    const grid = await made("featureGrid");
    assert.deepEqual([grid.technique, grid.layer], ["feature-grid", wanted]);
    const channel = await made("visualizeChannel");
    assert.deepEqual([channel.technique, channel.layer, channel.channel], ["neuron-visualization", wanted, 7]);
    await inside.current.usePhoto(image);
    const dream = await made("dreamWithLayer");
    assert.deepEqual([dream.technique, dream.layer, dream.image], ["deep-dream", wanted, image]);
    const kept = await made("invertLayer");
    assert.deepEqual([kept.technique, kept.layer, kept.image], ["inversion", wanted, image]);
  });

  it("map a folder of photos", async () => {
    const folder = dirname(sample("coffee.png"));
    const answers = { showOpenDialog: () => [vscode.Uri.file(folder)] };
    const made = await answering(answers, () => settingsOf("activationAtlas", layer()));
    assert.deepEqual(made, { technique: "activation-atlas", ...layer(), parameters: { folder }, seed: 0 });
  });

  it("transfer the style of the picture that is chosen", async () => {
    const answers = {
      showQuickPick: picking(/^Browse/),
      showOpenDialog: () => [vscode.Uri.file(sample("rocket.jpg"))],
    };
    const made = await answering(answers, () => settingsOf("transferStyle", photo()));
    assert.deepEqual([made.technique, made.image], ["style-transfer", photo().fsPath]);
    assert.deepEqual(made.parameters, { style: sample("rocket.jpg") });
  });

  it("offer every photo as a style but the one that is painted, and say the folder of each", async () => {
    const [own] = await vscode.workspace.findFiles("coffee.png");
    const beside = vscode.Uri.joinPath(own!, "..", "cups", "coffee.png");
    await vscode.workspace.fs.copy(own!, beside);
    try {
      const found = async () => (await vscode.workspace.findFiles("**/coffee.png")).length;
      await until("both are found", async () => (await found()) === 2);
      let offered: readonly (readonly (string | undefined)[])[] = [];
      const showQuickPick = (entries: readonly vscode.QuickPickItem[]) => {
        offered = entries.map(({ label, description }) => [label, description]);
        return undefined;
      };
      const offeredFor = async (given: vscode.Uri) => {
        await answering({ showQuickPick }, async () => vscode.commands.executeCommand("glassbox.transferStyle", given));
        return offered.filter(([label]) => label === "coffee.png");
      };
      assert.deepEqual(await offeredFor(own!), [["coffee.png", "cups"]]);
      assert.deepEqual(await offeredFor(beside), [["coffee.png", ""]]);
    } finally {
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(beside, ".."), { recursive: true });
    }
  });

  it("use the network that photos are seen by, whichever other one was looked at meanwhile", async () => {
    const { current } = (await glassbox()).inside;
    current.useModel(layer().model);
    current.lookAt(layer());
    const used = async (command: string, ...given: readonly unknown[]) => (await settingsOf(command, ...given)).model;
    const first = sample("efficientnet-lite0.onnx");
    assert.equal(await used("deepDream", photo()), first);
    await current.usePhoto(photo().fsPath);
    assert.equal(await used("deepDream"), first);
    assert.equal(await used("caricature"), first);
    assert.equal(await used("makeTexture", photo().fsPath), first, "from the side bar");
    assert.equal(await used("invertLayer", photo()), first, "of a photo's own menu");
    await closeAll();
    current.useModel(layer().model);
    assert.equal(await used("featureGrid"), layer().model, "a layer is its network's");
    await vscode.commands.executeCommand("glassbox.useModel", vscode.Uri.file(layer().model));
    try {
      assert.equal(await used("deepDream", photo()), layer().model);
      const { layer: looked } = await settingsOf("caricature");
      assert.equal(looked, "fire5/concat");
      assert.equal((await settingsOf("invertLayer", photo())).layer, "fire5/concat");
    } finally {
      await vscode.commands.executeCommand("glassbox.useModel", vscode.Uri.file(first));
    }
  });

  it("mean no model whose file is gone since it was looked at", async () => {
    const { current } = (await glassbox()).inside;
    const { paths, remove } = await copies(layer().model);
    current.useModel(paths[0]!);
    await remove();
    const visualize = () => settingsOf("visualizeClass");
    const { model } = await answering({ showQuickPick: picking(/^golden retriever/) }, visualize);
    assert.equal(model, sample("efficientnet-lite0.onnx"));
  });

  it("mean, from the palette, what the panel in front is of", async () => {
    const { dreams, inside, panels } = await glassbox();
    const { current } = inside;
    const [byDefault, another] = [sample("efficientnet-lite0.onnx"), layer().model];
    const [own, chosen] = [sample("coffee.png"), sample("rocket.jpg")];
    await current.usePhoto(chosen);
    current.lookAt(undefined);
    const given = { model: another, image: own };
    const asking = { showQuickPick: picking(/^golden retriever/), showOpenDialog: () => [vscode.Uri.file(dirname(own))] }; // prettier-ignore
    const dream = { technique: "inversion", ...given, layer: layer().layer, parameters: {}, seed: 0 };
    for (const open of [() => dreams.show(dream, false).panel, () => panels.show(own, another).panel]) {
      const inFront = async () => {
        await closeAll();
        current.useModel(byDefault);
        const panel = open();
        await until("it is in front", () => panel.active && current.model === another);
        current.useModel(byDefault); // as the side bar may by itself
      };
      const made = async (command: string, ...asked: readonly unknown[]) => {
        await inFront();
        const { model, image } = await answering(asking, () => settingsOf(command, ...asked));
        return { model, image };
      };
      assert.deepEqual(await made("deepDream"), given);
      assert.deepEqual(await made("makeTexture"), given);
      assert.deepEqual(await made("caricature"), given);
      assert.equal((await made("visualizeClass")).model, another);
      assert.equal((await made("activationAtlas")).model, another);
      assert.deepEqual(await made("deepDream", photo()), { model: byDefault, image: photo().fsPath }, "a photo's menu");
      assert.deepEqual(await made("deepDream", undefined), { model: byDefault, image: chosen }, "the side bar's");
    }
  });

  it("mean, from the palette, the layer of the panel in front, or one of its model that was looked at since", async () => {
    const { dreams, inside } = await glassbox();
    const { model, layer: own } = layer();
    inside.current.lookAt({ model, layer: "fire2/concat" });
    const dream = { technique: "inversion", model, layer: own, image: photo().fsPath, parameters: {}, seed: 0 };
    const made = async (looked: string | undefined, command: string) => {
      const { panel } = dreams.show(dream, false);
      await until("it is in front", () => panel.active && inside.current.model === model);
      await new Promise((resolve) => setTimeout(resolve, 300)); // its technique is asked for
      if (looked !== undefined) inside.current.lookAt({ model, layer: looked });
      return (await settingsOf(command)).layer;
    };
    assert.equal(await made(undefined, "featureGrid"), own);
    assert.equal(await made(undefined, "caricature"), own);
    assert.equal(await made("fire4/concat", "featureGrid"), "fire4/concat");
    assert.equal(await made(undefined, "featureGrid"), own, "of the next panel its own");
  });

  it("transfer the style of a network that was made to paint, and ask for no picture", async () => {
    const size = [1, 3, 16, 16];
    const painter = w.graph({
      nodes: [w.node("Identity", ["x"], ["painted"], { name: "painted" })],
      inputs: [w.value("x", size)],
      outputs: [w.value("painted", size)],
    });
    const model = w.file(w.model(painter), "painter.onnx");
    const use = (path: string) => vscode.commands.executeCommand("glassbox.useModel", vscode.Uri.file(path));
    await use(model);
    try {
      const showQuickPick = () => assert.fail("nothing is asked");
      const made = await answering({ showQuickPick }, () => settingsOf("transferStyle", photo()));
      assert.deepEqual(made, { technique: "style-network", model, image: photo().fsPath, parameters: {}, seed: 0 });
    } finally {
      await use(sample("efficientnet-lite0.onnx"));
    }
  });

  it("dream with the layer, and with the channel, of a menu", async () => {
    const dream = { technique: "deep-dream", image: photo().fsPath, parameters: {}, seed: 0 };
    await (await glassbox()).inside.current.usePhoto(photo().fsPath);
    assert.deepEqual(await settingsOf("dreamWithLayer", layer()), { ...dream, ...layer() });
    const channel = { ...layer(), channel: 9 };
    assert.deepEqual(await settingsOf("dreamWithChannel", channel), { ...dream, ...channel });
  });

  it("take what a model editor's page says is under the pointer, of the model in front", async () => {
    const { current } = (await glassbox()).inside;
    current.useModel(layer().model);
    await current.usePhoto(photo().fsPath);
    const under = { webview: "glassbox.model", webviewSection: "channel", layer: "fire5/concat", channel: 4 };
    const dream = await settingsOf("dreamWithChannel", under);
    assert.deepEqual([dream.model, dream.layer, dream.channel], [layer().model, "fire5/concat", 4]);
    const channel = await settingsOf("visualizeThisChannel", under);
    assert.deepEqual([channel.technique, channel.channel], ["neuron-visualization", 4]);
    const { model, layer: kept, image } = await settingsOf("invertLayer", under);
    assert.deepEqual([model, kept, image], [layer().model, "fire5/concat", photo().fsPath]);
  });

  it("fool the network with a photo that hardly changes, a photo that is taken for sure, or noise", async () => {
    const given = photo();
    const little = { showQuickPick: picking(/^Adversarial example$/, /^Anything else/) };
    const adversary = await answering(little, () => settingsOf("foolNetwork", given));
    assert.deepEqual([adversary.technique, adversary.image], ["adversarial-example", given.fsPath]);
    assert.deepEqual([adversary.target, adversary.parameters], [undefined, {}]);

    const sure = { showQuickPick: picking(/^Fooling image from a photo$/, /^golden retriever/) };
    const fooling = await answering(sure, () => settingsOf("foolNetwork", given));
    assert.deepEqual([fooling.technique, fooling.target], ["fooling-image", 207]);
    assert.deepEqual(fooling.parameters, { photo: given.fsPath });

    const noise = { showQuickPick: picking(/^Fooling image from noise$/, /^golden retriever/) };
    const { parameters, image } = await answering(noise, () => settingsOf("foolNetwork", given));
    assert.deepEqual([parameters, image], [{}, undefined]);
  });

  it("invert the photo of its own menu, whose layer the technique finds", async () => {
    (await glassbox()).inside.current.lookAt(undefined);
    const made = await settingsOf("invertLayer", photo());
    assert.deepEqual([made.technique, made.image, made.layer], ["inversion", photo().fsPath, undefined]);
  });

  it("are all in the manifest, and what the manifest has is there", async () => {
    const declared = manifest().contributes.commands.map(({ command }) => command);
    const there = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(declared.filter((command) => !there.has(command)), []); // prettier-ignore
    for (const name of ["dreamWithChannel", "visualizeThisChannel", "reconstructClass", "openRecipe"])
      assert.ok(declared.includes(`glassbox.${name}`), name);
  });
});

describe("A dream's picture that becomes the current photo", function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it("is offered to be dreamt on, and to be explained", async () => {
    const { dreams, inside } = await glassbox();
    const { paths, remove } = await copies(sample("coffee.png"));
    try {
      const settings = { technique: "inversion", ...layer(), image: paths[0]!, parameters: { steps: 1 }, seed: 0 }; // prettier-ignore
      const panel = dreams.show(settings, true);
      await until("it is finished", () => ["finished", "failed"].includes(panel.run.phase), 40_000);
      const target = vscode.Uri.file(join(dirname(paths[0]!), "dreamt.png"));
      const before = dreams.all.length;
      const offered: string[] = [];
      const said: string[] = [];
      const answers = {
        showSaveDialog: () => target,
        showInformationMessage: (text: string, ...buttons: readonly string[]) => {
          said.push(text);
          offered.push(...buttons);
          return buttons.find((button) => button === "Dream on It");
        },
      };
      await answering(answers, async () => {
        await panel.calls.useAsPhoto({ frame: panel.run.newest!.id }, patient);
        await until("another panel dreams on it", () => dreams.all.length > before);
      });
      assert.deepEqual(offered.slice(0, 2), ["Dream on It", "Explain It"]);
      assert.deepEqual(said, [`Saved ${target.fsPath}. It is the current photo now.`], "in one message");
      assert.equal(inside.current.photo, target.fsPath);
      const next = dreams.all.at(-1)!;
      const { technique, image, ...by } = next.settings;
      assert.deepEqual([technique, image], ["deep-dream", target.fsPath]);
      assert.deepEqual(by, { ...layer(), parameters: {}, seed: 0 }, "by what made it, whatever photos are seen by");
      await next.calls.stop(undefined, patient);
    } finally {
      await inside.current.usePhoto(undefined);
      await remove();
    }
  });
});
