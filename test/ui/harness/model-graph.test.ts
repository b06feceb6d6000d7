import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../driver/until.ts";
import type { NodeCard, Structure } from "../../../src/shared/structure.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import type { ModelLook } from "./model-harness.ts";

describe("the graph of the model editor in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);

  const item = (key: string) => `#graph-tree [data-key="${key}"]`;
  const open = async (look: ModelLook = {}): Promise<Page> => {
    const page = await views().open({ width: 1400, height: 860, ...look });
    await page.waitForSelector("#graph-tree [role=treeitem]", { state: "attached" });
    return page;
  };
  const openReady = async (look: ModelLook = {}): Promise<Page> => {
    const page = await open(look);
    await page.waitForSelector(".facts .value");
    return page;
  };
  const attribute = (page: Page, key: string, name: string) => page.getAttribute(item(key), name);
  const exists = async (page: Page, key: string) => (await page.locator(item(key)).count()) > 0;
  const items = (page: Page) => page.locator("#graph-tree [role=treeitem]").count();
  const chosen = async (page: Page) => page.locator('#graph-tree [aria-selected="true"]').allTextContents();
  const kept = async (page: Page) =>
    (await page.evaluate<{ view: Readonly<Record<string, unknown>> }>("JSON.parse(sessionStorage.getItem('state'))"))
      .view;
  /** Kept as soon as it rests. */
  async function camera(page: Page): Promise<{ x: number; y: number; scale: number }> {
    const height = () => page.evaluate<number>("document.querySelector('.graph-canvas').clientHeight");
    const now = async () => (await kept(page))["camera"] as { x: number; y: number; scale: number; height: number };
    await until("the camera is kept as it is now", async () => (await now())?.height === (await height()));
    return now();
  }
  /** Keys and wheel go to the canvas, not to what is over it. */
  const focus = (page: Page) => page.focus(".graph-view");
  async function toBeginning(page: Page): Promise<void> {
    await focus(page);
    await page.keyboard.press("Home");
    await page.waitForTimeout(700); // the camera is kept when it has rested
    await until("it is at the beginning", async () => (await camera(page)).y < 600);
  }
  /** How much of the canvas is not of its most frequent colour. */
  const ink = (page: Page) =>
    page.evaluate<number>(`(() => {
      const canvas = document.querySelector(".graph-canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const counts = new Map();
      for (let i = 0; i < data.length; i += 4) {
        const color = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
        counts.set(color, (counts.get(color) ?? 0) + 1);
      }
      return 1 - Math.max(...counts.values()) / (data.length / 4);
    })()`);

  it("opens on a chain of blocks, drawn and listed", async () => {
    const page = await openReady();
    assert.equal(await items(page), 15);
    assert.equal(await attribute(page, "fire2", "aria-expanded"), "false");
    assert.match((await page.textContent(item("fire6 and alike"))) ?? "", /fire6 … 8, .*× 3/);
    assert.match((await page.textContent(item("conv1"))) ?? "", /Conv 3 × 3, stride 2 \+ Relu, 64 × 111 × 111/);
    assert.ok((await ink(page)) > 0.03);
  });

  it("opens and closes a block in place", async () => {
    const page = await openReady();
    await page.dispatchEvent(item("fire2"), "dblclick");
    await until("fire2 stands open", async () => exists(page, "fire2/expand3x3"));
    assert.equal(await attribute(page, "fire2", "aria-expanded"), "true");
    assert.equal(await attribute(page, "fire2/expand3x3", "aria-level"), "2");
    await page.dispatchEvent(item("fire2"), "dblclick");
    await until("fire2 is closed", async () => !(await exists(page, "fire2/expand3x3")));
  });

  it("begins at the layer that is looked at first, and opens nothing for it", async () => {
    const page = await openReady();
    await until("it is chosen", async () => (await chosen(page))[0]?.startsWith("conv10") === true);
    assert.equal(await attribute(page, "fire2", "aria-expanded"), "false");
    const { y, scale } = await camera(page);
    const { height } = (await page.locator(".graph-canvas").boundingBox())!;
    await page.click(".graph-tools [aria-label^='Show all']");
    await until("all of it", async () => (await camera(page)).y !== y);
    const whole = 2 * (await camera(page)).y;
    assert.ok(whole * scale > height, "not all of it fits");
    assert.ok(
      Math.abs((whole - y) * scale + 24 - height / 2) < 2,
      "the end of the graph stands at the view's lower edge",
    );
  });

  it("draws a chain while nothing is there to lay out, and of anything else the names first", async () => {
    const refuse = { layoutWorker: { name: "Error", message: "No worker today." } };
    const chain = await openReady({ scenario: { refuse } });
    assert.equal(await items(chain), 15);
    assert.equal(await chain.isVisible(".graph-outline"), false);
    const calls = views().asked.map(({ call }) => call);
    assert.equal(calls[0], "subject", "what the host answers before it is asked waits for the page's first call");
    assert.ok(calls.indexOf("layoutWorker") > calls.indexOf("structure"), "the worker's program is long");

    const page = await views().open({
      scenario: { slow: { layoutWorker: 2500 }, state: { view: { open: ["fire2"] } } },
    });
    await page.waitForSelector(".graph-outline >> text=Drawing the graph of 66 nodes");
    await page.focus(".graph-outline button:has-text('squeeze1x1')");
    await page.keyboard.press("Enter");
    await until(
      "it is chosen",
      async () => (await page.textContent(".layer-side h2"))?.includes("fire2/squeeze1x1") === true,
    );
    await page.waitForSelector(".graph-outline [aria-pressed=true]");
    assert.match(await page.evaluate<string>("document.activeElement.textContent"), /^squeeze1x1/);
    await page.waitForSelector("#graph-tree [role=treeitem]", { state: "attached" });
    assert.equal(await page.isVisible(".graph-outline"), false);
    assert.equal(await page.evaluate("document.activeElement.className"), "graph-view", "the graph has the focus now");
    assert.match((await chosen(page))[0] ?? "", /^squeeze1x1/);
  });

  it("chooses a layer by a click on the canvas", async () => {
    const page = await openReady();
    await toBeginning(page);
    const { y, scale } = await camera(page);
    const frame = (await page.locator(".graph-canvas").boundingBox())!;
    // The first box stands in the middle, 14 below the graph's upper edge.
    await page.mouse.click(frame.x + frame.width / 2, frame.y + frame.height / 2 + (14 + 44 + 30 + 30 - y) * scale); // prettier-ignore
    await until("conv1 is chosen", async () => (await kept(page))["layer"] === "conv1");
    assert.deepEqual(await chosen(page), ["conv1, Conv 3 × 3, stride 2 + Relu, 64 × 111 × 111"]);
    assert.ok(views().asked.some(({ call, params }) => call === "looksAt" && params["layer"] === "conv1"));
  });

  it("keeps in sight what is chosen as the editor becomes smaller, unless one looks elsewhere", async () => {
    const page = await openReady();
    const height = async () => (await page.locator(".graph-canvas").boundingBox())!.height;
    /** From where to where the graph is shown. */
    const shown = async () => {
      const { y, scale } = await camera(page);
      const half = (await height()) / 2 / scale;
      return [y - half, y + half] as const;
    };
    await until("the last layer is chosen", async () => (await chosen(page))[0]?.startsWith("conv10") === true);
    const [before, [, end]] = [await height(), await shown()];
    await page.setViewportSize({ width: 520, height: 700 });
    await until("there is less room", async () => (await height()) < before - 300);
    // Below conv10 are three boxes and the lines to them.
    const [, to] = await shown();
    assert.ok(to > end - 300 && to < end - 200, `down to ${to}, of ${end}`);
    const frame = (await page.locator(".graph-canvas").boundingBox())!;
    await page.mouse.move(frame.x + 20, frame.y + 20);
    await page.mouse.down();
    await page.mouse.move(frame.x + 20, frame.y + 20 + frame.height, { steps: 4 });
    await page.mouse.up();
    await until("conv10 is out of sight", async () => (await shown())[1] < to - 100);
    await page.waitForTimeout(700); // the camera is kept when it has rested
    const [away] = await shown();
    await page.setViewportSize({ width: 520, height: 640 });
    await until("there is even less room", async () => (await height()) < frame.height - 10);
    assert.ok(Math.abs((await shown())[0] - away) < 1, "what was out of sight before is not run after");
  });

  it("says of a block that is chosen what all of it has and costs, beside the layer that ends it", async () => {
    const page = await openReady();
    const words = () => page.locator(".heading .module").allInnerTexts();
    await page.dispatchEvent(item("fire2"), "click");
    await until("it is looked at", async () => (await page.textContent(".heading h2")) === "fire2/concat");
    await until(
      "it says what fire2 has",
      async () => (await words())[0] === "Output of fire2: 4 layers, 11.4 k parameters, 34.1 MMAC in all",
    );
    await page.dispatchEvent(item("fire2"), "dblclick");
    await until("fire2 stands open", async () => exists(page, "fire2/concat"));
    await page.dispatchEvent(item("fire2/concat"), "click");
    await until("now it is about the layer alone", async () => (await words()).length === 0);
  });

  it("moves with the arrows along the lines, opens with Enter, and zooms with the keys", async () => {
    const page = await openReady();
    await focus(page);
    await page.keyboard.press("Home");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown");
    await until("fire2 is chosen", async () => (await chosen(page))[0]?.startsWith("fire2") === true);
    await page.keyboard.press("Enter");
    await until("fire2 stands open", async () => exists(page, "fire2/squeeze1x1"));
    await page.keyboard.press("ArrowDown");
    await until("it goes inside", async () => (await chosen(page))[0]?.startsWith("squeeze1x1") === true);
    await page.keyboard.press("ArrowDown");
    await until("on to one of two", async () => /^expand[13]x/.test((await chosen(page))[0] ?? ""));
    const [side] = await chosen(page);
    const other = side?.startsWith("expand1") ? "expand3x3" : "expand1x1";
    const isOther = async () => (await chosen(page))[0]?.startsWith(other) === true;
    // Which of the two stands on the left is the layout's to say.
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(200);
    if (!(await isOther())) await page.keyboard.press("ArrowLeft");
    await until("to the other side", isOther);
    await page.keyboard.press("ArrowUp");
    await until("and back up", async () => (await chosen(page))[0]?.startsWith("squeeze1x1") === true);
    await page.keyboard.press("ArrowUp");
    await until("out of the block", async () => (await chosen(page))[0]?.startsWith("pool1") === true);
    const id = await page.getAttribute(".graph-view", "aria-activedescendant");
    assert.equal(await page.locator(`#${id}`).getAttribute("data-key"), "pool1");
    const before = (await camera(page)).scale;
    await page.keyboard.press("+");
    await until("it is closer", async () => (await camera(page)).scale > before * 1.2);
    await page.keyboard.press("0");
    await until("it fits", async () => (await camera(page)).scale < before * 1.2);
  });

  it("zooms to the pointer with the wheel, and pans by dragging", async () => {
    const page = await openReady();
    const frame = (await page.locator(".graph-canvas").boundingBox())!;
    const before = await camera(page);
    await page.mouse.move(frame.x + 30, frame.y + 40);
    await page.mouse.wheel(0, -100);
    await until("it is closer", async () => (await camera(page)).scale > before.scale * 1.1);
    const after = await camera(page);
    const place = ({ x, scale }: { x: number; scale: number }) => (30 - frame.width / 2) / scale + x;
    assert.ok(Math.abs(place(before) - place(after)) < 0.5);
    await page.mouse.down();
    await page.mouse.move(frame.x + 130, frame.y + 40, { steps: 4 });
    await page.mouse.up();
    await until("it went along", async () => Math.abs((await camera(page)).x - (after.x - 100 / after.scale)) < 1);
  });

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

  it("follows what others choose, and opens what hides it", async () => {
    const page = await openReady();
    views().host.reveal("fire7/expand3x3");
    await until("it is shown", async () => (await chosen(page))[0]?.startsWith("expand3x3") === true);
    assert.equal(await attribute(page, "fire6 and alike", "aria-expanded"), "true");
    assert.equal(await attribute(page, "fire7", "aria-expanded"), "true");
  });

  it("stands after a reload as it stood", async () => {
    const page = await openReady();
    await page.dispatchEvent(item("fire3"), "dblclick");
    await until("it is kept", async () => String((await kept(page))["open"]) === "fire3");
    const before = await camera(page);
    await page.reload();
    await page.waitForSelector(item("fire3/concat"), { state: "attached" });
    await page.waitForTimeout(600);
    assert.deepEqual(await camera(page), before);
  });

  it("saves all of it as SVG and PNG, as it stands open", async () => {
    const page = await openReady();
    await page.dispatchEvent(item("fire2"), "dblclick");
    await until("fire2 stands open", async () => exists(page, "fire2/expand3x3"));
    for (const [entry, kind] of [
      ["Save as SVG…", "svg"],
      ["Save as PNG…", "png"],
    ] as const) {
      await page.click('[aria-label="Save the graph as a picture"]');
      await page.click(`text=${entry}`);
      await until(`${kind} is saved`, () => views().asked.some(({ call, params }) => call === "savePicture" && params["kind"] === kind)); // prettier-ignore
    }
    const [svg, png] = views()
      .asked.filter(({ call }) => call === "savePicture")
      .map(({ params }) => params);
    const text = Buffer.from(svg!["bytes"] as Uint8Array).toString();
    for (const name of ["expand3x3", "fire6 … 8", "× 3", "data_0"]) assert.ok(text.includes(name), name);
    assert.equal(Buffer.from(png!["bytes"] as Uint8Array).toString("latin1", 1, 4), "PNG");
    assert.equal(png!["name"], "squeezenet1.1 graph.png");
  });

  for (const theme of ["light", "dark", "high-contrast"] as const)
    it(`writes colours into the SVG that any reader of SVG files knows: ${theme}`, async () => {
      const page = await openReady({ theme });
      await page.click('[aria-label="Save the graph as a picture"]');
      await page.click("text=Save as SVG…");
      const asked = () => views().asked.find(({ call }) => call === "savePicture");
      await until("it is saved", () => asked() !== undefined);
      const text = Buffer.from(asked()!.params["bytes"] as Uint8Array).toString();
      const colors = new Set([...text.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, color = ""]) => color));
      assert.ok(colors.size > 6, [...colors].join(" "));
      assert.deepEqual([...colors].filter((color) => !/^(none|#[\da-f]{6})$/.test(color)), []); // prettier-ignore
    });

  it("draws 100,000 nodes, names of a megabyte and a circle, and answers at once", async () => {
    const node = (i: number): NodeCard => ({
      op: "Relu",
      domain: "",
      name: i === 3 ? "x".repeat(1_000_000) : i === 4 ? "turned\u202Ename" : `n${i}`,
      scope: "",
      layer: -1,
      inputs: i === 10 ? [i, 13] : [i],
      outputs: [i + 1],
      detail: "",
      ...(i === 7 && { trouble: "no such operator" }),
    });
    const size = 100_000;
    const values = Array.from({ length: size + 1 }, (_, i) => ({ name: `t${i}`, dtype: "float32", shape: [1, 8], weight: false })); // prettier-ignore
    const nodes = Array.from({ length: size }, (_, i) => node(i));
    const structure: Structure = { nodes, values, inputs: [0], outputs: [size], cycle: [10, 11, 12] };
    const page = await open({
      scenario: {
        answers: { structure: () => Promise.resolve(structure) },
        refuse: { card: { name: "Cyclic", message: "The graph runs in a circle." } },
        photo: "none",
      },
    });
    assert.ok((await items(page)) < 60);
    await page.keyboard.press("Control+f");
    await page.keyboard.type("turned");
    await until("it is found", async () => (await page.textContent(".graph-count")) === "1");
    await page.keyboard.press("Enter");
    await until("it is shown", async () => (await chosen(page))[0]?.includes("turned\\u202ename") === true);
    assert.ok((await page.locator("#graph-tree >> text=no such operator").count()) > 0);
    assert.ok((await ink(page)) > 0.02);
  });

  it("says what went wrong where it cannot be laid out, and lists what is in it", async () => {
    const refuse = { layoutWorker: { name: "Error", message: "No worker today." } };
    const page = await views().open({ scenario: { refuse, state: { view: { open: ["fire2"] } } } });
    await page.waitForSelector(".notice >> text=No worker today.");
    await page.waitForSelector(".graph-outline >> text=The graph could not be drawn.");
    assert.ok((await page.locator(".graph-outline li").count()) > 15);
  });
});
