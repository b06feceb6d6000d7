import assert from "node:assert/strict";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { LayerElement } from "../../src/host/layers-view.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { glassbox, sample, until } from "./support/glassbox.ts";

const ramp = (count: number) => Array.from({ length: count }, (_, i) => ((i * 7) % 11) / 11 - 0.4);
const kernel = (name: string, ins: number, values = ramp(ins * 36)) =>
  w.tensor(name, 1, [4, ins, 3, 3], w.floats(4, values));
const conv = (input: string, weight: string, name: string) =>
  w.node("Conv", [input, weight], [`${name}_out`], { name });

/** conv1, then `middle`, which writes "m", then conv2 and conv3. */
const model = (middle: Uint8Array, ...weights: readonly Uint8Array[]): string =>
  w.file(
    w.model(
      w.graph({
        nodes: [
          conv("x", "k1", "conv1"),
          middle,
          conv("m", "k2", "conv2"),
          w.node("Relu", ["conv2_out"], ["r"], { name: "relu2" }),
          conv("r", "k3", "conv3"),
        ],
        initializers: weights,
        inputs: [w.value("x", [1, 3, 16, 16])],
        outputs: [w.value("conv3_out", [1, 4, 10, 10])],
      }),
      w.opset(8, 1, "acme"),
    ),
    "partly.onnx",
  );
const nothing = w.node("Relu", ["conv1_out"], ["m"], { name: "relu1" });

describe("A model that only partly runs, in the sidebar", function () {
  this.timeout(60_000);
  const never = new vscode.CancellationTokenSource().token;
  const inside = async () => (await glassbox()).inside;
  const all = (elements: readonly LayerElement[]): LayerElement[] =>
    elements.flatMap((e) => [e, ...all([...e.children])]);
  const layers = async () => all(await (await inside()).layers.getChildren());
  const itemOf = async (name: string) => {
    const element = (await layers()).find(({ layer }) => layer === name);
    assert.ok(element, `there is no layer ${name}`);
    const item = (await inside()).layers.getTreeItem(element);
    return { element, item, icon: (item.iconPath as vscode.ThemeIcon).id };
  };
  const hoverOf = async (name: string) => {
    const { item, element } = await itemOf(name);
    const resolved = await (await inside()).layers.resolveTreeItem(item, element, never);
    const { value } = resolved?.tooltip as vscode.MarkdownString;
    return value.replaceAll("&nbsp;", " ").replaceAll("\\", "");
  };
  const look = async (path: string) => {
    const { current } = await inside();
    current.useModel(path);
    await current.usePhoto(sample("cat-chelsea.png"));
  };
  after(async () => {
    const { current } = await inside();
    await current.usePhoto(undefined);
    current.useModel(sample("efficientnet-lite0.onnx"));
  });

  it("lists the layers behind an unknown operator with a warning and the reason", async () => {
    const magic = w.node("Magic", ["conv1_out"], ["m"], { name: "magic", domain: "acme" });
    await look(model(magic, kernel("k1", 3), kernel("k2", 4), kernel("k3", 4)));
    assert.deepEqual(
      (await layers()).map(({ layer }) => layer),
      ["conv1", "magic", "conv2", "conv3"],
    );
    assert.notEqual((await itemOf("conv1")).icon, "warning");
    const { item, icon } = await itemOf("conv2");
    assert.deepEqual([icon, item.description], ["warning", "144 · cannot be computed"]);
    assert.match(item.accessibilityInformation?.label ?? "", /cannot be computed/);
    assert.match(await hoverOf("conv2"), /Magic \(node magic\) could not be understood: it is an operator of acme/);
    const { message } = (await inside()).layers.view;
    assert.match(message ?? "", /^3 of 4 layers cannot be computed\. Magic/);
  });

  it("says why it is not known what a layer sees, where the layer can be computed; else only why it cannot", async () => {
    const equation = w.attribute("equation", 3, w.text(4, "bchw,oc->bohw"));
    const mix = w.node("Einsum", ["conv1_out", "mixing"], ["m"], { name: "mix", attributes: [equation] });
    const mixing = w.tensor("mixing", 1, [4, 4], w.floats(4, ramp(16)));
    await look(model(mix, kernel("k1", 3), mixing, kernel("k2", 4), kernel("k3", 4)));
    assert.match(await hoverOf("conv3"), /Receptive field: not known: where Einsum \(node mix\) looks in its input/);
    const magic = w.node("Magic", ["conv1_out"], ["m"], { name: "magic", domain: "acme" });
    await look(model(magic, kernel("k1", 3), kernel("k2", 4), kernel("k3", 4)));
    assert.doesNotMatch(await hoverOf("conv3"), /Receptive field/);
  });

  it("keeps the layers of a file whose weights are elsewhere, and names what is missing", async () => {
    const gone = (name: string, ins: number) => w.tensor(name, 1, [4, ins, 3, 3], w.external("gone.bin"));
    await look(model(nothing, gone("k1", 3), gone("k2", 4), gone("k3", 4)));
    const { item, icon } = await itemOf("conv2");
    assert.deepEqual([icon, item.description], ["warning", "4 × 12 × 12 · 144 · cannot be computed"]);
    const hover = await hoverOf("conv2");
    assert.match(hover, /Receptive field: 5 × 5 pixels/);
    assert.match(hover, /needs the file "gone\.bin" beside the model.*put it into the model's folder/);
    assert.match((await inside()).layers.view.message ?? "", /^None of its layers can be computed\. .*gone\.bin/);
  });

  it("learns of all layers what is wrong with them from the one that is hovered, and says where NaN begins", async () => {
    const broken = ramp(144).with(5, NaN);
    const path = model(nothing, kernel("k1", 3), kernel("k2", 4, broken), kernel("k3", 4));
    await look(path);
    const { health } = await inside();
    const hover = await hoverOf("conv3");
    assert.match(hover, /4 channels with NaN or infinity/);
    assert.match(hover, /They begin in conv2/);
    await until("all are counted", () => health.of(path, "conv2")?.broken === 1);
    assert.equal(health.of(path, "conv1")?.broken, 0);
    assert.equal(health.of(path, "conv3"), undefined, "the pointer is on it");
    assert.match(await hoverOf("conv2"), /They begin here/);
    assert.equal(health.firstBroken(path, ["conv1", "conv2", "conv3"]), "conv2", basename(path));
  });
});
