import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import * as w from "../../fixtures/onnx/writer.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";

const kernel = (name: string, ins: number, values: readonly number[]) =>
  w.tensor(name, 1, [4, ins, 3, 3], w.floats(4, values));
const ramp = (count: number) => Array.from({ length: count }, (_, i) => ((i * 7) % 11) / 11 - 0.4);
const conv = (input: string, weight: string, name: string) =>
  w.node("Conv", [input, weight], [`${name}_out`], { name });

/** conv1, then conv2, whose numbers are in a file that is not there, and conv3 behind it. */
const model = (): string =>
  w.file(
    w.model(
      w.graph({
        nodes: [conv("x", "k1", "conv1"), conv("conv1_out", "k2", "conv2"), conv("conv2_out", "k3", "conv3")],
        initializers: [
          kernel("k1", 3, ramp(108)),
          w.tensor("k2", 1, [4, 4, 3, 3], w.external("gone.bin")),
          kernel("k3", 4, ramp(144)),
        ],
        inputs: [w.value("x", [1, 3, 16, 16])],
        outputs: [w.value("conv3_out", [1, 4, 10, 10])],
      }),
    ),
    "bare.onnx",
  );

describe("a model without the file of some of its weights, in a browser", function () {
  this.timeout(60_000);
  const views = around(modelHarness);

  const open = (view: Readonly<Record<string, unknown>> = {}): Promise<Page> =>
    views().open({ width: 1400, height: 860, scenario: { model: model(), state: { view } } });
  const box = async (page: Page, name: string) =>
    (await page.locator("#graph-tree [role=treeitem]").allTextContents()).find((text) => text.startsWith(name)) ?? "";

  it("has what cannot be computed marked in the graph, with the file that is missing", async () => {
    const page = await open({ layer: "conv3" });
    await page.waitForSelector("#graph-tree [role=treeitem]", { state: "attached" });
    await page.waitForSelector(".facts .value");
    for (const name of ["conv2", "conv3"]) assert.match(await box(page, name), /k2 needs the file "gone\.bin"/);
    assert.doesNotMatch(await box(page, "conv1"), /gone/);
    await page.getByRole("tab", { name: "Node" }).click();
    await page.waitForSelector('.node .trouble:has-text("gone.bin")');
    await page.locator("#graph-tree [role=treeitem]", { hasText: "conv1" }).dispatchEvent("click");
    await page.waitForSelector('.heading h2:text-is("conv1")');
    assert.equal(await page.locator(".node .trouble").count(), 0);
  });

  it("has them listed beside the table of dead filters, by the reason, and leads to them", async () => {
    const page = await open({ side: "dead" });
    await page.waitForSelector(".dead-table tbody tr", { timeout: 30_000 });
    const list = page.locator(".dead-uncomputed");
    assert.match(await list.innerText(), /2 layers of 3 could not be computed/);
    assert.equal(await list.getAttribute("open"), "", "few stand open");
    const [only, ...more] = await list.locator("li").allInnerTexts();
    assert.deepEqual(more, []);
    assert.match(only ?? "", /gone\.bin.* conv2, conv3$/s);
    assert.deepEqual(await page.locator(".dead-table tbody th").allInnerTexts(), ["conv1"]);
    await list.getByRole("button", { name: "conv3" }).click();
    await page.waitForSelector('.heading h2:text-is("conv3")');
  });
});
