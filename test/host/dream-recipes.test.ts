import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { DreamPanel } from "../../src/host/dream-panel.ts";
import type { Recipe } from "../../src/shared/synthesis.ts";
import { answering } from "./support/answers.ts";
import { nextRecipe, opened } from "./support/dreams.ts";
import { closeAll, copies, glassbox, patient, sample, until } from "./support/glassbox.ts";

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
    assert.deepEqual([panel.run.phase, panel.run.newest?.frame.picture], ["finished", picture], "it is there already"); // prettier-ignore
    const { image, model, parameters, ...settings } = panel.settings;
    assert.equal(image, join(folder, "cup.png"), "beside the picture");
    assert.equal(basename(model), "squeezenet1.1.onnx");
    assert.deepEqual(parameters, { steps: 3 });
    const { technique, layer, layers, seed } = recipe;
    assert.deepEqual(settings, {
      technique,
      layer,
      layers,
      seed,
      preparation,
      opened: { of: "dream.png", makesAnother: true },
    });
    const continued = "stopped at octave 1, step 2";
    assert.deepEqual(told, { of: "dream.png", missing: ["gone.png"], others: [], places: [], unfit: [], continued });
  });

  it("of a panel's own menu tells the page the same", async () => {
    const { dreams } = await glassbox();
    const file = await write({ ...recipe, model: "no-such.onnx", continued: "from octave 1, step 2" });
    const before = { technique: "deep-dream", model: sample("squeezenet1.1.onnx"), image: sample("coffee.png"), parameters: {}, seed: 0 }; // prettier-ignore
    const panel = dreams.show(before, true);
    const told = nextRecipe(panel);
    await until("it grows", () => panel.run.newest !== undefined, 40_000);
    await answering({ showOpenDialog: () => [file] }, () => panel.calls.openRecipe(undefined, patient));
    assert.deepEqual([panel.run.phase, panel.run.newest?.frame.picture], ["finished", picture], "in place of it");
    assert.ok(panel.run.film.all.length > 1, "which stays on the strip");
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

  it("is what the tab says until another picture is chosen, and no longer", async () => {
    const { parameters: _, ...said } = recipe;
    const model = sample("squeezenet1.1.onnx");
    const file = await write({ ...said, technique: "inversion", parameters: { steps: 3 } });
    const whose = "Recipe: dream.png";
    const another = [
      ({ calls }: DreamPanel) => calls.chooseModel({ path: sample("efficientnet-lite0.onnx") }, patient),
      ({ calls }: DreamPanel) => calls.usePhoto({ path: sample("rocket.jpg") }, patient),
      ({ calls, settings: { seed: _, ...own } }: DreamPanel) => calls.change({ ...own, seed: 9 }, patient),
    ];
    for (const change of another) {
      const panel = await opened("openRecipe", file);
      await panel.calls.chooseModel({ path: model }, patient);
      const showOpenDialog = () => [vscode.Uri.file(join(folder, "cup.png"))];
      await answering({ showOpenDialog }, () => panel.calls.usePhoto({}, patient));
      const { settings } = panel;
      // The layer has no say where others stand in its place.
      await panel.calls.change({ ...settings, layer: "fire2/concat" }, patient);
      await new Promise((resolve) => setTimeout(resolve, 100)); // the tab is called anew when its technique is known
      assert.deepEqual([panel.title, panel.settings], [whose, settings], "all is as it was");
      await change(panel);
      await until("it is called otherwise", () => panel.title.startsWith("Inversion: "));
      assert.equal(panel.settings.opened, undefined);
    }
    await vscode.commands.executeCommand("glassbox.useModel", vscode.Uri.file(sample("efficientnet-lite0.onnx")));
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
