import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { floatsOf } from "../../../src/engine/inside/floats.ts";
import { weightValues } from "../../../src/engine/inside/weights.ts";
import { until } from "../driver/until.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import { modelHost, samples } from "./model-fake-host.ts";

const unaborted = new AbortController().signal;
const weightOf = async (weight: string) =>
  floatsOf(await weightValues({ model: join(samples, "squeezenet1.1.onnx"), weight }, unaborted)).data;

describe("the model editor's inspector in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);

  const calls = (name: string) => views().asked.filter(({ call }) => call === name);
  const open = async (view: Readonly<Record<string, unknown>>): Promise<Page> => {
    const page = await views().open({ scenario: { state: { view } } });
    await page.waitForSelector('.model-facts:has-text("MAC")');
    return page;
  };
  const weights = async (layer: string): Promise<Page> => {
    const page = await open({ tab: "weights", layer });
    await page.waitForSelector(".cells td[tabindex='0']");
    return page;
  };
  const says = (page: Page, selector: string, text: string) =>
    page.waitForSelector(`${selector}:text-is("${text}")`, { timeout: 15000 });
  const readout = async (page: Page) =>
    /^\[([\d, ]+)\] = (.*)$/.exec((await page.innerText(".readout")).replaceAll("−", "-"));
  const fact = (page: Page, name: string) =>
    page.innerText(`#panel-weights .fact:has(dt:text-is("${name}")) dd .value`);

  it("says above a layer's facts why it cannot be computed, and which of them are not known", async () => {
    const card = await views().host.handlers.card(undefined, unaborted);
    const trouble = "Magic (node odd) could not be understood.";
    const { shape: _, ...bare } = card.layers[1]!; // a network has layers
    const layers = card.layers.with(1, { ...bare, shape: undefined, trouble });
    const answers = { card: () => Promise.resolve({ ...card, layers }) };
    const page = await views().open({ scenario: { answers, state: { view: { layer: bare.name } } } });
    await says(page, ".heading .trouble", `It cannot be computed. ${trouble}`);
    await page.waitForSelector('.facts :text-is("MaxPool")');
    assert.match(await page.innerText(".facts"), /Cost\s+not known\s+Memory\s+not known\s+Receptive field\s+not known/);
  });

  it("says why a layer's receptive field is not known, where the layer is computed all the same", async () => {
    const [first, ...rest] = await views().host.handlers.anatomy(undefined, unaborted);
    const why = "where Magic looks in its input is not known";
    const answers = { anatomy: () => Promise.resolve([{ ...first!, field: { why } }, ...rest]) };
    const page = await views().open({ scenario: { answers, state: { view: { layer: first!.layer } } } });
    await page.waitForSelector(`.facts .fact:has(dt:text-is("Receptive field")):has-text("not known ${why}")`);
    assert.equal(await page.isVisible('.facts dt:text-is("Centre")'), false);
  });

  it("tells the same of layers and of nodes, in one table", async () => {
    const page = await open({ layer: "conv1" });
    const table = ".layer-side > .facts";
    const names = () => page.locator(`${table} dt`).allInnerTexts();
    const common = [
      "Operator",
      "Attributes",
      "Input",
      "Output",
      "Parameters",
      "Cost",
      "Memory",
      "Receptive field",
      "Centre",
    ];
    await page.waitForSelector(`${table} dt:text-is("Centre")`);
    assert.deepEqual(await names(), [...common, "Dead channels", "Filters"]);
    const text = async () => (await page.innerText(table)).replace(/\s+/g, " ");
    const told =
      /Attributes 3 × 3, stride 2 Input 3 × 224 × 224 float32 Output 64 × 111 × 111 float32 Parameters 1\.79 k .*Cost 21\.3 MMAC .*Memory 3\.15 MB Receptive field 3 × 3, step 2 Centre 1, 1/;
    assert.match(await text(), told);
    await page.click('[role=tab]:text-is("Node")');
    await page.click(".node-list [role=option] >> text=Conv");
    await page.waitForSelector(`${table} dt:text-is("Layer")`);
    await page.waitForSelector(`${table} dt:text-is("Centre")`);
    assert.deepEqual(await names(), [...common, "Layer"]);
    assert.match(await text(), /Operator Conv Attributes .*strides 2, 2/);
    assert.match(await text(), /Input 3 × 224 × 224 float32 Output 64 × 111 × 111 float32 Parameters 1\.79 k/);
    assert.match(await text(), /Cost 21\.[34] MMAC .*Memory 3\.15 MB Receptive field 3 × 3, step 2 Centre 1, 1/);
  });

  it("has a layer's attributes as the file has them where there are no shorter words", async () => {
    const structure = await views().host.handlers.structure(undefined, unaborted);
    const bare = structure.nodes.map((node) => ({ ...node, detail: "" }));
    const page = await views().open({
      scenario: {
        answers: { structure: () => Promise.resolve({ ...structure, nodes: bare }) },
        state: { view: { layer: "fire2/concat" } },
      },
    });
    const row = '.layer-side > .facts div:has(dt:text-is("Attributes"))';
    await page.waitForSelector(`${row}:has-text("axis 1")`);
    const place = structure.nodes.findIndex(({ op }) => op === "Concat"); // fire2's
    const filled = { ...structure.nodes[place]!, op: "ConstantOfShape", detail: "", settings: "value int64 [1]" };
    const several = { ...structure, nodes: structure.nodes.toSpliced(place, 0, filled) };
    const two = await views().open({
      scenario: {
        answers: { structure: () => Promise.resolve(several) },
        state: { view: { layer: "fire2/concat" } },
      },
    });
    await two.waitForSelector(`${row}:has-text("ConstantOfShape value int64 [1] · Concat axis 1")`);
    const loading = await views().open({
      scenario: {
        answers: { structure: (_, signal) => new Promise((_done, fail) => signal.addEventListener("abort", fail)) },
        state: { view: { layer: "fire2/concat" } },
      },
    });
    await loading.waitForSelector(`${row}:has-text("…")`);
  });

  it("lists a layer's weights and counts their numbers as they are", async () => {
    const page = await weights("conv1");
    const values = await weightOf("conv1_w_0");
    assert.deepEqual(await page.locator(".weight-list [role=option]").allInnerTexts(), [
      "conv1_w_0\n64 × 3 × 3 × 3",
      "conv1_b_0\n64",
    ]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const near = async (name: string, value: number) => {
      const shown = Number((await fact(page, name)).replace("−", "-"));
      assert.ok(Math.abs(shown - value) <= Math.abs(value) * 0.006, `${name}: ${shown}, not ${value}`);
    };
    await near("Least", Math.min(...values));
    await near("Greatest", Math.max(...values));
    await near("Mean", mean);
    await near("Deviation", deviation);
    assert.equal(await fact(page, "Numbers"), "1,728");
    assert.equal(await fact(page, "NaN"), "0");
    await page.focus(".weight-list [aria-selected=true]");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.weight-list [aria-selected="true"]:has-text("conv1_b_0")');
    await says(page, "#panel-weights .fact .value", "64");
  });

  it("reads every bar of the histogram by the keys", async () => {
    const page = await weights("conv1");
    await page.focus(".histogram");
    let sum = 0;
    await page.keyboard.press("Home");
    for (let i = 0; i < 64; i++) {
      sum += Number((await page.innerText(".histogram-line")).replace(/^.*: /, "").replaceAll(",", ""));
      await page.keyboard.press("ArrowRight");
    }
    assert.equal(sum, 1728);
    assert.match((await page.getAttribute(".histogram", "aria-label")) ?? "", /from −0\.\d+ to 0\.\d+/);
  });

  it("shows any slice of a weight, each number at its own place", async () => {
    const page = await weights("conv1");
    const values = await weightOf("conv1_w_0");
    const fields = page.locator(".stepper");
    assert.match(await page.innerText("label:has(.stepper) >> nth=0"), /^Axis 0\s+\(0 to 63\)$/);
    await fields.nth(0).fill("5");
    await fields.nth(0).press("Enter");
    await fields.nth(1).focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.waitForSelector('.weight-table[data-status="ready"] .readout:text("[5, 2,")');
    await page.focus(".cells td[tabindex='0']");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const said = await readout(page);
    assert.equal(said?.[1], "5, 2, 1, 2");
    const expected = values[((5 * 3 + 2) * 3 + 1) * 3 + 2];
    assert.equal(Math.fround(Number(said?.[2])), expected);
    await page.keyboard.press("ArrowRight");
    assert.equal((await readout(page))?.[1], "5, 2, 1, 2", "there is nothing beyond the last column");
  });

  it("goes through a long vector page by page, copies one, and saves all", async () => {
    const page = await weights("conv10");
    const values = await weightOf("conv10_b_0");
    await page.click('.weight-list [role=option]:has-text("conv10_b_0")');
    await page.waitForSelector('.pager:has-text("numbers 0 to 383 of 1,000")');
    await page.waitForSelector(".cells tbody tr:nth-child(32)");
    await page.focus(".cells td[tabindex='0']");
    await page.keyboard.press("PageDown");
    await page.waitForSelector('.pager:has-text("numbers 384 to 767 of 1,000")');
    await page.waitForSelector('.readout:text("[384]")');
    await page.keyboard.press("ArrowUp");
    await page.waitForSelector('.readout:text("[372]")'); // the line above, on the page before
    const said = await readout(page);
    assert.equal(Math.fround(Number(said?.[2])), values[372]);
    await page.click('[aria-label="Next numbers"]');
    await page.waitForSelector('.readout:text("[756]")'); // the chosen cell stays where it was on the page
    assert.match(await page.evaluate<string>("document.activeElement.title"), /Next numbers/);
    await page.click("text=Copy page");
    await until("it is copied", () => calls("copyText").length > 0);
    const text = String(calls("copyText").at(-1)?.params["text"]);
    const copied = text.split("\n").flatMap((line) => line.split("\t").map((cell) => Math.fround(Number(cell))));
    assert.deepEqual(copied, [...values.slice(384, 768)]);
    await page.click("text=Save as .npy…");
    await page.waitForSelector(".notice:has-text('Saved conv10_b_0.npy.')");
    assert.deepEqual(calls("saveWeight").at(-1)?.params, { weight: "conv10_b_0", name: "conv10_b_0.npy" });
  });

  it("shows weights that are not finite as what they are", async () => {
    const honest = modelHost({}).handlers;
    const page = await views().open({
      scenario: {
        state: { view: { tab: "weights", layer: "conv1" } },
        answers: {
          weight: async (params, signal) => ({ ...(await honest.weight(params, signal)), nan: 2, infinite: 1 }),
          weightTable: (params) =>
            Promise.resolve({
              dtype: "float32",
              shape: [3, 3],
              data: Float32Array.of(NaN, Infinity, -Infinity, 0, 1, 2, 3, 4, params.columns[1]),
            }),
        },
      },
    });
    await page.waitForSelector(".cells .odd");
    assert.deepEqual(await page.locator(".cells .odd").allInnerTexts(), ["NaN", "∞", "−∞"]);
    assert.equal(await page.locator("#panel-weights .fact.warning").count(), 2);
  });

  it("shows and copies weights with every figure of their own type", async () => {
    const pages = [
      { dtype: "float64", shape: [1, 2], data: Float64Array.of(1.0000000001, 1e300) },
      { dtype: "int64", shape: [1, 2], data: BigInt64Array.of(16777217n, 9223372036854775807n) },
    ] as const;
    for (const [i, figures] of [
      ["1.0000000001", "1e+300"],
      ["16777217", "9223372036854775807"],
    ].entries()) {
      const page = await views().open({
        scenario: {
          state: { view: { tab: "weights", layer: "conv1" } },
          answers: { weightTable: () => Promise.resolve(pages[i]!) },
        },
      });
      await page.waitForSelector(".cells td[tabindex='0']");
      assert.equal((await readout(page))?.[2], figures[0]);
      assert.match((await page.locator(".cells td").allInnerTexts()).join(" "), [/1 1\.00×10³⁰⁰$/, /9\.22×10¹⁸$/][i]!);
      await page.click("text=Copy page");
      await until("it is copied", () => calls("copyText").length === 1);
      assert.equal(calls("copyText")[0]?.params["text"], figures.join("\t"));
    }
  });

  it("says where a layer has no weights, and why one cannot be read", async () => {
    const page = await open({ tab: "weights", layer: "pool1" });
    await says(page, ".weights .empty", "Nothing was learned here: it has no weights.");
    const message = "squeezenet1.1.onnx: its weights lie outside of the file.";
    const other = await views().open({
      scenario: { refuse: { weight: { name: "Unreadable", message } }, state: { view: { tab: "weights" } } },
    });
    await other.waitForSelector(`text=This weight cannot be read: ${message}`);
    const before = calls("weight").length;
    await other.click(".weights >> text=Try again");
    await other.waitForTimeout(200);
    assert.equal(calls("weight").length, before + 1);
  });

  it("says what a node does, and follows its tensors to other nodes and back to the layer", async () => {
    const page = await open({ tab: "node", layer: "fire2/concat" });
    await page.waitForSelector('.node h3:has-text("Concat")');
    assert.match(await page.innerText(".node .words"), /joins the maps of several branches/);
    const rows = page.locator(".values >> nth=0 >> tbody tr");
    await rows.first().waitFor();
    assert.equal(await rows.count(), 2);
    assert.match(await rows.nth(0).innerText(), /float32 1 × 64 × 55 × 55/);
    const producer = rows.nth(0).locator(".link");
    await producer.focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector('.node h3:has-text("Relu")');
    assert.match(await page.evaluate<string>("document.activeElement.tagName"), /H3/);
    assert.match(await page.innerText(".layer-side > .facts"), /Operator\s*Relu[^]*Layer\s*fire2\/expand1x1/);
    assert.match(await page.innerText(".values >> nth=1"), /Concat/, "it goes to where we came from");
    await page.click('.facts .link:has-text("fire2/expand1x1")');
    await page.waitForSelector('.heading h2:text-is("fire2/expand1x1")');
    await page.waitForSelector(".node-list [role=option]:nth-child(2)");
    await page.click(".node >> text=a weight of the file >> nth=1");
    await page.waitForSelector('.weight-list [aria-selected="true"]:has-text("_b_")');
  });

  it("shows names from a file as text, whatever they are", async () => {
    const honest = modelHost({}).handlers;
    const page = await views().open({
      scenario: {
        state: { view: { tab: "node", node: 0 } },
        answers: {
          node: async (params, signal) => ({
            ...(await honest.node(params, signal)),
            attributes: [{ name: "<b>bold</b>", value: "\u202etxet" }],
          }),
        },
      },
    });
    await page.waitForSelector("text=<b>bold</b>");
    assert.match(await page.innerText(".attributes"), /\\u202etxet/);
  });
});
