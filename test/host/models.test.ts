import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { answering } from "./support/answers.ts";
import { closeAll, copies, glassbox, patient, sample, until } from "./support/glassbox.ts";

describe("The built-in models", function () {
  this.timeout(30_000);
  afterEach(closeAll);

  it("are listed by their titles, each with its file beside it", async () => {
    const { inside, panels } = await glassbox();
    const { calls } = panels.show(sample("coffee.png"));
    const builtIn = (await calls.models(undefined, patient)).filter(({ where }) => where === "built in");
    assert.deepEqual(
      builtIn.map(({ path, title }) => [basename(path), title]),
      [
        ["efficientnet-lite0.onnx", "EfficientNet-Lite0"],
        ["squeezenet1.1.onnx", "SqueezeNet 1.1"],
      ],
    );
    for (const model of builtIn) {
      const { label, description } = inside.models.getTreeItem(model);
      assert.deepEqual([label, description], [model.title, `${basename(model.path)} · built in`]);
    }
  });
});

describe("The models of a workspace", function () {
  this.timeout(30_000);
  afterEach(closeAll);

  it("are called as their panels call them in every list, each once, with the file beside that", async () => {
    const [workspace] = vscode.workspace.workspaceFolders ?? assert.fail("there is none");
    const folder = vscode.Uri.joinPath(workspace!.uri, "named");
    const at = (name: string) => vscode.Uri.joinPath(folder, name);
    const write = (name: string, text: string) => vscode.workspace.fs.writeFile(at(name), Buffer.from(text));
    const { inside, panels } = await glassbox();
    const { calls } = panels.show(sample("coffee.png"));
    const here = async () => (await calls.models(undefined, patient)).filter(({ path }) => path.startsWith(folder.fsPath)); // prettier-ignore
    const named = [
      ["The $(trash) Squeezed", join("named", "one.onnx")],
      ["two.onnx", "named"],
    ] as const;
    try {
      await write("one.onnx", "");
      await write("two.onnx", "");
      await write("one.glassbox.json", JSON.stringify({ name: named[0][0] }));
      await until("both are found", async () => (await here()).length === 2);
      assert.deepEqual((await here()).map(({ title, place }) => [title, place]), named); // prettier-ignore
      const tree = (await here()).map((model) => inside.models.getTreeItem(model));
      assert.deepEqual(tree.map(({ label, description }) => [label, description]), named); // prettier-ignore
      for (const command of ["chooseModel", "useModel", "explainWith", "compareModels"]) {
        let listed: unknown[] = [];
        const showQuickPick = (entries: readonly vscode.QuickPickItem[]) =>
          void (listed = entries.flatMap(({ label, description }) =>
            /one|two|Squeezed/.test(label) && !/built/.test(description ?? "") ? [[label, description]] : [],
          ));
        await closeAll(); // what is in front would be meant
        await answering({ showQuickPick }, async () => vscode.commands.executeCommand(`glassbox.${command}`));
        assert.deepEqual(listed, [["The $ (trash) Squeezed", named[0][1]], named[1]], command); // prettier-ignore
      }
    } finally {
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  });
});

describe("A model's name", function () {
  this.timeout(30_000);
  afterEach(closeAll);

  it("is the one that stands beside it, as its panel has it, else its file's", async () => {
    const { paths, remove } = await copies(sample("squeezenet1.1.onnx"));
    const [model = ""] = paths;
    const beside = model.replace(/onnx$/, "glassbox.json");
    const asked = async () => {
      let title = "";
      const showQuickPick = (_: unknown, options: vscode.QuickPickOptions) => void (title = options.title ?? "");
      await answering({ showQuickPick }, async () => vscode.commands.executeCommand("glassbox.foolNetwork"));
      return title;
    };
    const { panels } = await glassbox();
    const { calls, panel } = panels.show(sample("coffee.png"), model);
    try {
      const { card } = await calls.subject(undefined, patient);
      await until("it is in front", () => panel.active);
      assert.deepEqual([card.title, await asked()], ["squeezenet1.1.onnx", "Fool squeezenet1.1.onnx with what?"]);
      await writeFile(beside, JSON.stringify({ name: "The Squeezed" }));
      const named = async () => (await calls.subject(undefined, patient)).card.title === "The Squeezed";
      await until("the panel knows", named);
      assert.equal(await asked(), "Fool The Squeezed with what?");
      await writeFile(beside, "no JSON");
      assert.equal(await asked(), "Fool squeezenet1.1.onnx with what?");
    } finally {
      await remove();
    }
  });
});
