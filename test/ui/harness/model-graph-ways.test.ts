import assert from "node:assert/strict";
import { until } from "../driver/until.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import { graphIn } from "./graph-page.ts";

describe("ways through the graph of the model editor in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);
  const { item, openReady, exists, chosen, kept, camera, focus, toBeginning } = graphIn(views);

  it("finds by shape and attribute, opens what hides the hit, and counts", async () => {
    const page = await openReady();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("Conv 3x3");
    await until("hits are counted", async () => (await page.textContent(".graph-count")) === "9");
    assert.equal(await page.locator("#graph-hits [role=option]").count(), 9);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await until("the third", async () => (await page.textContent(".graph-count")) === "3 of 9");
    await until("its block is open", async () => exists(page, "fire2/expand3x3/0"));
    await until("it is chosen", async () => (await chosen(page))[0]?.startsWith("Conv") === true);
    await page.keyboard.press("Shift+Enter");
    await until("the second", async () => (await page.textContent(".graph-count")) === "2 of 9");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await until("nothing is searched", async () => (await page.textContent(".graph-count")) === "");
  });

  it("shows what lies between two nodes, and follows a tensor", async () => {
    const page = await openReady();
    await page.dispatchEvent(item("pool1"), "click");
    await focus(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.dispatchEvent(item("conv1"), "click");
    await page.keyboard.press("t");
    await until("the tensor is named", async () => /conv1.*float32 64 × 111 × 111.*made by.*read by/.test((await page.textContent(".graph-strip")) ?? "")); // prettier-ignore
    await page.keyboard.press("Escape");
    await until("it is gone", async () => page.isHidden(".graph-strip"));
    await toBeginning(page);
    await page.dispatchEvent(item("conv1"), "click");
    const { y, scale } = await camera(page);
    const frame = (await page.locator(".graph-canvas").boundingBox())!;
    const [convTop, poolTop] = [14 + 44 + 30, 14 + 44 + 30 + 58 + 30];
    const click = (top: number) =>
      page.mouse.click(frame.x + frame.width / 2, frame.y + frame.height / 2 + (top + 40 - y) * scale);
    await page.mouse.move(0, 0);
    await page.keyboard.down("Shift");
    await click(poolTop);
    await page.keyboard.up("Shift");
    await until("the way is told", async () =>
      /conv1.* → .*pool1.*1 step on the shortest way/.test((await page.textContent(".graph-strip")) ?? ""),
    );
    await page.click(".graph-strip >> text=Clear");
    await until("it is gone", async () => page.isHidden(".graph-strip"));
    await page.keyboard.down("Shift");
    await click(convTop);
    await page.keyboard.up("Shift");
    await page.waitForSelector(".notice >> text=conv1 is the chosen one itself: choose another to see the way to it.");
  });

  it("traces a tensor by the menu of a box, which names the box, and says so under the pointer", async () => {
    const page = await openReady();
    await toBeginning(page);
    await page.dispatchEvent(item("conv1"), "click");
    const { y, scale } = await camera(page);
    const frame = (await page.locator(".graph-canvas").boundingBox())!;
    const middle = frame.x + frame.width / 2;
    const down = (of: number) => frame.y + frame.height / 2 + (of - y) * scale;
    const [conv, pool] = [14 + 44 + 30 + 30, 14 + 44 + 30 + 58 + 30 + 40];
    const menuAt = async (of: number) => {
      await page.mouse.click(middle, down(of), { button: "right" });
      return JSON.parse((await page.getAttribute(".graph-canvas", "data-vscode-context")) ?? "") as unknown;
    };
    const menu = { webviewSection: "layer", preventDefaultContextMenuItems: true };
    assert.deepEqual(await menuAt(conv), { ...menu, layer: "conv1", graphBox: "conv1", otherChosen: false });
    assert.deepEqual(await menuAt(pool), { ...menu, layer: "pool1", graphBox: "pool1", otherChosen: true });
    const strip = (words: RegExp) =>
      until(`it says ${String(words)}`, async () => words.test((await page.textContent(".graph-strip")) ?? ""));
    views().host.trace({ box: "pool1", trace: "way" });
    await strip(/conv1.* → .*pool1.*1 step on the shortest way/);
    views().host.trace({ box: "pool1", trace: "output" });
    await strip(/pool1.*float32 64 × 55 × 55.*made by.*read by/);
    await page.keyboard.press("Escape");
    await until("it is gone", async () => page.isHidden(".graph-strip"));
    await page.mouse.move(middle, down(pool));
    await page.waitForSelector(".graph-tooltip >> text=Shift+click shows the way from conv1");
    await page.mouse.move(middle, down(conv));
    await page.waitForSelector(".graph-tooltip >> text=T follows its output");
  });

  it("shows the way from the chosen node to one that the keys go on to, and opens the menu of that", async () => {
    const page = await openReady();
    await focus(page);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await until("conv1 is chosen", async () => (await kept(page))["layer"] === "conv1");
    const strip = (words: RegExp) =>
      until(`it says ${String(words)}`, async () => words.test((await page.textContent(".graph-strip")) ?? ""));
    const at = async () => {
      const id = await page.getAttribute(".graph-view", "aria-activedescendant");
      return page.locator(`#${id}`).getAttribute("data-key");
    };
    await page.keyboard.press("Shift+Enter");
    await page.waitForSelector(
      ".notice >> text=conv1 is the chosen one itself: Shift with an arrow goes on to another.",
    );
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await until("the keys are on fire2", async () => (await at()) === "fire2");
    assert.deepEqual(await chosen(page), ["conv1, Conv 3 × 3, stride 2 + Relu, 64 × 111 × 111"]);
    await page.keyboard.press("Shift+Enter");
    await strip(/conv1.* → .*fire2.* on the shortest way/);
    await page.keyboard.press("Escape");
    await page.evaluate(
      `addEventListener("contextmenu", ({ target, clientX, clientY }) => (window.menus ??= []).push([target.className, clientX, clientY]))`,
    );
    /** What VS Code would open: once, over the box, about what the canvas says. */
    const menu = async () => {
      const menus = await page.evaluate<[string, number, number][]>("window.menus.splice(0)");
      assert.equal(menus.length, 1);
      const [[target, ...place]] = menus as [[string, number, number]];
      assert.match(target, /graph-canvas/);
      const { layer, graphBox, otherChosen } = JSON.parse((await page.getAttribute(".graph-canvas", "data-vscode-context")) ?? "") as Readonly<Record<string, unknown>>; // prettier-ignore
      return { place, about: { layer, graphBox, otherChosen } };
    };
    await page.keyboard.press("Shift+F10");
    const fire = await menu();
    assert.deepEqual(fire.about, { layer: "fire2/concat", graphBox: "fire2", otherChosen: true });
    await page.mouse.click(fire.place[0], fire.place[1], { button: "right" });
    assert.deepEqual(await menu(), fire, "it is where the box is");
    await page.keyboard.press("Enter");
    await until("fire2 stands open", async () => exists(page, "fire2/squeeze1x1"));
    await page.keyboard.press("ContextMenu");
    assert.equal((await menu()).about.graphBox, "fire2");
    await page.keyboard.press("ArrowDown");
    await until("an arrow alone chooses", async () => (await chosen(page))[0]?.startsWith("squeeze1x1") === true);
  });
});
