import assert from "node:assert/strict";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { Models } from "../../src/host/models.ts";
import { NetworkStatus } from "../../src/host/network-status.ts";
import { closeAll, sample, until } from "./support/glassbox.ts";

describe("The network in the status bar", function () {
  this.timeout(30_000);
  const { createStatusBarItem } = vscode.window;
  let item: { text: string; tooltip: string; shown: boolean };
  let used: vscode.EventEmitter<void>;
  let models: { used: Models["used"] } & Record<string, unknown>;
  let status: NetworkStatus;
  const open = (path: string) => vscode.commands.executeCommand("vscode.open", vscode.Uri.file(path));

  beforeEach(async () => {
    await closeAll();
    used = new vscode.EventEmitter();
    const byDefault = () => assert.fail("nobody looks for one before there is a question");
    models = { used: undefined, undecided: true, onUsed: used.event, byDefault, nameOf: (path: string) => Promise.resolve(basename(path)) }; // prettier-ignore
    const made: typeof item = (item = { text: "", tooltip: "", shown: false });
    const window = vscode.window as { createStatusBarItem: unknown }; // what it shows is to be seen here too
    window.createStatusBarItem = () =>
      Object.assign(made, { show: () => (made.shown = true), hide: () => (made.shown = false), dispose: () => 0 });
    try {
      status = new NetworkStatus(models as unknown as Models); // as far as it is asked
    } finally {
      window.createStatusBarItem = createStatusBarItem;
    }
  });
  afterEach(async () => {
    status.dispose();
    used.dispose();
    await closeAll();
  });

  it("is named beside a photo, with why it is that one, as soon as it is known", async () => {
    await open(sample("coffee.png"));
    assert.equal(item.shown, false);
    models.used = { path: "/models/own.onnx", why: "first" };
    used.fire();
    await until("it is shown", () => item.shown);
    assert.equal(item.text, "$(circuit-board) Photos: own.onnx");
    assert.match(
      item.tooltip,
      /with own\.onnx \(an image classifier of this workspace\)\. Click to choose another\. With a panel in front/,
    );
    models.used = { path: "/models/$(x).onnx", why: "chosen" };
    used.fire();
    await until("the other one is", () => item.text === "$(circuit-board) Photos: $ (x).onnx");
    assert.match(item.tooltip, /it was chosen in this workspace/);
  });

  it("is looked for beside a panel of ours, once, and then named", async () => {
    let asked = 0;
    models["byDefault"] = () => {
      asked++;
      models.used = { path: "/models/own.onnx", why: "first" };
      used.fire();
      return Promise.resolve("/models/own.onnx");
    };
    await open(sample("coffee.png"));
    assert.equal(asked, 0);
    await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(sample("squeezenet1.1.onnx")), "glassbox.model"); // prettier-ignore
    await until("it is shown", () => item.shown);
    assert.equal(asked, 1);
  });

  it("is not named beside what is no concern of it", async () => {
    models.used = { path: "/models/own.onnx", why: "built in" };
    await open(sample("coffee.png"));
    await until("it is shown", () => item.shown);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: "print(1)" }));
    await until("it is hidden", () => !item.shown);
  });
});
