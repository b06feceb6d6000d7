// What a file may do to the right half: endless names, weights that layers share, another network under the same names.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { modelPanel } from "../../../src/shared/model-panel.ts";
import type { Handlers } from "../../../src/shared/rpc.ts";
import { tabs } from "../../../webview/model/remembered.ts";
import * as w from "../../fixtures/onnx/writer.ts";
import { until } from "../driver/until.ts";
import { modelHost } from "./model-fake-host.ts";
import type { ModelScenario } from "./model-fake-host.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";

const ramp = (dims: readonly number[]) =>
  Array.from({ length: dims.reduce((product, n) => product * n, 1) }, (_, i) => ((i * 7) % 11) / 11 - 0.4);
const weight = (name: string, ...dims: readonly number[]) => w.tensor(name, 1, dims, w.floats(4, ramp(dims)));
const conv = (input: string, kernel: string, output: string, name = output) =>
  w.node("Conv", [input, kernel], [output], { name });
const file = (name: string, nodes: readonly Uint8Array[], initializers: readonly Uint8Array[]) =>
  w.file(
    w.model(w.graph({ nodes, initializers, inputs: [w.value("x", [1, 3, 16, 16])], outputs: [w.value("y")] })),
    name,
  );

describe("odd files in the model editor, in a browser", function () {
  this.timeout(90_000);
  const views = around(modelHarness);

  const open = async (view: Readonly<Record<string, unknown>>, scenario: ModelScenario): Promise<Page> => {
    const page = await views().open({ width: 1400, height: 860, scenario: { ...scenario, state: { view } } });
    await page.waitForSelector('.model-facts:has-text("MAC")');
    return page;
  };
  const fact = async (page: Page, name: string, text: string) => {
    let said = "";
    const reads = async () =>
      (said = await page.innerText(`.layer-side > .facts .fact:has(dt:text-is("${name}")) dd`)) === text;
    await until(`${name}: ${text}`, reads).catch(() => assert.equal(said, text));
  };

  it("leave room for everything else, however long their names", async () => {
    const long = (name: string) => `${name}_${"z".repeat(1_000_000)}`;
    const model = file(
      "long-names.onnx",
      [
        conv("x", "k", long("conv")),
        w.node("Concat", [long("conv"), long("conv")], [long("cat")], {
          name: long("cat"),
          attributes: [w.attribute("axis", 2, w.int(3, 1))],
        }),
        w.node("Relu", [long("cat")], ["y"], { name: "last" }),
      ],
      [weight("k", 4, 3, 3, 3)],
    );
    const page = await open({ layer: long("conv") }, { model });
    const height = async (selector: string) => (await page.locator(selector).first().boundingBox())?.height ?? NaN;
    for (const tab of tabs) {
      await page.click(`#tab-${tab}`);
      await until("there is something", async () => /\S/.test(await page.innerText(`#panel-${tab}`)));
      const words = (await page.innerText(".side")).length;
      assert.ok(words < 5000, `${tab}: ${words} characters`);
    }
    assert.ok((await height(".heading h2")) < 300);
    views().host.reveal(long("cat"));
    await page.waitForSelector(".heading h2:has-text('cat_')");
    for (const [tab, said] of [
      ["filters", "it has no weights"],
      ["steps", "no convolution and no pooling"],
    ] as const) {
      await page.click(`#tab-${tab}`);
      await page.waitForSelector(`#panel-${tab} .status:has-text("${said}")`);
      assert.ok((await height(`#panel-${tab} .status`)) < 300, tab);
    }
    await page.click("#tab-node");
    await page.click(".node-list [role=option] >> nth=0");
    await page.waitForSelector(".facts .link.value");
    assert.ok((await height(".facts .link.value")) < 300);
    await page.click('header .tool[title="Whole net"]');
    await page.waitForSelector(".net-row >> nth=1");
    assert.ok((await height(".net-name")) < 300);
  });

  it("leave room for everything else, however long the names of operators", async () => {
    const operator = "Z".repeat(200_000);
    const model = file(
      "long-operators.onnx",
      [conv("x", "k", "first"), w.node(operator, ["first"], ["z"], { domain: operator }), w.node("Relu", ["z"], ["y"])],
      [weight("k", 4, 3, 3, 3)],
    );
    const page = await open({ layer: "z" }, { model });
    await page.waitForSelector(".heading .trouble");
    await page.click("#tab-node");
    await page.waitForSelector(".node .trouble");
    for (const place of [".heading", ".node", ".model-facts"]) {
      const { length } = (await page.textContent(place)) ?? "";
      assert.ok(length < 2000, `${place}: ${length} characters`);
    }
  });

  it("are gone through step by step where an operator's map is smaller than its layer's", async () => {
    const model = file(
      "enlarged.onnx",
      [conv("x", "k", "c", "/tail/Conv"), w.node("Resize", ["c", "", "scales"], ["y"], { name: "/tail/Resize" })],
      [weight("k", 2, 3, 3, 3), w.tensor("scales", 1, [4], w.floats(4, [1, 1, 2, 2]))],
    );
    const at = "#panel-steps .step-body > p >> nth=0";
    const page = await open({ layer: "tail", tab: "steps", channel: 1, place: [20, 20] }, { model });
    await until("a place of the operator's", async () => /of channel 1/.test(await page.innerText(at)));
    assert.equal(await page.isVisible("#panel-steps [role=alert]"), false);
    const within = await open({ layer: "tail", tab: "steps", channel: 1, place: [5, 6] }, { model });
    await until("the place that was chosen", async () =>
      (await within.innerText(at)).includes("place 5, 6 of channel 1"),
    );
  });

  it("say with which layer another one shares its weights, and count only what was learned", async () => {
    const model = file(
      "shared.onnx",
      [
        conv("x", "k", "first"),
        conv("first", "twice", "once"),
        conv("once", "twice", "again"),
        w.node("BatchNormalization", ["again", "scale", "bias", "mean", "variance"], ["normed"], { name: "norm" }),
        w.node("Reshape", ["normed", "shape"], ["flat"], { name: "flatten" }),
        w.node("MatMul", ["flat", "m"], ["y"], { name: "classes" }),
      ],
      [
        weight("k", 4, 3, 3, 3),
        weight("twice", 4, 4, 3, 3),
        ...["scale", "bias", "mean"].map((name) => weight(name, 4)),
        w.tensor("variance", 1, [4], w.floats(4, [1, 1, 1, 1])),
        w.tensor("shape", 7, [2], w.bytes(9, new Uint8Array(BigInt64Array.of(1n, -1n).buffer))),
        weight("m", 400, 10),
      ],
    );
    const page = await open({ layer: "once" }, { model });
    await fact(page, "Parameters", "144 (3.4\u00a0%)");
    views().host.reveal("again");
    await fact(page, "Parameters", "8 (0.19\u00a0%) and 144 shared with once");
    await page.click("#tab-node");
    await page.click(".node-list [role=option] >> text=BatchNormalization");
    await fact(page, "Parameters", "8 (0.19\u00a0%)");
    const plain = file(
      "only-shared.onnx",
      [conv("x", "k", "first"), conv("first", "twice", "once"), conv("once", "twice", "y")],
      [weight("k", 4, 3, 3, 3), weight("twice", 4, 4, 3, 3)],
    );
    const other = await open({ layer: "y" }, { model: plain });
    await fact(other, "Parameters", "144 shared with once");
    await fact(other, "Filters", "not looked at yet");
    await other.click('.facts .fact:has(dt:text-is("Filters")) .value');
    await other.waitForSelector('#tab-filters[aria-selected="true"]');
    await other.waitForSelector('.facts .fact:has(dt:text-is("Filters")) .value:not(:text("not looked at yet"))');
    const shaped = await open({ tab: "node", node: 4 }, { model });
    await shaped.waitForSelector('.node h3:has-text("Reshape")');
    await fact(shaped, "Parameters", "none");
  });

  it("that were replaced, or are looked at where a larger one was, show the place that there is", async () => {
    const net = (name: string, channels: number, size: number) =>
      file(name, [conv("x", "k", "wide"), conv("wide", "l", "y")], [weight("k", channels, 3, size, size), weight("l", 2, channels, 1, 1)]); // prettier-ignore
    const [large, small] = [net("large.onnx", 8, 3), net("small.onnx", 4, 9)].map((model) => modelHost({ model }).handlers); // prettier-ignore
    let now = large!;
    const answers = Object.fromEntries(
      (["card", "anatomy", "structure", "photo", "features", "unit", "contributions", "unitMaps", "seen", "step", "filters"] as const) // prettier-ignore
        .map((call) => [call, (...given: [never, AbortSignal]) => now[call](...given)]),
    ) as Partial<Handlers<typeof modelPanel>>;
    for (const tab of ["unit", "steps"] as const) {
      now = large!;
      const page = await open({ layer: "wide", tab, channel: 7, place: [13, 12] }, { answers });
      const words = tab === "unit" ? "#panel-unit .unit-words" : "#panel-steps .step-body > p >> nth=0";
      const at = tab === "unit" ? "row 13, column 12" : "place 13, 12 of channel 7";
      await until("the place that was kept", async () => (await page.innerText(words)).includes(at));
      now = small!;
      views().host.change("model");
      await until("another place", async () => {
        const text = await page.innerText(words);
        return text !== "" && !text.includes(at) && !(await page.isVisible(`#panel-${tab} [role=alert]`));
      });
      const beyond = await open({ layer: "wide", tab, channel: 2, place: [100, 100] }, { answers });
      await until("the strongest place", async () => (await beyond.innerText(words)) !== "");
      assert.equal(await beyond.isVisible(`#panel-${tab} [role=alert]`), false);
    }
  });

  it("that break while they are looked at are no trouble of the photo", async () => {
    const honest = modelHost({}).handlers;
    let isBroken = false;
    const unless = <A extends unknown[], R>(call: (...given: A) => Promise<R>) => (...given: A): Promise<R> =>
      isBroken ? Promise.reject(new Error("It ends 12 bytes early.")) : call(...given); // prettier-ignore
    const answers = {
      card: unless(honest.card),
      structure: unless(honest.structure),
      photo: unless(honest.photo),
      features: unless(honest.features),
    };
    const page = await open({ tab: "maps", layer: "conv1" }, { answers });
    await page.waitForSelector("figure.large:not([hidden])");
    isBroken = true;
    views().host.change("model");
    await page.waitForSelector('.refusal:has-text("It ends 12 bytes early.") >> text=Try again');
    await page.waitForSelector('.maps-message:has-text("The network does not run any more") >> text=its last maps');
    assert.equal(await page.locator(".maps-message vscode-button").count(), 0);
    await page.click('header .tool[title="Whole net"]');
    await page.waitForSelector('.net-message:has-text("The network does not run")');
    assert.equal(await page.locator(".net-message vscode-button").count(), 0, "another photo is no help");
    isBroken = false;
    await page.click(".refusal >> text=Try again");
    await page.waitForSelector(".net-message", { state: "hidden" });
  });
});
