import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, glassbox, panelOf, patient, sample, until } from "./support/glassbox.ts";

const [explained, opened] = [sample("efficientnet-lite0.onnx"), sample("squeezenet1.1.onnx")];
const photo = sample("coffee.png");

describe("The Layers view", function () {
  this.timeout(60_000);
  const inside = async () => (await glassbox()).inside;
  const shows = async (model: string) => {
    const { current } = await inside();
    await until(`the layers are those of ${model}, they are of ${current.model}`, () => current.model === model);
    await new Promise((resolve) => setTimeout(resolve, 700)); // longer than a tab waits for its name
    assert.equal(current.model, model, "and stay so");
  };
  const explainFirst = async () => {
    const { panels } = await glassbox();
    await closeAll();
    panels.show(photo, explained);
    await shows(explained);
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(opened));
    const { editors } = await inside();
    await until("the editor is there", () => editors.isOpen(opened));
    return editors.all.find(({ document }) => document.path === opened)!; // it is open
  };
  afterEach(closeAll);

  it("follows a model that is opened where a photo is explained by another one", async () => {
    await explainFirst();
    await shows(opened);
  });

  it("follows the tab in front, back and forth, also where one is closed", async () => {
    const editor = await explainFirst();
    const explaining = await panelOf(photo);
    explaining.panel.reveal();
    await shows(explained);
    editor.panel.reveal();
    await shows(opened);
    explaining.panel.reveal();
    await shows(explained);
    explaining.panel.dispose();
    await shows(opened);
  });

  it("follows the Dream panel in front, and what that is of from then on", async () => {
    const editor = await explainFirst();
    const { dreams } = await glassbox();
    const dream = { technique: "class-visualization", model: explained, target: 1, parameters: {}, seed: 0 };
    const dreaming = dreams.show(dream, false);
    await shows(explained);
    editor.panel.reveal();
    await shows(opened);
    dreaming.panel.reveal();
    await shows(explained);
    dreaming.change({ ...dream, model: opened });
    await shows(opened);
    (await panelOf(photo)).panel.reveal();
    await shows(explained);
    dreaming.change(dream);
    dreaming.change({ ...dream, model: opened });
    await shows(explained);
  });

  it("stays with the model in front while the photo of a panel behind it becomes another one", async () => {
    const editor = await explainFirst();
    const explaining = await panelOf(photo);
    explaining.usePhoto(sample("rocket.jpg"), Promise.resolve(explained));
    editor.panel.reveal();
    await shows(opened);
  });

  it("is of the model in whose graph a layer is chosen, whatever was looked at meanwhile", async () => {
    const editor = await explainFirst();
    await shows(opened);
    const { current } = await inside();
    current.useModel(explained);
    await editor.calls.looksAt({ layer: "fire5/concat" }, patient);
    assert.equal(current.model, opened);
  });
});
