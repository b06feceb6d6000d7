import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Compared } from "../../../src/shared/model-panel.ts";
import { until } from "../driver/until.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import type { ModelLook } from "./model-harness.ts";

const parts: NonNullable<Compared["parts"]> = [
  { name: "conv1", piece: "layer", change: "weights", words: "other weights" },
  { name: "fire2/expand3x3", piece: "layer", change: "added", words: "Conv, output 1 × 64 × 55 × 55" },
  {
    name: "fire3/squeeze1x1",
    piece: "layer",
    change: "shape",
    words: "output 1 × 16 × 55 × 55 became 1 × 8 × 55 × 55",
  },
  { name: "conv10", piece: "layer", change: "unreadable", words: "weights not readable: in the second, W gone" },
  { name: "a weight that nothing reads", piece: "constant", change: "weights", words: "other weights" },
];
const compared: Compared = { with: "before.onnx", summary: ["4 of 39 layers differ"], parts };

describe("a model in a diff editor, in a browser", function () {
  this.timeout(60_000);
  const views = around(modelHarness);

  const line = (page: Page) => page.locator(".graph-compared");
  const open = async (told: readonly { readonly compared?: Compared }[], look: ModelLook = {}): Promise<Page> => {
    const page = await views().open({
      ...{ width: 1400, height: 860, ...look },
      scenario: {
        answers: {
          async *compared(_, signal) {
            yield* told;
            await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          },
        },
      },
    });
    await page.waitForSelector("#graph-tree [role=treeitem]", { state: "attached" });
    await page.waitForSelector(".facts .value");
    return page;
  };
  const item = (page: Page, key: string) => page.locator(`#graph-tree [data-key="${key}"]`);
  const words = async (page: Page, name: string) =>
    (await page.locator("#graph-tree [role=treeitem]").allTextContents()).find((text) => text.startsWith(name)) ?? "";
  /** Pixels of the graph that have the very colour of a mark in the line below it. */
  const painted = (page: Page, change: string) =>
    page.evaluate<number>(`(() => {
      const mark = document.querySelector('.graph-compared .difference-mark[data-change="${change}"]');
      const [r, g, b] = getComputedStyle(mark).backgroundColor.match(/\\d+/g).map(Number);
      const canvas = document.querySelector(".graph-canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) found++;
      return found;
    })()`);

  it("says nothing of it where there is nothing beside it", async () => {
    const page = await open([{}]);
    assert.equal(await line(page).isVisible(), false);
  });

  it("has its differences marked, and the blocks that hold them, with a line that says what the marks mean", async () => {
    const page = await open([{ compared: { with: "before.onnx" } }, { compared }]);
    await line(page).getByText("4 of 39 layers differ").waitFor();
    const text = (await line(page).innerText()).replaceAll("\n", " ");
    assert.match(text, /Beside before\.onnx/);
    assert.match(text, /≠ 2 changed/);
    assert.match(text, /\+ 1 added: not in before\.onnx/);
    assert.match(text, /\? 1 not comparable/);
    assert.match(text, /1 more without a box/);
    assert.match(await words(page, "conv1,"), /Changed beside before\.onnx: other weights\./);
    assert.match(await words(page, "fire2"), /1 layer in it is added\./);
    assert.match(await words(page, "fire3"), /1 layer in it is changed\./);
    assert.doesNotMatch(await words(page, "fire4"), /changed|added/);
    await page.focus(".graph-view");
    await page.keyboard.press("0"); // all of it in sight
    await until("all marks are drawn", async () => (await painted(page, "added")) > 100);
    assert.ok((await painted(page, "changed")) > 100);
    assert.ok((await painted(page, "added")) > 100, "the block that holds it is marked");
    await item(page, "fire2").dispatchEvent("dblclick");
    await item(page, "fire2/expand3x3").waitFor({ state: "attached" });
    assert.match(await words(page, "expand3x3"), /Added: it is not in before\.onnx\./);
  });

  it("leads from one difference to the next, and says in the inspector what differs", async () => {
    const page = await open([{ compared }]);
    await line(page).getByRole("button", { name: "Next" }).click();
    await page.waitForSelector('.heading h2:text-is("conv1")');
    assert.match(await page.innerText(".heading .difference"), /≠ Changed beside before\.onnx: other weights\./);
    await line(page).getByRole("button", { name: "Next" }).click();
    await page.waitForSelector('.heading h2:text-is("fire2/expand3x3")');
    await line(page).getByRole("button", { name: "Previous" }).click();
    await page.waitForSelector('.heading h2:text-is("conv1")');
  });

  it("goes on from the chosen box where that is no difference, and says what is only here", async () => {
    const told = parts.map((part) => (part.change === "added" ? { ...part, change: "only" as const } : part));
    const page = await open([{ compared: { ...compared, parts: told } }]);
    await line(page).getByText("± 1 only here: not in before.onnx").waitFor();
    await item(page, "fire4").dispatchEvent("click");
    await line(page).getByRole("button", { name: "Previous" }).click();
    await page.waitForSelector('.heading h2:text-is("fire3/squeeze1x1")');
    await item(page, "fire4").dispatchEvent("click");
    await line(page).getByRole("button", { name: "Next" }).click();
    await page.waitForSelector('.heading h2:text-is("conv10")');
  });

  it("loses its marks with the diff editor, and says why there are none", async () => {
    const page = await open([{ compared: { with: "before.onnx", failure: "before.onnx is no model." } }]);
    await line(page).getByText("could not be compared with before.onnx: before.onnx is no model.").waitFor();
    const gone = await open([{ compared }, {}]);
    assert.equal(await line(gone).isVisible(), false);
    assert.doesNotMatch(await words(gone, "conv1,"), /Changed/);
  });
});
