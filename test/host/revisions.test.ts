import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, cp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { LocalCopies } from "../../src/host/local-copies.ts";
import { commitThrice, noGit, repository, type Repository } from "../fixtures/repository.ts";
import { closeAll, glassbox, sample, until } from "./support/glassbox.ts";

interface Git {
  readonly enabled: boolean;
  getAPI(version: 1): {
    openRepository(root: vscode.Uri): Promise<unknown>;
    toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
  };
}

/** Where the built-in network has its first weights. */
const firstWeights = 2_058_552;

/** The same network with one other weight. */
async function changeWeight(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeFloatLE(bytes.readFloatLE(firstWeights) + 1, firstWeights);
  await writeFile(path, bytes);
}

/** What the report in front was made of. */
async function report(): Promise<string> {
  const front = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isReport = () => {
    const input = front();
    return input instanceof vscode.TabInputCustom && input.viewType === "vscode.markdown.preview.editor";
  };
  await until("a report is in front", isReport, 30_000);
  const { uri } = front() as vscode.TabInputCustom; // waited for
  return (await vscode.workspace.openTextDocument(uri)).getText();
}

/** Both sides of VS Code's diff editor, which must show them. */
async function openDiff(a: vscode.Uri, b: vscode.Uri): Promise<void> {
  const { editors } = (await glassbox()).inside;
  await vscode.commands.executeCommand("vscode.diff", a, b);
  await until("both sides are shown", () => editors.all.filter(({ panel }) => panel.visible).length === 2, 30_000);
}

describe("VS Code's diff editor of models", function () {
  this.timeout(90_000);
  let repo: Repository;
  const inFolder = (name: string) => join(repo.folder, name);
  const set = async (settings: Readonly<Record<string, unknown>>) => {
    for (const [name, value] of Object.entries(settings))
      await vscode.workspace.getConfiguration("git").update(name, value, vscode.ConfigurationTarget.Global);
  };
  const extension = async () => vscode.extensions.getExtension<Git>("vscode.git")!.activate();
  const api = async () => (await extension()).getAPI(1);

  before(async function () {
    if (noGit !== undefined) {
      console.log(`    skipped: ${noGit}`);
      this.skip();
    }
    await glassbox();
    repo = repository();
    await copyFile(sample("squeezenet1.1.onnx"), inFolder("net.onnx"));
    repo.git("add", "net.onnx");
    repo.git("commit", "--quiet", "--message=first");
    await changeWeight(inFolder("net.onnx"));
    await set({ enabled: true, openRepositoryInParentFolders: "always" });
    await until("git is switched on", async () => (await extension()).enabled);
    assert.ok(await (await api()).openRepository(vscode.Uri.file(repo.folder)), "the repository is open");
  });
  afterEach(closeAll);
  after(async () => {
    if (noGit !== undefined) return;
    await set({ enabled: undefined, openRepositoryInParentFolders: undefined });
    await rm(repo.folder, { recursive: true, force: true });
  });

  it("of two revisions leads to a report of what changed", async () => {
    const now = vscode.Uri.file(inFolder("net.onnx"));
    await openDiff((await api()).toGitUri(now, "HEAD"), now);
    await vscode.commands.executeCommand("glassbox.compareShown", now);
    const text = await report();
    assert.match(text, /^# net\.onnx \(HEAD\) ↔ net\.onnx\n/);
    assert.match(text, /1 of 39 layers differs: 1 with other weights/);
    assert.match(text, /\| conv1 +\| weights +\|[^|]+\| 1 +\|/);
  });

  it("of two old revisions tells each side what differs in it, and is what the report is about", async () => {
    const now = vscode.Uri.file(inFolder("small.onnx"));
    const [first, second, third] = commitThrice(repo, "small.onnx");
    const { toGitUri } = await api();
    const name = (commit: string) => `small.onnx (${commit.slice(0, 8)})`;
    await openDiff(toGitUri(now, first), toGitUri(now, second));
    const { editors } = (await glassbox()).inside;
    const told = () => editors.all.map(({ document, compared }) => ({ uri: document.uri, ...compared.value.compared }));
    await until("both are compared", () => told().every(({ summary }) => summary !== undefined), 30_000);
    const sides = [first, second].map((commit) =>
      told().find(({ uri }) => uri.toString() === toGitUri(now, commit).toString()),
    );
    assert.deepEqual(
      sides.map((side) => [side?.with, side?.parts?.map((part) => [part.name, part.change])]),
      [
        [name(second), [["second", "weights"]]],
        [name(first), [["second", "weights"]]],
      ],
    );
    await vscode.commands.executeCommand("glassbox.compareShown", toGitUri(now, second));
    const text = await report();
    assert.ok(text.startsWith(`# ${name(first)} ↔ ${name(second)}\n`), text.slice(0, 100));
    assert.doesNotMatch(text, new RegExp(third.slice(0, 8)));
    assert.match(text, /1 of 4 layers differs: 1 with other weights/);
    assert.match(text, /\| second +\| weights +\|[^|]+\| 1 +\|/);
  });

  it("of two files leads to a report of those two", async () => {
    const [a, b] = [inFolder("before.onnx"), inFolder("after.onnx")];
    await cp(sample("squeezenet1.1.onnx"), a);
    await cp(inFolder("net.onnx"), b);
    const [left, right] = [vscode.Uri.file(a), vscode.Uri.file(b)];
    await openDiff(left, right);
    await vscode.commands.executeCommand("glassbox.compareShown", right);
    const text = await report();
    assert.match(text, /^# before\.onnx ↔ after\.onnx\n/);
    assert.match(text, /1 of 39 layers differs: 1 with other weights/);
  });

  it("of two files tells each side what differs in it, and forgets it with the diff editor", async () => {
    const [a, b] = [inFolder("before.onnx"), inFolder("after.onnx")];
    await openDiff(vscode.Uri.file(a), vscode.Uri.file(b));
    const { editors } = (await glassbox()).inside;
    const told = () =>
      editors.all.map(({ document, compared }) => ({ name: document.name, ...compared.value.compared }));
    await until("both are compared", () => told().every(({ summary }) => summary !== undefined), 30_000);
    assert.deepEqual(
      told()
        .map(({ name, with: other, parts }) => [name, other, parts?.map((part) => [part.name, part.change])])
        .sort(),
      [
        ["after.onnx", "before.onnx", [["conv1", "weights"]]],
        ["before.onnx", "after.onnx", [["conv1", "weights"]]],
      ],
    );
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(a));
    await until("one is alone", () => editors.all.length === 1 && editors.all[0]?.panel.visible === true, 30_000);
    assert.deepEqual(editors.all[0]?.compared.value, {});
  });

  it("of two files is not what a comparison with the last commit is about", async () => {
    const now = vscode.Uri.file(inFolder("net.onnx"));
    await cp(sample("squeezenet1.1.onnx"), inFolder("other.onnx"));
    await openDiff(vscode.Uri.file(inFolder("other.onnx")), now);
    await vscode.commands.executeCommand("glassbox.compareWithHead", now);
    assert.match(await report(), /^# net\.onnx \(HEAD\) ↔ net\.onnx\n/);
  });

  it("of two revisions is what it is about", async () => {
    const now = vscode.Uri.file(inFolder("net.onnx"));
    await openDiff((await api()).toGitUri(now, "HEAD"), now);
    await vscode.commands.executeCommand("glassbox.compareWithHead", undefined);
    assert.match(await report(), /^# net\.onnx \(HEAD\) ↔ net\.onnx\n/);
  });

  it("is what the command in its title is for: elsewhere it says so and does nothing", async () => {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(inFolder("net.onnx")));
    const { editors } = (await glassbox()).inside;
    await until("the editor is there", () => editors.isOpen(inFolder("net.onnx")));
    await vscode.commands.executeCommand("glassbox.compareShown", vscode.Uri.file(inFolder("net.onnx")));
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof vscode.TabInputCustom && input.viewType === "glassbox.model");
  });

  it("is not meant where one model is in front: that is compared with its last commit", async () => {
    const { editors } = (await glassbox()).inside;
    const path = inFolder("net.onnx");
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(path));
    await until("the editor is there", () => editors.isOpen(path));
    await vscode.commands.executeCommand("glassbox.compareWithHead", vscode.Uri.file(path));
    assert.match(await report(), /^# net\.onnx \(HEAD\) ↔ net\.onnx\n/);
  });

  it("has a copy of an old revision that never was in this process as a whole", async () => {
    const bytes = 2 ** 27;
    await writeFile(inFolder("large.onnx"), "x");
    await truncate(inFolder("large.onnx"), bytes);
    repo.git("-c", "core.bigFileThreshold=1m", "add", "large.onnx");
    repo.git("commit", "--quiet", "--message=large");
    const old = (await api()).toGitUri(vscode.Uri.file(inFolder("large.onnx")), "HEAD");
    const copies = new LocalCopies();
    const held = () => process.memoryUsage().external;
    const before = held();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, held() - before)), 5);
    try {
      const file = await copies.of(old);
      assert.equal((await stat(file.path)).size, bytes);
      assert.ok(most < bytes / 2, `${most} bytes were held`);
      file.dispose();
      await until("the copy is gone", () => !existsSync(dirname(file.path)));
    } finally {
      clearInterval(watch);
      copies.dispose();
    }
  });

  it("has what is staged, and says which revision is not there", async () => {
    const now = vscode.Uri.file(inFolder("staged.onnx"));
    const copies = new LocalCopies();
    try {
      await writeFile(now.fsPath, "first");
      repo.git("add", "staged.onnx");
      await writeFile(now.fsPath, "second");
      const staged = await copies.of((await api()).toGitUri(now, ""));
      assert.equal(await readFile(staged.path, "utf8"), "first");
      await assert.rejects(copies.of((await api()).toGitUri(now, "no-such-revision")));
    } finally {
      copies.dispose();
    }
  });
});
