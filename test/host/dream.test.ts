import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, parse } from "node:path";
import * as vscode from "vscode";
import type { DreamPanel } from "../../src/host/dream-panel.ts";
import type { Ahead } from "../../src/shared/ahead.ts";
import { answering } from "./support/answers.ts";
import { closeAll, copies, glassbox, patient, sample, until } from "./support/glassbox.ts";

describe("Dreams", function () {
  this.timeout(60_000);
  const model = () => sample("squeezenet1.1.onnx");
  const image = () => sample("coffee.png");
  before(glassbox);
  afterEach(closeAll);

  const small = { octaves: 1, steps: 3 };
  const show = async (parameters: Readonly<Record<string, unknown>> = small, begin = true) => {
    const { dreams } = await glassbox();
    return dreams.show({ technique: "deep-dream", model: model(), image: image(), parameters, seed: 1 }, begin);
  };
  const ended = (panel: DreamPanel, ...phases: readonly string[]) =>
    until(
      `the dream is ${phases.join(" or ")}, it is ${panel.run.phase}`,
      () => phases.includes(panel.run.phase),
      40_000,
    );

  it("begin with the command, on the photo of the menu", async () => {
    const { dreams } = await glassbox();
    await vscode.commands.executeCommand("glassbox.deepDream", vscode.Uri.file(image()));
    const [panel] = dreams.all;
    assert.ok(panel);
    assert.equal(panel.settings.image, image());
    assert.equal(panel.settings.technique, "deep-dream");
    await ended(panel, "running");
    await until("the tab is named", () => panel.panel.title === "DeepDream: coffee.png");
    await panel.calls.stop(undefined, patient);
    assert.equal(panel.run.phase, "stopped");
  });

  it("start from what becomes the current photo, until a person chooses one", async () => {
    const { current } = (await glassbox()).inside;
    await current.usePhoto(undefined);
    const panel = await show(small, false);
    await until("it is the current photo", () => current.photo === image());
    panel.change({ ...panel.settings, image: sample("rocket.jpg") });
    await until("the next one is", () => current.photo === sample("rocket.jpg"));
    await current.usePhoto(sample("cat-chelsea.png"));
    panel.change({ ...panel.settings, image: image() });
    await until("the tab is named", () => panel.panel.title === "DeepDream: coffee.png");
    assert.equal(current.photo, sample("cat-chelsea.png"), "it was chosen");
    await current.usePhoto(undefined);
  });

  it("say in their tab which class they show", async () => {
    const { dreams } = await glassbox();
    const made = { technique: "class-visualization", model: model(), target: 207, parameters: {}, seed: 0 };
    const { panel } = dreams.show(made, false);
    await until("the tab is named", () => /^Class: golden retriever/.test(panel.title));
  });

  it("answer a page that is shown again before it asks", async () => {
    const { panel } = await show(small, false);
    const { webview } = panel;
    const posted: unknown[] = [];
    const post = webview.postMessage.bind(webview);
    webview.postMessage = (message) => {
      posted.push(message);
      return post(message);
    };
    const beside = await vscode.workspace.openTextDocument({ content: "over it" });
    await vscode.window.showTextDocument(beside, panel.viewColumn);
    await until("it is hidden", () => !panel.visible);
    panel.reveal();
    const calls = () => posted.flatMap((message) => (message as Partial<Ahead>).ahead ?? []).map(({ call }) => call);
    await until("it was answered", () => calls().length > 0);
    assert.deepEqual(calls(), ["techniques", "subject"]);
  });

  it("tell whichever page is there that another photo was chosen", async () => {
    const panel = await show(small, false);
    const end = new AbortController();
    let told = 0;
    const listening = (async () => {
      for await (const _ of panel.calls.changed(undefined, end.signal)) told++;
    })();
    panel.change({ ...panel.settings, seed: 2 });
    panel.change({ ...panel.settings, image: sample("rocket.jpg") });
    await until("it is told", () => told > 0);
    end.abort();
    await listening;
    assert.equal(told, 1, "of the photo alone");
    assert.equal((await panel.subject(patient)).photo?.name, "rocket.jpg");
  });

  it("that are sheets are saved frame by frame, each with its names and its own recipe", async () => {
    const { dreams, supervisor } = await glassbox();
    const { paths, remove } = await copies(image());
    try {
      const parameters = { count: 2, size: 32, steps: 3 };
      const made = { technique: "feature-grid", model: model(), layer: "fire2/concat", parameters, seed: 0 };
      const panel = dreams.show(made, true);
      await ended(panel, "finished");
      const line = panel.run.film.line(panel.run.newest!.id);
      const folder = join(dirname(paths[0]!), "of the grid");
      const save = () => panel.calls.saveFrames({ frame: line.at(-1)!.id }, patient);
      assert.equal(await answering({ showSaveDialog: () => vscode.Uri.file(folder) }, save), true);
      const files = (await readdir(folder)).sort();
      assert.deepEqual(
        files,
        line.map((_, i) => `feature-grid fire2-concat-000${i + 1}.png`),
      );
      for (const [i, name] of files.entries()) {
        const file = join(folder, name);
        const bytes = await readFile(file);
        const { picture } = line[i]!.frame;
        assert.ok(bytes.readUInt32BE(16) > picture.width, "there is a margin around them");
        assert.ok(bytes.readUInt32BE(20) > picture.height, "names stand under the pictures");
        const recipe = await supervisor.client.recipeOf({ image: file });
        assert.deepEqual([recipe?.technique, recipe?.layer], ["feature-grid", "fire2/concat"]);
        assert.equal(recipe?.until === undefined, i === files.length - 1, "the last alone is the whole");
      }
    } finally {
      await remove();
    }
  });

  it("are saved frame by frame in a new folder beside the photo, under a name that is not taken", async () => {
    const { dreams } = await glassbox();
    const { paths, remove } = await copies(image());
    try {
      const [photo] = paths as [string];
      const panel = dreams.show(
        { technique: "deep-dream", model: model(), image: photo, parameters: small, seed: 1 },
        true,
      );
      await ended(panel, "finished");
      const suggestedIn = async () => {
        let suggested = "";
        const leave = ({ defaultUri }: vscode.SaveDialogOptions) => void (suggested = defaultUri?.fsPath ?? "");
        const save = () => panel.calls.saveFrames({ frame: panel.run.newest!.id }, patient);
        assert.equal(await answering({ showSaveDialog: leave }, save), false);
        return suggested;
      };
      const first = await suggestedIn();
      assert.equal(dirname(first), dirname(photo));
      assert.match(basename(first), new RegExp(`^${parse(photo).name} deep-dream .*frames$`));
      assert.deepEqual(
        await readdir(dirname(photo)),
        [basename(photo)],
        "nothing is made as long as nothing is chosen",
      );
      await mkdir(first);
      assert.equal(await suggestedIn(), `${first} 2`);
    } finally {
      await remove();
    }
  });

  it("change the photo step by step, and end with a recipe", async () => {
    const panel = await show();
    await ended(panel, "finished", "failed");
    assert.equal(panel.run.failure, undefined);
    const frames = panel.run.film.all;
    assert.equal(frames.at(-1)?.done, 3);
    assert.notDeepEqual(frames.at(-1)?.frame.picture.pixels, frames[0]?.frame.picture.pixels);
    assert.deepEqual(panel.run.recipe?.parameters, { ...panel.run.recipe?.parameters, ...small });
    assert.equal(panel.run.recipe?.seed, 1);
  });

  it("that pause and go on give the picture that they would have given", async () => {
    const whole = await show();
    await ended(whole, "finished");
    const halting = await show();
    await until("two steps are done", () => (halting.run.newest?.done ?? 0) >= 1, 40_000);
    await halting.calls.pause(undefined, patient);
    await halting.calls.resume({}, patient);
    await ended(halting, "finished", "failed");
    assert.deepEqual(halting.run.newest?.frame.picture.pixels, whole.run.newest?.frame.picture.pixels);
  });

  it("are kept over the end of a window, and go on", async () => {
    const { dreams } = await glassbox();
    const panel = await show({ octaves: 1, steps: 40 });
    await until("a frame is there", () => panel.run.newest !== undefined, 40_000);
    await panel.calls.pause(undefined, patient);
    const { settings } = panel;
    const done = panel.run.newest?.done;
    // Another window has nothing but the state and the files.
    const id = await idOf(panel);
    const again = vscode.window.createWebviewPanel("glassbox.dream", "Dream", vscode.ViewColumn.Active);
    await dreams.deserializeWebviewPanel(again, { panel: { id, settings } });
    const restored = dreams.all.find((one) => one.panel === again);
    assert.ok(restored);
    assert.equal(restored.run.phase, "paused");
    assert.equal(restored.run.newest?.done, done);
    await restored.calls.resume({}, patient);
    await until("it goes on", () => (restored.run.newest?.done ?? 0) > (done ?? 0), 40_000);
    await restored.calls.stop(undefined, patient);
  });

  it("are kept where the next window finds them, though the one before has not ended yet", async () => {
    const { dreams } = await glassbox();
    assert.match(
      dreams.folder,
      /[\\/]globalStorage[\\/]/,
      "a workspace's own folder is another one as long as it is locked",
    );
  });

  it("keep the frame that a page looks at, however long the film grows", async () => {
    const panel = await show();
    await ended(panel, "finished");
    const { film, newest } = panel.run;
    let last = newest!;
    const grow = (steps: number) => {
      for (const end = last.done + steps; last.done < end;)
        last = film.add({ ...last.frame, done: last.done + 1 }, last);
    };
    const id = last.id + 7;
    grow(20);
    await panel.calls.frame({ frame: id }, patient);
    grow(600);
    assert.ok(film.get(id));
    assert.equal(film.get(id + 1), undefined, "its neighbour is gone");
  });

  it("say why they cannot be", async () => {
    const { dreams } = await glassbox();
    const bad = { technique: "deep-dream", model: model(), image: image(), layer: "no/such", parameters: {}, seed: 0 };
    const panel = dreams.show(bad, true);
    await ended(panel, "failed");
    assert.match(panel.run.failure?.message ?? "", /no\/such/);
    await assert.rejects(panel.calls.chooseModel({ path: "/etc/passwd" }, patient), { name: "Refused" });
    await assert.rejects(panel.calls.usePhoto({ path: "/etc/passwd" }, patient), { name: "Refused" });
    await assert.rejects(panel.calls.savePicture({ frame: 7 }, patient), { name: "Refused" });
  });

  it("that the engine dies of go on from the last frame", async () => {
    const panel = await show({ octaves: 1, steps: 60 });
    const { supervisor } = await glassbox();
    await until("two steps are done", () => (panel.run.newest?.done ?? 0) >= 2, 40_000);
    const { pid } = supervisor.state;
    assert.ok(pid);
    process.kill(pid, "SIGKILL");
    await until("it failed or went on", () => panel.run.phase === "failed" || supervisor.state.pid !== pid);
    const before = panel.run.newest?.done ?? 0;
    if (panel.run.phase === "failed") await panel.calls.resume({}, patient);
    await until("it goes on", () => (panel.run.newest?.done ?? 0) > before, 40_000);
    const dones = panel.run.film.line(panel.run.newest?.id).map(({ done }) => done);
    assert.deepEqual(
      dones,
      [...new Set(dones)].sort((a, b) => a - b),
      "no step is made twice",
    );
    await panel.calls.stop(undefined, patient);
  });

  it("are asked about with what they were made with, whatever is chosen by now", async () => {
    const panel = await show();
    await ended(panel, "finished");
    const frame = panel.run.newest!.id;
    panel.change({ ...panel.settings, technique: "class-visualization", image: sample("cat-chelsea.png") });
    const { original } = await panel.calls.explained({ frame }, patient);
    assert.match(original?.top[0]?.label ?? "", /espresso|cup|coffee/);
    const { dreams } = await glassbox();
    panel.change({ ...panel.settings, layer: "conv1" });
    await panel.calls.visualizeChannel({ frame, channel: 3 }, patient);
    const made = dreams.all.find((one) => one !== panel)!;
    assert.deepEqual([made.settings.layer, made.settings.channel], [panel.run.newest!.recipe!.layer, 3]);
    assert.notEqual(made.settings.layer, "conv1");
    await made.calls.stop(undefined, patient);
  });

  it("are explained beside their photo, and leave no file behind", async () => {
    const { dreams } = await glassbox();
    const panel = await show();
    await ended(panel, "finished");
    const frame = panel.run.newest!.id;
    const { result, original } = await panel.calls.explained({ frame }, patient);
    assert.match(original?.top[0]?.label ?? "", /espresso|cup|coffee/);
    assert.equal(result.top.length, 3);
    for (const { png } of [result, original!]) assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from("PNG")]);
    assert.notDeepEqual(result.png, original?.png);
    const left = await readdir(dreams.folder);
    assert.deepEqual(left.filter((name) => name.endsWith(".png")), []); // prettier-ignore
  });

  it("take another's settings from its picture", async () => {
    const { paths, remove } = await copies(image());
    try {
      const { supervisor } = await glassbox();
      const panel = await show();
      await ended(panel, "finished");
      const kept = panel.run.newest!;
      const png = await supervisor.client.pictureFile({ picture: kept.frame.picture, recipe: panel.run.recipe! });
      const file = vscode.Uri.file(join(paths[0]!, "..", "dream.png"));
      await vscode.workspace.fs.writeFile(file, png);
      assert.ok((await readFile(file.fsPath)).length > 1000);
      const recipe = await supervisor.client.recipeOf({ image: file.fsPath });
      assert.deepEqual(recipe, panel.run.recipe);
    } finally {
      await remove();
    }
  });
});

describe("Commands that make pictures", function () {
  this.timeout(60_000);
  const layer = () => ({ model: sample("squeezenet1.1.onnx"), layer: "fire5/concat" });
  // A photo that was looked at before would be the one that is meant.
  beforeEach(async () => (await glassbox()).inside.current.usePhoto(undefined));
  afterEach(closeAll);

  /** What the command's panel is to make. */
  const settingsOf = async (command: string, given: unknown) => {
    const { dreams } = await glassbox();
    const before = new Set(dreams.all);
    await vscode.commands.executeCommand(`glassbox.${command}`, given);
    const [panel] = dreams.all.filter((one) => !before.has(one));
    assert.ok(panel, `${command} opens a panel`);
    assert.notEqual(panel.run.phase, "idle", "and begins");
    await panel.calls.stop(undefined, patient);
    return panel.settings;
  };

  it("take the layer and the channel of the menu that they are chosen from", async () => {
    const channel = await settingsOf("visualizeChannel", { ...layer(), channel: 3 });
    assert.deepEqual(channel, { technique: "neuron-visualization", ...layer(), channel: 3, parameters: {}, seed: 0 });
    const grid = await settingsOf("featureGrid", layer());
    assert.deepEqual(grid, { technique: "feature-grid", ...layer(), parameters: {}, seed: 0 });
  });

  it("take the photo in front where a layer's menu has none", async () => {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(sample("coffee.png")));
    const kept = await settingsOf("invertLayer", layer());
    const common = { ...layer(), image: sample("coffee.png"), parameters: {}, seed: 0 };
    assert.deepEqual(kept, { technique: "inversion", ...common });
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(sample("coffee.png")));
    assert.deepEqual(await settingsOf("caricature", layer()), { technique: "caricature", ...common });
  });

  it("take the current photo where a layer's menu, or the Photo view's own, has none, whatever tab is in front", async () => {
    const { inside } = await glassbox();
    await inside.current.usePhoto(sample("rocket.jpg"));
    try {
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(sample("coffee.png")));
      assert.equal((await settingsOf("invertLayer", layer())).image, sample("rocket.jpg"));
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(sample("coffee.png")));
      assert.equal((await settingsOf("makeTexture", sample("rocket.jpg"))).image, sample("rocket.jpg"));
    } finally {
      await inside.current.usePhoto(undefined);
    }
  });

  it("take the photo of the menu, and leave the layer to the technique", async () => {
    for (const [command, technique] of [
      ["makeTexture", "texture-synthesis"],
      ["caricature", "caricature"],
    ] as const) {
      const { image, layer, ...made } = await settingsOf(command, vscode.Uri.file(sample("rocket.jpg")));
      assert.deepEqual([made.technique, image, layer], [technique, sample("rocket.jpg"), undefined]);
    }
  });
});

/** What the page keeps of its panel. */
async function idOf(panel: DreamPanel): Promise<string> {
  await until("the page is there", () => panel.panel.webview.html !== "");
  const found = /&quot;id&quot;:&quot;([\w-]+)&quot;/.exec(panel.panel.webview.html)?.[1];
  assert.ok(found);
  return found;
}
