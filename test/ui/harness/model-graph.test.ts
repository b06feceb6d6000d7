import assert from "node:assert/strict";
import { until } from "../driver/until.ts";
import type { NodeCard, Structure } from "../../../src/shared/structure.ts";
import { around } from "./around.ts";
import { modelHost } from "./model-fake-host.ts";
import { modelHarness } from "./model-harness.ts";
import type { Page } from "playwright-core";
import { graphIn } from "./graph-page.ts";
import { dress } from "./pages.ts";

describe("the graph of the model editor in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);
  const { item, open, openReady, attribute, exists, items, chosen, kept, camera, rests, focus, toBeginning, ink } =
    graphIn(views);

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

    let come = () => undefined as void;
    const coming = new Promise<void>((resolve) => (come = resolve));
    const { layoutWorker: itself } = modelHost({}).handlers;
    const layoutWorker: typeof itself = (...asked) => coming.then(() => itself(...asked));
    const page = await views().open({ scenario: { answers: { layoutWorker }, state: { view: { open: ["fire2"] } } } });
    await page.waitForSelector(".graph-outline >> text=Drawing the graph of 66 nodes");
    await page.focus(".graph-outline button:has-text('squeeze1x1')");
    await page.keyboard.press("Enter");
    await until(
      "it is chosen",
      async () => (await page.textContent(".layer-side h2"))?.includes("fire2/squeeze1x1") === true,
    );
    await page.waitForSelector(".graph-outline [aria-pressed=true]");
    assert.match(await page.evaluate<string>("document.activeElement.textContent"), /^squeeze1x1/);
    come();
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
    await rests(page);
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
    await page.waitForSelector(".facts .value");
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

  describe("saved in one theme after the other", () => {
    let page: Page;
    const saved = () => views().asked.filter(({ call }) => call === "savePicture");
    const palettes = new Set<string>();
    before(async () => {
      page = await openReady();
    });

    for (const theme of ["light", "dark", "high-contrast"] as const)
      it(`writes colours into the SVG that any reader of SVG files knows: ${theme}`, async () => {
        await dress(page, theme);
        const before = saved().length;
        await page.click('[aria-label="Save the graph as a picture"]');
        await page.click("text=Save as SVG…");
        await until("it is saved", () => saved().length > before);
        const text = Buffer.from(saved().at(-1)!.params["bytes"] as Uint8Array).toString();
        const colors = new Set([...text.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, color = ""]) => color));
        assert.ok(colors.size > 6, [...colors].join(" "));
        assert.deepEqual([...colors].filter((color) => !/^(none|#[\da-f]{6})$/.test(color)), []); // prettier-ignore
        assert.ok(!palettes.has([...colors].join()), "they are those of another theme");
        palettes.add([...colors].join());
      });
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
