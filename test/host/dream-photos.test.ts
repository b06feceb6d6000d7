import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { DreamPanel } from "../../src/host/dream-panel.ts";
import { answering } from "./support/answers.ts";
import { closeAll, copies, explain, glassbox, panelOf, patient, sample, until } from "./support/glassbox.ts";

const model = () => sample("squeezenet1.1.onnx");
/** What is suggested while `save` runs. */
async function suggestedBy(save: () => Promise<unknown>) {
  let suggested = "";
  const showSaveDialog = ({ defaultUri }: vscode.SaveDialogOptions) => void (suggested = defaultUri!.fsPath);
  await answering({ showSaveDialog }, save);
  return suggested;
}

describe("A photo that cannot be read", function () {
  this.timeout(60_000);
  before(glassbox);
  afterEach(closeAll);

  it("shuts out the techniques alone that start from it", async () => {
    const { dreams } = await glassbox();
    const { paths, remove } = await copies(sample("coffee.png"));
    const [image] = paths as [string];
    try {
      await writeFile(image, "no picture");
      const dream = { technique: "deep-dream", model: model(), image, parameters: {}, seed: 0 };
      const panel = dreams.show(dream, false);
      await assert.rejects(panel.subject(patient), { name: "UnreadableFile" });
      const end = new AbortController();
      let told = 0;
      const listening = (async () => {
        for await (const _ of panel.calls.changed(undefined, end.signal)) told++;
      })();
      panel.change({ ...dream, technique: "class-visualization", target: 1 });
      await until("it is told to ask again", () => told === 1);
      const { card, photo } = await panel.subject(patient);
      assert.deepEqual([card.path, photo], [model(), undefined]);
      panel.change(dream);
      await until("it is told once more", () => told === 2);
      await assert.rejects(panel.subject(patient), { name: "UnreadableFile" });
      await rm(image);
      panel.change({ ...dream, technique: "feature-grid" });
      assert.equal((await panel.subject(patient)).photo, undefined);
      end.abort();
      await listening;
    } finally {
      await remove();
    }
  });
});

describe("What a dream's files are called, and where they are suggested,", function () {
  this.timeout(60_000);
  before(glassbox);
  afterEach(closeAll);

  const finished = async (settings: Partial<DreamPanel["settings"]> & { readonly technique: string }) => {
    const { dreams } = await glassbox();
    const panel = dreams.show({ model: model(), parameters: {}, seed: 0, ...settings }, true);
    await until("it is finished", () => ["finished", "failed"].includes(panel.run.phase), 40_000);
    assert.equal(panel.run.failure, undefined);
    return panel;
  };
  const suggestedFor = async ({ calls, run }: DreamPanel) => {
    const frame = run.newest!.id;
    const film = { frame, kind: "webp", framesPerSecond: 10 } as const;
    return [
      await suggestedBy(() => calls.savePicture({ frame }, patient)),
      await suggestedBy(() => calls.saveFilm(film, patient)),
    ] as const;
  };

  it("is the same of picture and film, by the layer that the technique found", async () => {
    const dream = await finished({
      technique: "deep-dream",
      image: sample("coffee.png"),
      parameters: { octaves: 1, steps: 2 },
    });
    const [picture, film] = await suggestedFor(dream);
    const { layer = "" } = dream.run.recipe!;
    assert.equal(basename(picture), `coffee deep-dream ${layer.replaceAll("/", "-")}.png`);
    assert.equal(film, picture.replace(/png$/, "webp"));
    assert.equal(dirname(picture), vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir());
  });

  it("is beside the photo that a fooling image starts from, whatever photo another technique had", async () => {
    const { paths, remove } = await copies(sample("coffee.png"));
    try {
      const parameters = { photo: paths[0]!, steps: 1 };
      const fooling = await finished({
        technique: "fooling-image",
        target: 1,
        image: sample("rocket.jpg"),
        parameters,
      });
      const [picture] = await suggestedFor(fooling);
      assert.deepEqual([dirname(picture), basename(picture)], [dirname(paths[0]!), "coffee fooling-image 1.png"]);
      await writeFile(picture, "");
      await writeFile(picture.replace(/\.png$/, " 2.png"), "");
      const [next, film] = await suggestedFor(fooling);
      assert.deepEqual(
        [basename(next), basename(film)],
        ["coffee fooling-image 1 3.png", "coffee fooling-image 1.webp"],
        "nothing is to be overwritten unasked",
      );
    } finally {
      await remove();
    }
  });
});

describe("The photos that a Dream panel offers", function () {
  this.timeout(60_000);
  before(glassbox);
  afterEach(closeAll);

  it("are others at once where a picture was saved or deleted, in every panel", async () => {
    const { dreams } = await glassbox();
    const settings = { technique: "neuron-visualization", model: model(), layer: "fire3/concat", channel: 2, parameters: { steps: 1, size: 64 }, seed: 0 }; // prettier-ignore
    const [panel, other] = [dreams.show(settings, true), dreams.show(settings, false)];
    const end = new AbortController();
    const offered = { panel: [] as string[], other: [] as string[] };
    const listening = [panel, other].map(async ({ calls }) => {
      for await (const photos of calls.photos(undefined, end.signal))
        offered[calls === panel.calls ? "panel" : "other"] = photos.map(({ path }) => path);
    });
    await until("it is finished", () => ["finished", "failed"].includes(panel.run.phase), 40_000);
    assert.equal(panel.run.failure, undefined);
    const [workspace] = vscode.workspace.workspaceFolders ?? assert.fail("there is none");
    const saved = vscode.Uri.joinPath(workspace!.uri, "just-saved.png");
    const have = (path: string) => [offered.panel, offered.other].map((paths) => paths.includes(path));
    const answers = { showSaveDialog: () => saved, showInformationMessage: () => undefined };
    try {
      await answering(answers, () => panel.calls.savePicture({ frame: panel.run.newest!.id }, patient));
      await until("both offer it", () => !have(saved.fsPath).includes(false));
      assert.ok(await other.calls.usePhoto({ path: saved.fsPath }, patient));
    } finally {
      await vscode.workspace.fs.delete(saved);
    }
    await until("neither does", () => !have(saved.fsPath).includes(true));
    end.abort();
    await Promise.all(listening);
  });
});

describe("A picture of Explain", function () {
  this.timeout(60_000);
  before(glassbox);
  afterEach(closeAll);

  it("is suggested beside its photo, and not in the extension's own folder", async () => {
    const { paths, remove } = await copies(sample("coffee.png"));
    try {
      const folderOf = async (photo: string) => {
        await explain(photo);
        const panel = await panelOf(photo);
        const request = { name: "map", bytes: new Uint8Array(1), kind: "png" } as const;
        return dirname(await suggestedBy(() => panel.calls.savePicture(request, patient)));
      };
      assert.equal(await folderOf(paths[0]!), dirname(paths[0]!));
      const own = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
      assert.equal(await folderOf(sample("coffee.png")), own);
    } finally {
      await remove();
    }
  });

  it("of a sample is suggested in the folder of the model, else in that of the text that is open beside it", async () => {
    const [first, second] = await Promise.all([copies(sample("coffee.png")), copies(sample("coffee.png"))]);
    const [elsewhere, own] = [first, second].map(({ paths: [path = ""] }) => dirname(path)) as [string, string];
    const photo = sample("coffee.png");
    const suggestedIn = async (...open: readonly string[]) => {
      const workspaceFolders = open.map((path) => ({ uri: vscode.Uri.file(path) }));
      const panel = await panelOf(photo);
      const request = { name: "map", bytes: new Uint8Array(1), kind: "png" } as const;
      return withFolders(workspaceFolders, async () =>
        dirname(await suggestedBy(() => panel.calls.savePicture(request, patient))),
      );
    };
    try {
      const note = join(own, "note.md");
      await writeFile(note, "Beside the photo.");
      await vscode.window.showTextDocument(vscode.Uri.file(note));
      await explain(photo);
      assert.equal(await suggestedIn(elsewhere, own), own, "of the text");
      assert.equal(await suggestedIn(elsewhere, dirname(photo), own), dirname(photo), "of the model");
      await closeAll();
      await explain(photo);
      assert.equal(await suggestedIn(elsewhere, own), elsewhere, "the first");
    } finally {
      await Promise.all([first.remove(), second.remove()]);
    }
  });
});

/** As if these were the folders of the workspace: to open more than one begins another window. */
async function withFolders<T>(workspaceFolders: readonly object[], doing: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(vscode.workspace, "workspaceFolders")!;
  Object.defineProperty(vscode.workspace, "workspaceFolders", { configurable: true, value: workspaceFolders });
  try {
    return await doing();
  } finally {
    Object.defineProperty(vscode.workspace, "workspaceFolders", before);
  }
}
