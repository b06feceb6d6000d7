import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../driver/until.ts";
import { node, onnxFile, value, weight } from "../../unit/support/onnx-nets.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import type { ModelLook } from "./model-harness.ts";
import { modelHost } from "./model-fake-host.ts";

const file = { name: "Unreadable", message: "net.onnx: the file ends 1,204 bytes early." };

describe("the model editor in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);

  const open = async (look: ModelLook = {}): Promise<Page> => {
    const page = await views().open(look);
    await page.waitForSelector(".facts .value");
    await page.waitForSelector('.model-facts:has-text("MAC")');
    return page;
  };
  const at = (view: Readonly<Record<string, unknown>>): ModelLook => ({ scenario: { state: { view } } });
  const calls = (name: string) => views().asked.filter(({ call }) => call === name);
  const fact = (page: Page, name: string) =>
    page.innerText(`.layer-side:not([hidden]) > .facts .fact:has(dt:text-is("${name}")) dd`);
  const focused = (page: Page) => page.evaluate<string>("document.activeElement?.outerHTML ?? ''");
  const kept = async (page: Page) =>
    (await page.evaluate<{ view: Readonly<Record<string, unknown>> }>("JSON.parse(sessionStorage.getItem('state'))"))
      .view;

  it("opens on the layer where Grad-CAM would look, with its facts", async () => {
    const page = await open();
    assert.equal(await page.innerText("h1"), "SqueezeNet 1.1");
    // torchvision's published figures: 1,235,496 parameters, 0.35 GMAC.
    assert.equal(
      await page.innerText(".model-facts"),
      "ONNX, opset 7 · 1.24 M parameters · 349 MMAC · image 3 × 224 × 224 → 1000 classes",
    );
    assert.match(await page.innerText(".heading"), /conv10\s*Conv \+ Relu/);
    assert.match(await fact(page, "Output"), /1000 × 13 × 13 float32/);
    assert.match(await fact(page, "Parameters"), /513 k\s*\(41\.5\u00a0%\)/); // 512 · 1000 + 1000
    assert.match(await fact(page, "Cost"), /86\.5 MMAC\s*\(24\.8\u00a0%\)/); // 512 · 1000 · 13 · 13
    assert.match(await fact(page, "Memory"), /676 kB/); // 4 · 1000 · 13 · 13
  });

  it("keeps the list of photos open that one reads while more of them are found", async () => {
    const at = (path: string) => ({ path, title: path.slice(1), where: "workspace" as const });
    let found: (photos: readonly ReturnType<typeof at>[]) => void = () => undefined;
    const photos = () => new Promise<readonly ReturnType<typeof at>[]>((resolve) => (found = resolve));
    const page = await open({ scenario: { photo: "none", answers: { photos } } });
    const list = page.getByRole("combobox", { name: "Photo", exact: true });
    await list.click();
    await list.getByRole("option", { name: "Another photo…" }).waitFor();
    found([at("/late.png")]);
    await list.getByRole("option", { name: "late.png" }).waitFor();
    assert.match(await focused(page), /aria-label="Photo"/);
    await page.keyboard.press("Escape");
    await list.getByRole("option", { name: "late.png" }).waitFor({ state: "hidden" });
  });

  it("goes through the tabs with the keys, and asks nothing for those that are hidden", async () => {
    const page = await open(at({ tab: "node" }));
    assert.deepEqual(calls("weight"), []);
    assert.deepEqual(calls("features"), []);
    await page.focus("#tab-node");
    await page.keyboard.press("ArrowLeft");
    assert.match(await focused(page), /tab-weights/);
    assert.equal(await page.isVisible("#panel-weights"), false, "moving is not choosing");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#panel-weights:not([hidden]) .histogram");
    assert.equal(await page.isVisible("#panel-node"), false);
    assert.equal(await page.getAttribute("#tab-weights", "aria-selected"), "true");
    await page.keyboard.press("Home");
    assert.match(await focused(page), /tab-maps/);
  });

  it("is as it was after a reload", async () => {
    const page = await open(at({ tab: "weights", layer: "conv1" }));
    await page.focus(".split");
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft");
    await until("the split is kept", async () => Math.abs(Number((await kept(page))["split"]) - 0.4) < 1e-6);
    await until("the graph is drawn", async () => (await kept(page))["camera"] !== undefined);
    const before = await kept(page);
    await page.reload();
    await page.waitForSelector(".facts .value");
    assert.deepEqual(await kept(page), before);
    const box = await page.locator(".graph-pane").boundingBox();
    assert.ok(Math.abs((box?.width ?? 0) / 1180 - 0.4) < 0.01, `the graph is ${box?.width} wide`);
    assert.equal(await page.getAttribute("#tab-weights", "aria-selected"), "true");
    await page.click('button:has-text("Dead filters")');
    await page.reload();
    await page.waitForSelector('.side h2:has-text("Dead filters")');
  });

  it("drags the line between graph and layer", async () => {
    const page = await open();
    const box = await page.locator(".split").boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 2, 400);
    await page.mouse.down();
    await page.mouse.move(300, 400, { steps: 4 });
    await page.mouse.up();
    const moved = await page.locator(".split").boundingBox();
    assert.ok(Math.abs((moved?.x ?? 0) - 300) < 4, `it is at ${moved?.x}`);
    await page.mouse.move(40, 400);
    assert.ok(Math.abs(((await page.locator(".split").boundingBox())?.x ?? 0) - 300) < 4, "it was let go");
    await page.dblclick(".split");
    await until("back in the middle", async () => (await kept(page))["split"] === 0.5);
  });

  it("shows a layer that somebody elsewhere wants shown, and tells which one is looked at", async () => {
    const page = await views().open(at({ tab: "node", side: "dead" }));
    await page.waitForSelector('.side h2:has-text("Dead filters")');
    await page.waitForSelector('.model-facts:has-text("MAC")');
    await until("the page listens", () => calls("reveal").length > 0);
    views().host.reveal("conv1");
    await page.waitForSelector('.heading h2:text-is("conv1")');
    assert.deepEqual(calls("looksAt").at(-1)?.params, { layer: "conv1" });
  });

  it("falls back to its first choice where the chosen layer is gone from the file", async () => {
    const page = await open(at({ layer: "no such layer", tab: "node" }));
    assert.match(await page.innerText(".heading"), /conv10/);
  });

  it("looks through another photo: offered, any other, the next of the folder", async () => {
    const page = await open();
    const picker = 'vscode-dropdown[aria-label="Photo"]';
    await page.waitForSelector(`${picker}[current-value$="cat-chelsea.png"]`);
    await page.click(picker);
    await page.click('vscode-option:has-text("rocket.jpg")');
    await page.waitForSelector(`${picker}[current-value$="rocket.jpg"]`);
    assert.match(String(calls("usePhoto").at(-1)?.params["path"]), /rocket\.jpg$/);
    await page.click(picker);
    await page.click('vscode-option:has-text("Another photo…")');
    await until("a dialog is asked for", () => calls("usePhoto").length === 2);
    assert.deepEqual(calls("usePhoto").at(-1)?.params, { photo: "current" });
    await page.waitForSelector(`${picker}[current-value$="coffee.png"]`);
    await page.click('[aria-label="Next photo of the folder"]');
    await page.waitForSelector(`${picker}[current-value$="rocket.jpg"]`);
    await page.click('[aria-label="Previous photo of the folder"]');
    await page.waitForSelector(`${picker}[current-value$="coffee.png"]`);
    await page.hover(picker);
    assert.match((await page.getAttribute(picker, "title")) ?? "", /[\\/]coffee\.png$/, "where it lies");
  });

  it("names the photo that is only being read, and goes on to the next one meanwhile", async () => {
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const { handlers } = modelHost({ photo: "rocket.jpg" });
    const page = await views().open({
      scenario: {
        photo: "rocket.jpg",
        answers: {
          async photo(params, signal) {
            await held;
            return handlers.photo(params, signal);
          },
        },
      },
    });
    await page.waitForSelector('vscode-dropdown[aria-label="Photo"][current-value$="rocket.jpg"]');
    assert.equal(await page.innerText(".photo-picker .reading"), "reading…");
    assert.equal(await page.isEnabled('[aria-label="Next photo of the folder"]'), true);
    answer();
    await page.waitForSelector(".photo-picker .reading", { state: "hidden" });
  });

  it("offers photos where none is chosen", async () => {
    const page = await open({ scenario: { photo: "none", state: { view: { tab: "node" } } } });
    assert.match(await page.innerText(".photo-picker vscode-option"), /Choose a photo/);
    assert.equal(await page.isDisabled('[aria-label="Next photo of the folder"]'), true);
    assert.equal(await page.isVisible("text=Explain with this layer"), false);
  });

  it("explains with the layer", async () => {
    const page = await open(at({ tab: "node" }));
    await page.click("text=Explain with this layer");
    await until("it is asked for", () => calls("explainWith").length === 1);
    assert.deepEqual(calls("explainWith")[0]?.params, { layer: "conv10" });
  });

  it("says why a file cannot be read, and tries again", async () => {
    const page = await views().open({
      scenario: { refuse: { structure: file, card: file, anatomy: file, photo: file } },
    });
    await page.waitForSelector("text=This model cannot be read");
    assert.match(await page.innerText(".refusal"), /1,204 bytes early/);
    assert.equal(await page.isVisible(".columns"), false);
    assert.equal(await page.isVisible("text=Restart engine"), false, "a new engine would find it just so");
    await page.click("text=Try again");
    await until("it is asked again", () => calls("structure").length === 2);
    await page.click("text=Show log");
    await until("the log is shown", () => calls("showLog").length === 1);
  });

  it("shows the graph of a network that does not run, its nodes and its weights too", async () => {
    const why = { name: "Crashed", message: "The engine ended while it opened the model." };
    const page = await views().open({
      scenario: { refuse: { card: why, anatomy: why, photo: why }, state: { view: { node: 0, tab: "node" } } },
    });
    await page.waitForSelector("text=This network does not run here.");
    await page.waitForSelector('.node h3:has-text("Conv")');
    await page.click("#panel-node >> text=a weight of the file >> nth=0");
    await page.waitForSelector(".histogram");
    await page.click("text=Restart engine");
    await until("everything is asked again", () => calls("card").length === 2);
  });

  it("shows what comes before an operator that nobody knows, and says of what follows why not", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "before", {}, { name: "before" }),
        node("Mystery", ["before"], "middle", {}, { name: "middle", domain: "com.example" }),
        node("Relu", ["middle"], "behind", {}, { name: "behind" }),
      ],
      weights: [weight("w", [2, 3, 1, 1], [1, 0, 0, 0, -1, 1])],
      inputs: [value("image", [1, 3, 32, 32])],
      outputs: [value("behind", [1, 2, 32, 32])],
      domains: { "com.example": 1 },
    });
    const page = await views().open({ width: 1400, scenario: { model, state: { view: { layer: "before" } } } });
    await page.waitForSelector(".maps-bar .count:has-text('2 channels')", { timeout: 30000 });
    assert.deepEqual(await page.locator("#graph-tree [role=treeitem]").count(), 5);
    assert.match((await page.textContent('#graph-tree [role=treeitem]:has-text("Mystery")')) ?? "", /com\.example/);
    await page.click('button:has-text("Whole net")');
    await page.waitForSelector('.net-row:has-text("Mystery")', { timeout: 30000 });
    await page.click('button:has-text("Whole net")');
    await page.dispatchEvent('#graph-tree [role=treeitem]:has-text("behind")', "click");
    await page.waitForSelector('.heading .trouble:has-text("Mystery")', { timeout: 30000 });
    assert.match(await page.innerText(".problems summary"), /problem/);
  });

  it("says in Restricted Mode what is not done, and how to allow it", async () => {
    const page = await open({ scenario: { restricted: true, state: { view: { tab: "weights" } } } });
    assert.match(await page.innerText(".refusal"), /Restricted Mode.*does not run/);
    await page.waitForSelector(".histogram");
    assert.equal(await page.isVisible("text=Explain with this layer"), false);
    await page.click("text=Manage Workspace Trust");
    await until("it is opened", () => calls("manageTrust").length === 1);
  });

  it("folds the file's problems away", async () => {
    const honest = modelHost({}).handlers;
    const card: typeof honest.card = async (params, signal) => ({
      ...(await honest.card(params, signal)),
      problems: ["<img src=x onerror=alert(1)> is no name", "conv\u202e3: evil"],
    });
    const page = await open({ scenario: { answers: { card }, state: { view: { tab: "node" } } } });
    assert.equal(await page.innerText(".problems summary"), "▲ 2 problems");
    await page.focus(".problems summary");
    await page.keyboard.press("Enter");
    assert.match(await page.innerText(".problems ul"), /<img src=x[^]*conv\\u202e3/);
    await page.keyboard.press("Escape");
    assert.equal(await page.isVisible(".problems ul"), false);
    assert.match(await focused(page), /summary/);
  });

  it("has a name for whatever the Tab key stops at", async () => {
    const page = await open(at({ tab: "weights" }));
    await page.waitForSelector(".cells td[tabindex='0']");
    const stops = new Set<string>();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      const [name, html] = await page.evaluate<[string, string]>(`(() => {
        const at = document.activeElement;
        const label = at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText ?? at.innerText ?? "";
        return [label.trim(), at.outerHTML.slice(0, 120)];
      })()`);
      if (html.startsWith("<body")) break;
      assert.notEqual(name, "", html);
      stops.add(name);
    }
    for (const expected of ["Photo", "Whole net", "Dead filters", "Width of the graph", "Weights"])
      assert.ok(stops.has(expected), `${expected} among ${[...stops].join(", ")}`);
  });
});
