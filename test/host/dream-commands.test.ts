import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { DreamPanel } from "../../src/host/dream-panel.ts";
import type { Recipe } from "../../src/shared/synthesis.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { answering, picking } from "./support/answers.ts";
import { closeAll, copies, glassbox, manifest, patient, sample, until } from "./support/glassbox.ts";

const layer = () => ({ model: sample("squeezenet1.1.onnx"), layer: "fire5/concat" });
const photo = () => vscode.Uri.file(sample("coffee.png"));

/** The panel that the command opens. */
async function opened(command: string, ...given: readonly unknown[]): Promise<DreamPanel> {
  const { dreams } = await glassbox();
  const before = new Set(dreams.all);
  await vscode.commands.executeCommand(`glassbox.${command}`, ...given);
  const [panel] = dreams.all.filter((one) => !before.has(one));
  assert.ok(panel, `${command} opens a panel`);
  return panel;
}

/** What the panel tells its page of the recipe that is opened next, or was before there was a page. */
async function nextRecipe({ calls }: DreamPanel) {
  for await (const recipe of calls.openedRecipes(undefined, patient)) return recipe;
  return undefined;
}

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
    const { dreams } = await glassbox();
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
    const made = async (command: string) => answering(answers, () => settingsOf(command));
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
    assert.equal(await used("featureGrid"), layer().model, "a layer is its network's");
    await vscode.commands.executeCommand("glassbox.useModel", vscode.Uri.file(layer().model));
    try {
      assert.equal(await used("deepDream", photo()), layer().model);
      const { layer: looked } = await settingsOf("caricature");
      assert.equal(looked, "fire5/concat");
    } finally {
      await vscode.commands.executeCommand("glassbox.useModel", vscode.Uri.file(first));
    }
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
    const little = { showQuickPick: picking(/so little/, /^Anything else/) };
    const adversary = await answering(little, () => settingsOf("foolNetwork", given));
    assert.deepEqual([adversary.technique, adversary.image], ["adversarial-example", given.fsPath]);
    assert.deepEqual([adversary.target, adversary.parameters], [undefined, {}]);

    const sure = { showQuickPick: picking(/with all certainty$/, /^golden retriever/) };
    const fooling = await answering(sure, () => settingsOf("foolNetwork", given));
    assert.deepEqual([fooling.technique, fooling.target], ["fooling-image", 207]);
    assert.deepEqual(fooling.parameters, { photo: given.fsPath });

    const noise = { showQuickPick: picking(/^Noise/, /^golden retriever/) };
    const { parameters, image } = await answering(noise, () => settingsOf("foolNetwork", given));
    assert.deepEqual([parameters, image], [{}, undefined]);
  });

  it("invert the photo of its own menu, whose layer the technique finds or that was looked at", async () => {
    (await glassbox()).inside.current.lookAt(undefined);
    const made = await settingsOf("invertLayer", photo());
    assert.deepEqual([made.technique, made.image, made.layer], ["inversion", photo().fsPath, undefined]);
    (await glassbox()).inside.current.lookAt(layer());
    assert.equal((await settingsOf("invertLayer", photo())).layer, "fire5/concat");
  });

  it("are all in the manifest, and what the manifest has is there", async () => {
    const declared = manifest().contributes.commands.map(({ command }) => command);
    const there = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(declared.filter((command) => !there.has(command)), []); // prettier-ignore
    for (const name of ["dreamWithChannel", "visualizeThisChannel", "reconstructClass", "openRecipe"])
      assert.ok(declared.includes(`glassbox.${name}`), name);
  });
});

describe("A picture's recipe", function () {
  this.timeout(60_000);
  afterEach(closeAll);
  const preparation = { size: [224, 224], fit: "crop", color: "RGB", range: [0, 1], mean: [0.5, 0.5, 0.5], deviation: [0.2, 0.2, 0.2], layout: "NCHW" } as const; // prettier-ignore
  const picture = { width: 4, height: 4, pixels: new Uint8Array(48).fill(99) };
  const recipe: Recipe = {
    technique: "style-transfer",
    model: "squeezenet1.1.onnx",
    image: "cup.png",
    preparation,
    layer: "fire8/concat",
    layers: [
      { name: "conv1", weight: 2 },
      { name: "fire3/concat", weight: 0.5 },
    ],
    parameters: { style: "gone.png", steps: 3 },
    seed: 8,
  };
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const copied = await copies(sample("coffee.png"));
    ({ remove } = copied);
    folder = join(dirname(copied.paths[0]!), "made");
    await mkdir(folder);
    await cp(copied.paths[0]!, join(folder, "cup.png"));
  });
  afterEach(() => remove());
  const write = async (given: Recipe) => {
    const { supervisor } = await glassbox();
    const file = join(folder, "dream.png");
    await writeFile(file, await supervisor.client.pictureFile({ picture, recipe: given }));
    return vscode.Uri.file(file);
  };

  it("is opened with all that it says, its several layers among it; what is not here is said", async () => {
    const file = await write({ ...recipe, continued: "stopped at octave 1, step 2" });
    const panel = await opened("openRecipe", file);
    const told = await nextRecipe(panel);
    assert.equal(panel.run.phase, "idle", "the picture is there already");
    const { image, model, parameters, ...settings } = panel.settings;
    assert.equal(image, join(folder, "cup.png"), "beside the picture");
    assert.equal(basename(model), "squeezenet1.1.onnx");
    assert.deepEqual(parameters, { steps: 3 });
    const { technique, layer, layers, seed } = recipe;
    assert.deepEqual(settings, { technique, layer, layers, seed, preparation });
    const continued = "stopped at octave 1, step 2";
    assert.deepEqual(told, { of: "dream.png", missing: ["gone.png"], others: [], places: [], unfit: [], continued });
  });

  it("of a panel's own menu tells the page the same", async () => {
    const { dreams } = await glassbox();
    const file = await write({ ...recipe, model: "no-such.onnx", continued: "from octave 1, step 2" });
    const before = { technique: "deep-dream", model: sample("squeezenet1.1.onnx"), image: photo().fsPath, parameters: {}, seed: 0 }; // prettier-ignore
    const panel = dreams.show(before, false);
    const told = nextRecipe(panel);
    await answering({ showOpenDialog: () => [file] }, () => panel.calls.openRecipe(undefined, patient));
    assert.deepEqual(await told, {
      of: "dream.png",
      missing: ["no-such.onnx", "gone.png"],
      others: [],
      places: ["layer", "layers"],
      unfit: [],
      continued: "from octave 1, step 2",
    });
    const { layer, layers, channel, place } = panel.settings;
    assert.deepEqual([layer, layers, channel, place], [undefined, undefined, undefined, undefined], "they were the other network's"); // prettier-ignore
    assert.equal(panel.settings.model, before.model, "the one that was chosen stays");
    assert.equal(panel.settings.preparation, undefined, "it was the other network's");
    const opened = panel.settings;
    await answering({ showOpenDialog: () => undefined }, () => panel.calls.openRecipe(undefined, patient));
    assert.equal(panel.settings, opened, "the dialog was left");
    const plain = { showOpenDialog: () => [vscode.Uri.file(sample("coffee.png"))] };
    await assert.rejects(
      answering(plain, () => panel.calls.openRecipe(undefined, patient)),
      /coffee\.png carries no recipe/,
    );
  });

  it("is of one file among others of its name, wherever that lies; where it is gone, that is said", async () => {
    const { dreams, supervisor } = await glassbox();
    const own = join(dirname(folder), "elsewhere");
    await mkdir(own);
    await cp(sample("cat-chelsea.png"), join(own, "cup.png"));
    const image = await supervisor.client.digestOf({ path: join(own, "cup.png"), kind: "photo" });
    const model = await supervisor.client.digestOf({ path: sample("squeezenet1.1.onnx"), kind: "network" });
    const { parameters: _, ...said } = recipe;
    const file = await write({ ...said, parameters: {}, digests: { model: model!, image: image! } });
    const panel = await opened("openRecipe", file);
    assert.equal(panel.settings.image, join(folder, "cup.png"));
    assert.deepEqual(await nextRecipe(panel), { of: "dream.png", missing: [], others: ["cup.png"], places: [], unfit: [] }); // prettier-ignore
    const before = { technique: "deep-dream", model: sample("squeezenet1.1.onnx"), image: join(own, "cup.png"), parameters: {}, seed: 0 }; // prettier-ignore
    const chosen = dreams.show(before, false);
    const told = nextRecipe(chosen);
    await answering({ showOpenDialog: () => [file] }, () => chosen.calls.openRecipe(undefined, patient));
    assert.deepEqual((await told)?.others, []);
    assert.equal(chosen.settings.image, join(own, "cup.png"), "not the one beside the picture");
  });

  it("of another Glassbox is taken over as far as this one knows it, and refused by the name of a technique that it lacks", async () => {
    const { dreams } = await glassbox();
    const odd = await write({ ...recipe, parameters: { steps: 3, "style-weight": -5, "new-one": true } });
    const panel = await opened("openRecipe", odd);
    const told = await nextRecipe(panel);
    assert.deepEqual(panel.settings.parameters, { steps: 3 });
    assert.match(told?.unfit.join("; ") ?? "", /: -5; new-one: true$/);
    const strange = await write({ ...recipe, technique: "dream-of-tomorrow" });
    const before = panel.settings;
    await assert.rejects(
      answering({ showOpenDialog: () => [strange] }, () => panel.calls.openRecipe(undefined, patient)),
      /dream\.png was made by "dream-of-tomorrow", a technique that this Glassbox lacks/,
    );
    assert.equal(panel.settings, before);
    const { length } = dreams.all;
    await vscode.commands.executeCommand("glassbox.openRecipe", strange).then(undefined, () => undefined);
    assert.equal(dreams.all.length, length, "no panel is opened for it");
    const stages = [{ ...recipe, technique: "dream-of-yesterday", until: { done: 1 }, leaves: "all" as const }];
    const inPart = await write({ ...recipe, before: stages });
    await assert.rejects(
      answering({ showOpenDialog: () => [inPart] }, () => panel.calls.openRecipe(undefined, patient)),
      /dream\.png was made by "dream-of-yesterday", a technique that this Glassbox lacks/,
    );
  });

  it("makes the same picture of several layers again, the same file to the byte", async () => {
    const { dreams } = await glassbox();
    const made = { technique: "neuron-visualization", model: sample("squeezenet1.1.onnx"), channel: 2, parameters: { steps: 8, size: 64 }, seed: 3 }; // prettier-ignore
    const layers = [
      { name: "fire3/concat", weight: 1 },
      { name: "fire5/concat", weight: -0.5, channel: 7 },
    ];
    const ended = (panel: DreamPanel) =>
      until("it is finished", () => ["finished", "failed"].includes(panel.run.phase), 40_000);
    const first = dreams.show({ ...made, layers }, true);
    await ended(first);
    assert.equal(first.run.failure, undefined);
    const { picture } = first.run.newest!.frame;
    const file = join(folder, "neuron.png");
    const suggested: string[] = [];
    const save = ({ calls, run }: DreamPanel, to: string) => {
      const showSaveDialog = ({ defaultUri }: vscode.SaveDialogOptions) => {
        suggested.push(dirname(defaultUri!.fsPath));
        return vscode.Uri.file(to);
      };
      return answering({ showSaveDialog, showInformationMessage: () => undefined }, () =>
        calls.savePicture({ frame: run.newest!.id }, patient),
      );
    };
    assert.ok(await save(first, file));
    const own = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
    assert.deepEqual(suggested, [own], "there is no photo beside which it could be");
    const again = await opened("openRecipe", vscode.Uri.file(file));
    again.run.begin();
    await ended(again);
    assert.deepEqual(again.run.newest!.frame.picture.pixels, picture.pixels);
    const copy = join(folder, "again.png");
    assert.ok(await save(again, copy));
    assert.ok((await readFile(copy)).equals(await readFile(file)));
    const alone = dreams.show({ ...made, layer: "fire3/concat" }, true);
    await ended(alone);
    assert.notDeepEqual(alone.run.newest!.frame.picture.pixels, picture.pixels, "the second layer has a say");
  });

  it("gives one that was steered again, until a setting is changed", async () => {
    const { dreams, supervisor } = await glassbox();
    const ended = (panel: DreamPanel) =>
      until("it is finished", () => ["finished", "failed"].includes(panel.run.phase), 40_000);
    const image = join(folder, "cup.png");
    const steered = { technique: "deep-dream", model: sample("squeezenet1.1.onnx"), image, layer: "fire2/concat", parameters: { octaves: 1, steps: 12 }, seed: 3 }; // prettier-ignore
    const first = dreams.show(steered, true);
    await until("a step is made", () => first.run.newest !== undefined, 40_000);
    const { image: _image, model: _model, ...change } = steered;
    await first.calls.change({ ...change, seed: 8 }, patient);
    await ended(first);
    const { frame, finished } = first.run.newest!;
    assert.equal(finished?.before?.length, 1);
    const file = join(folder, "steered.png");
    await writeFile(file, await supervisor.client.pictureFile({ picture: frame.picture, recipe: finished }));

    const panel = await opened("openRecipe", vscode.Uri.file(file));
    assert.deepEqual(await nextRecipe(panel), {
      of: "steered.png",
      missing: [],
      others: [],
      places: [],
      unfit: [],
      stages: 1,
    });
    assert.deepEqual(panel.settings.before?.map((stage) => [stage.seed, stage.image]), [[3, image]]); // prettier-ignore
    const { before: _before, preparation: _preparation, image: _i, model: _m, ...own } = panel.settings;
    await panel.calls.change(own, patient);
    assert.ok(panel.settings.before, "nothing else was chosen");
    panel.run.begin();
    await ended(panel);
    assert.deepEqual(panel.run.newest!.frame.picture.pixels, frame.picture.pixels);
    assert.deepEqual(panel.run.recipe, finished);
    await panel.calls.change({ ...own, seed: 9 }, patient);
    assert.equal(panel.settings.before, undefined);
  });
});

describe("A dream's picture that becomes the current photo", function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it("is offered to be dreamt on, and to be explained", async () => {
    const { dreams, inside } = await glassbox();
    const { paths, remove } = await copies(sample("coffee.png"));
    try {
      const settings = { technique: "deep-dream", model: sample("squeezenet1.1.onnx"), image: paths[0]!, parameters: { octaves: 1, steps: 1 }, seed: 0 }; // prettier-ignore
      const panel = dreams.show(settings, true);
      await until("it is finished", () => ["finished", "failed"].includes(panel.run.phase), 40_000);
      const target = vscode.Uri.file(join(dirname(paths[0]!), "dreamt.png"));
      const before = dreams.all.length;
      const offered: string[] = [];
      const answers = {
        showSaveDialog: () => target,
        showInformationMessage: (_: string, ...buttons: readonly string[]) => {
          offered.push(...buttons);
          return buttons.find((button) => button === "Dream on It");
        },
      };
      await answering(answers, async () => {
        await panel.calls.useAsPhoto({ frame: panel.run.newest!.id }, patient);
        await until("another panel dreams on it", () => dreams.all.length > before);
      });
      assert.ok(offered.includes("Explain It"));
      assert.equal(inside.current.photo, target.fsPath);
      const next = dreams.all.at(-1)!;
      assert.deepEqual([next.settings.technique, next.settings.image], ["deep-dream", target.fsPath]);
      await next.calls.stop(undefined, patient);
    } finally {
      await inside.current.usePhoto(undefined);
      await remove();
    }
  });
});
