import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, copies, glassbox, sample, seeingThroughCat, until } from "./support/glassbox.ts";

const model = sample("efficientnet-lite0.onnx");

describe("The sidebar's photo and models", function () {
  this.timeout(60_000);
  const never = new vscode.CancellationTokenSource().token;
  const inside = async () => (await glassbox()).inside;

  seeingThroughCat(model);

  describe("Current photo", () => {
    const itemOf = async () => {
      const { photo } = await inside();
      const [path] = photo.getChildren();
      return path === undefined ? undefined : photo.getTreeItem(path);
    };

    it("is named with its place in the folder, and goes through it in both directions", async () => {
      assert.equal((await itemOf())?.label, "cat-chelsea.png");
      assert.equal((await itemOf())?.description, "1 of 3 in samples");
      await vscode.commands.executeCommand("glassbox.nextPhoto");
      assert.equal((await itemOf())?.label, "coffee.png");
      await vscode.commands.executeCommand("glassbox.previousPhoto");
      await vscode.commands.executeCommand("glassbox.previousPhoto");
      assert.equal((await itemOf())?.label, "rocket.jpg");
      await vscode.commands.executeCommand("glassbox.clearPhoto");
      assert.equal(await itemOf(), undefined);
    });

    it("is what is dropped on it, if that is a photo", async () => {
      const { photo, current } = await inside();
      const drop = (...paths: readonly string[]) => {
        const transfer = new vscode.DataTransfer();
        const list = paths.map((path) => vscode.Uri.file(path).toString()).join("\r\n");
        transfer.set("text/uri-list", new vscode.DataTransferItem(list));
        return photo.drop(transfer);
      };
      await drop(model, sample("coffee.png"));
      assert.equal(current.photo, sample("coffee.png"));
      await assert.rejects(drop(model), /is not a photo/);
      assert.equal(current.photo, sample("coffee.png"));
    });

    it("is the one explained last, until a person chooses one", async () => {
      const { current } = await inside();
      await current.usePhoto(undefined);
      for (const name of ["cat-chelsea.png", "rocket.jpg"]) {
        await current.offerPhoto(sample(name));
        assert.equal(current.photo, sample(name));
      }
      await current.usePhoto(sample("rocket.jpg"));
      await current.offerPhoto(sample("cat-chelsea.png"));
      assert.equal(current.photo, sample("rocket.jpg"), "it was chosen, though it was offered before");
      await current.usePhoto(sample("coffee.png"));
    });

    it("is the file whose menu says so, which is told", async () => {
      const { current } = await inside();
      const { setStatusBarMessage } = vscode.window;
      const window = vscode.window as { setStatusBarMessage: unknown }; // for a while it is heard here
      const said: string[] = [];
      window.setStatusBarMessage = (text: string) => said.push(text);
      try {
        await vscode.commands.executeCommand("glassbox.useAsCurrentPhoto", vscode.Uri.file(sample("rocket.jpg")));
        await vscode.commands.executeCommand("glassbox.useAsCurrentPhoto", vscode.Uri.file(sample("coffee.png")));
      } finally {
        window.setStatusBarMessage = setStatusBarMessage;
      }
      assert.equal(current.photo, sample("coffee.png"));
      assert.deepEqual(
        said,
        ["rocket.jpg", "coffee.png"].map((name) => `Glassbox: ${name} is the current photo now.`),
      );
    });

    it("shows itself in its hover", async () => {
      const { photo } = await inside();
      const [path] = photo.getChildren() as [string];
      const item = await photo.resolveTreeItem(await photo.getTreeItem(path), path, never);
      const { value } = item?.tooltip as vscode.MarkdownString;
      assert.match(value, /data:image\/png;base64,/);
      assert.ok(value.length <= 95_000, `${value.length} characters`);
    });
  });

  describe("Models", () => {
    it("lists those on offer, and which are open or cannot be read", async () => {
      const { models, facts } = await inside();
      const paths = (await models.getChildren()).map(({ path }) => path);
      assert.ok(paths.includes(model));
      await vscode.commands.executeCommand("glassbox.openModel", vscode.Uri.file(model));
      await until("it is open", () => models.stateOf(model) === "open");
      await closeAll();
      await until("it is closed", () => models.stateOf(model) === "");
      const copy = await copies(sample("coffee.png"));
      const broken = copy.paths[0]!.replace(/png$/, "onnx"); // one was copied
      await vscode.workspace.fs.copy(vscode.Uri.file(copy.paths[0]!), vscode.Uri.file(broken));
      await assert.rejects(facts.of(broken));
      await until("it is known to be unreadable", () => models.stateOf(broken) === "unreadable");
      await copy.remove();
    });

    it("say which changed since they were read, and which are not trusted", async () => {
      const { models, facts } = await inside();
      const { models: known } = models as unknown as { readonly models: { mayRun(path: string): boolean } }; // private
      const copy = await copies(sample("squeezenet1.1.onnx"));
      const [path] = copy.paths as [string];
      const choice = { path, title: "squeezenet1.1.onnx", where: "opened" } as const;
      const { mayRun } = known;
      try {
        await facts.of(path);
        facts.watch(path);
        assert.equal(models.stateOf(path), "");
        const uri = vscode.Uri.file(path);
        await vscode.workspace.fs.writeFile(uri, await vscode.workspace.fs.readFile(vscode.Uri.file(model)));
        await until("it is known to have changed", () => models.stateOf(path) === "changed");
        const changed = models.getTreeItem(choice);
        assert.match(String(changed.description), /changed/);
        assert.match(typeof changed.tooltip === "string" ? changed.tooltip : "", /changed on disk since it was read/);
        known.mayRun = (asked) => asked !== path && mayRun.call(known, asked);
        const untrusted = models.getTreeItem(choice);
        assert.match(String(untrusted.description), /not trusted/);
        assert.equal((untrusted.iconPath as vscode.ThemeIcon).id, "workspace-untrusted");
        known.mayRun = mayRun;
        await facts.of(path);
        await until("it was read again", () => models.stateOf(path) === "");
      } finally {
        known.mayRun = mayRun;
        await copy.remove();
      }
    });
  });
});
