import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { commands, type QuickPickOptions } from "vscode";
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

describe("A model's name", function () {
  this.timeout(30_000);
  afterEach(closeAll);

  it("is the one that stands beside it, as its panel has it, else its file's", async () => {
    const { paths, remove } = await copies(sample("squeezenet1.1.onnx"));
    const [model = ""] = paths;
    const beside = model.replace(/onnx$/, "glassbox.json");
    const asked = async () => {
      let title = "";
      const showQuickPick = (_: unknown, options: QuickPickOptions) => void (title = options.title ?? "");
      await answering({ showQuickPick }, async () => commands.executeCommand("glassbox.foolNetwork"));
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
