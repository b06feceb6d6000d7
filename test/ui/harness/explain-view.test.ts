import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { harness } from "./harness.ts";
import type { Harness } from "./harness.ts";

const quick = { speed: 0.02 };
const ready = (technique: string) => `[data-technique="${technique}"][data-status="done"]`;
const option = (name: string) => `.classes [role=option]:has-text("${name}")`;

interface Call {
  readonly call: string;
  readonly params: Readonly<Record<string, unknown>>;
}
/** What the view asked of its host; of pictures only the first bytes. */
const calls = (page: Page): Promise<readonly Call[]> =>
  page.evaluate(() => {
    const { asked } = globalThis as unknown as {
      asked: { call: string; params: Record<string, unknown> | undefined }[];
    };
    return asked.map(({ call, params = {} }) => {
      const { bytes, ...rest } = params;
      return { call, params: bytes instanceof Uint8Array ? { ...rest, head: [...bytes.slice(0, 400)] } : params };
    });
  });
const lastCall = async (page: Page, name: string) =>
  (await calls(page)).filter(({ call }) => call === name).at(-1)?.params;
/** Asked from outside: the page's own policy lets no text become code. */
async function until(page: Page, holds: string): Promise<void> {
  for (const start = Date.now(); Date.now() - start < 8000;) {
    if (await page.evaluate(holds)) return;
    await page.waitForTimeout(30);
  }
  assert.fail(`it did not come to: ${holds}`);
}

describe("the Explain view in a browser", function () {
  this.timeout(60000);
  let views: Harness;
  before(async () => {
    views = await harness();
  });
  after(() => views.close());
  afterEach(() => assert.deepEqual(views.problems, [], "errors on the page's console"));

  const settled = async (look: Parameters<Harness["open"]>[0] = {}) => {
    const page = await views.open({ scenario: quick, ...look });
    await page.waitForSelector(ready("occlusion"));
    await page.waitForSelector(".running[hidden]", { state: "attached" });
    return page;
  };

  it("shows the prediction and fills in every technique, the one that cannot with its reason", async () => {
    const page = await settled();
    assert.match(await page.innerText(option("tabby")), /76\.9 %/);
    assert.match(await page.innerText(".sentence"), /Grad-CAM of “tabby” at head\/relu6/);
    assert.match(await page.innerText('[data-technique="cam"]'), /CAM does not apply/);
    const colours = await page.evaluate(() => {
      const { document } = globalThis as unknown as { document: { querySelector(selector: string): unknown } };
      const canvas = document.querySelector(".map canvas") as {
        width: number;
        height: number;
        getContext(kind: "2d"): {
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
        };
      };
      const { data } = canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 3, 1, 1);
      return [...data];
    });
    assert.ok(colours[0]! > colours[2]! + 40, `the middle of the map is hot: ${colours.join()}`);
  });

  it("explains another class from the keyboard alone", async () => {
    const page = await settled();
    await page.focus(option("tabby"));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await until(page, `document.querySelector(".sentence").innerText.includes("tiger cat")`);
    await page.waitForSelector(ready("occlusion"));
    assert.equal((await lastCall(page, "run"))?.["target"], 282);
    const selected = '.classes [aria-selected="true"]';
    assert.match(await page.innerText(selected), /tiger cat/);
    assert.equal(
      await page.evaluate("document.activeElement === document.querySelector('.classes [aria-selected=\"true\"]')"),
      true,
    );
  });

  it("finds any class by typing, and compares two", async () => {
    const page = await settled();
    await page.click("text=Explain another class…");
    await page.keyboard.type("golden retr");
    await page.keyboard.press("Enter");
    await until(page, `document.querySelector(".sentence").innerText.includes("golden retriever")`);
    await page.click("text=Why not “tabby”?");
    await until(page, `document.querySelector(".sentence").innerText.includes("and not “tabby”")`);
    await page.waitForSelector(ready("grad-cam"));
    const { target, against } = (await lastCall(page, "run")) ?? {};
    assert.deepEqual([target, against], [207, 281]);
  });

  it("leaves what runs with Escape, and runs it when asked", async () => {
    const page = await views.open({ scenario: { speed: 3 } });
    await page.waitForSelector('[data-technique="smoothgrad"][data-status="running"]');
    await page.keyboard.press("Escape");
    await page.waitForSelector('[data-technique="smoothgrad"][data-status="stopped"]');
    assert.equal(await page.getAttribute('[data-technique="occlusion"]', "data-status"), "stopped");
    await page.waitForSelector(ready("grad-cam"));
    await page.click('[data-technique="guided-backpropagation"]');
    await page.waitForSelector(ready("guided-backpropagation"));
  });

  it("reads photo and map at one place, by pointer and by keys", async () => {
    const page = await settled();
    await page.hover(".photo canvas", { position: { x: 200, y: 100 } });
    assert.match(await page.innerText(".readout"), /of the maximum[^]*cell 4, 3 of 7 × 7[^]*RGB \d+, \d+, \d+/);
    await page.mouse.move(0, 0);
    assert.equal(await page.isVisible(".readout"), false);
    await page.focus(".map canvas");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.match(await page.innerText(".readout"), /cell 5, 4 of 7 × 7/);
    await page.keyboard.press("Escape");
    assert.equal(await page.isVisible(".readout"), false);
  });

  it("zooms both panes at once and comes back to the whole", async () => {
    const page = await settled();
    const zoom = () => page.evaluate<number>("JSON.parse(sessionStorage.getItem('state')).view.viewport.zoom");
    await page.hover(".map canvas");
    await page.mouse.wheel(0, -400);
    await until(page, "JSON.parse(sessionStorage.getItem('state')).view.viewport.zoom > 2");
    await page.focus(".photo canvas");
    await page.keyboard.press("0");
    await until(page, "JSON.parse(sessionStorage.getItem('state')).view.viewport.zoom === 1");
    await page.keyboard.press("+");
    await until(page, "JSON.parse(sessionStorage.getItem('state')).view.viewport.zoom > 1");
    assert.equal(await zoom(), 1.25);
  });

  it("shows each of a technique's maps, classes with their legend", async () => {
    const page = await settled();
    await page.click('[data-technique="occlusion"]');
    await page.click('[role=tab]:has-text("Most probable class")');
    assert.match(await page.innerText(".legend"), /A\s*tabby[^]*Egyptian cat/);
  });

  it("runs a technique again when a parameter is turned, and says what is wrong with one", async () => {
    const page = await settled();
    await page.click('[data-technique="smoothgrad"]');
    const field = page.locator('[data-parameter="samples"] input');
    await field.fill("7");
    await field.press("Tab");
    await until(page, `asked.some(({ call, params }) => call === "run" && params.parameters.samples === 7)`);
    await field.fill("0");
    await field.press("Tab");
    assert.match(await page.innerText('[data-parameter="samples"] [role=alert]'), /from 1 to 200/);
    await field.fill("abc");
    await field.press("Tab");
    assert.match(
      await page.innerText('[data-parameter="samples"] [role=alert]'),
      /^Expected a .*number from 1 to 200, got “abc”\.$/,
    );
    assert.match((await field.getAttribute("aria-label")) ?? "", /^Samples, from 1 to 200/);
    await page.click("text=Reset to defaults");
    await until(page, `JSON.stringify(asked.at(-1)).includes('"parameters":{}')`);
  });

  it("mends what a technique warns of", async () => {
    const page = await settled();
    assert.equal(await page.isVisible("text=Use 200 steps"), false, "another technique's warning");
    await page.click('[data-technique="integrated-gradients"]');
    await page.click("text=Use 200 steps");
    await until(page, `asked.some(({ call, params }) => call === "run" && params.parameters.steps === 200)`);
  });

  it("offers only the parameters that matter", async () => {
    const page = await settled();
    await page.click('[data-technique="integrated-gradients"]');
    assert.equal(await page.isVisible('[data-parameter="photo"]'), false);
    await page.click('[data-parameter="baseline"] vscode-dropdown');
    await page.click('vscode-option:has-text("Another photo")');
    await page.waitForSelector('[data-parameter="photo"]');
    await page.click("text=Reset to defaults");
    await until(page, `JSON.stringify(asked.at(-1)).includes('"parameters":{}')`);
    await page.click('[data-technique="deconvnet"]');
    await page.waitForSelector('.sentence:has-text("Deconvnet from the score of “tabby”")');
    assert.equal(await page.isVisible('[data-parameter="channel"]'), false);
    assert.equal(await page.isVisible(".field.layer"), false);
  });

  it("lets go of the probe when the focus goes elsewhere", async () => {
    const page = await settled();
    await page.focus(".map canvas");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.isVisible(".readout"), true);
    await page.focus(option("tabby"));
    assert.equal(await page.isVisible(".readout"), false);
  });

  it("keeps photo and map in sight while the sides scroll", async () => {
    const page = await settled({ height: 700 });
    await page.click("text=Check it");
    await page.locator(".preparations .choice").last().scrollIntoViewIfNeeded();
    await page.locator(".thumbnail").last().scrollIntoViewIfNeeded();
    const box = await page.locator(".map canvas.pane").boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= 700, JSON.stringify(box));
  });

  it("opens a network without classes on a technique that works", async () => {
    const page = await views.open({ scenario: { ...quick, withoutClasses: true } });
    await page.waitForSelector(ready("deconvnet"));
    assert.match(await page.innerText(".sentence"), /Deconvnet from the strongest map at head\/relu6/);
    assert.equal(await page.locator(".thumbnail").count(), 1);
    assert.equal(await page.locator('[data-parameter="from"] vscode-option:has-text("The score")').count(), 0);
    assert.match(await page.innerText(".apart"), /without classes: Grad-CAM, Saliency/);
    assert.equal(await page.locator(".badge").count(), 0);
  });

  it("shows the model that looks again when another is refused", async () => {
    const page = await settled({ scenario: { ...quick, restricted: true } });
    await page.click('vscode-dropdown[aria-label="Model"]');
    await page.click('vscode-option:has-text("not in Restricted Mode")');
    await page.waitForSelector('.notice:has-text("Restricted Mode")');
    assert.match(
      await page.evaluate<string>(`document.querySelector('vscode-dropdown[aria-label="Model"]').value`),
      /efficientnet/,
    );
  });

  it("says that a preparation was chosen by hand, and offers to change it", async () => {
    const page = await settled();
    await page.click("text=Check it");
    await page.click(".preparations .choice:has-text('centre crop') >> text=Use in workspace");
    await until(page, `document.querySelector(".checks").innerText.includes("chosen by you")`);
    await page.click(".preparations >> text=Close");
    await page.click(".checks >> text=Change");
    await page.waitForSelector(".preparations .choice[data-used=true]:has-text('centre crop')");
  });

  it("says which size it assumed where the file leaves it open, to change and to keep", async () => {
    const page = await settled({ scenario: { ...quick, anySize: true } });
    const assumed =
      '.checks li.warning:has-text("input’s width (“width”) and height (“height”) open: 224 × 224 pixels")';
    await page.click(`${assumed} >> text=Change it`);
    const width = page.locator('vscode-text-field[aria-label="Width in pixels"] input');
    await width.fill("0");
    await page.click(".input-size >> text=Use in workspace");
    await page.waitForSelector('.input-size [role=alert]:has-text("from 1 to 4096")');
    assert.equal(await lastCall(page, "prepare"), undefined);
    await width.fill("320");
    await page.locator('vscode-text-field[aria-label="Height in pixels"] input').fill("256");
    await page.click(".input-size >> text=Keep with model");
    await until(page, `!document.querySelector(".checks").innerText.includes("assumed")`);
    const { preparation, keep } = (await lastCall(page, "prepare")) as {
      preparation: { size: unknown };
      keep: boolean;
    };
    assert.deepEqual([preparation.size, keep], [[256, 320], true]);
    assert.match(await page.innerText(".preparation"), /→ 320 × 256/);
  });

  it("offers no size where the file fixes it", async () => {
    const page = await settled();
    await page.click("text=Check it");
    await page.waitForSelector(".preparations .choice");
    assert.equal(await page.locator(".input-size").count(), 0);
  });

  it("shows the ways to prepare the photo, and keeps the one that is chosen", async () => {
    const page = await settled();
    await page.click("text=Check it");
    await page.click(".preparations .choice:has-text('centre crop') >> text=Keep with model");
    await until(page, `document.querySelector(".checks").innerText.includes("glassbox.json")`);
    assert.deepEqual((await lastCall(page, "prepare"))?.["keep"], true);
  });

  it("saves what is shown as PNG and as SVG, and copies the numbers", async () => {
    const page = await settled();
    const choose = async (text: string) => {
      await page.click('button[aria-label="Save"]');
      await page.click(`[role=menuitem]:has-text("${text}")`);
    };
    await choose("PNG");
    await until(page, `asked.filter(({ call }) => call === "savePicture").length === 1`);
    const png = (await lastCall(page, "savePicture")) as { name: string; head: number[] };
    assert.equal(png.name, "cat-chelsea grad-cam tabby.png");
    assert.deepEqual(png.head.slice(0, 4), [0x89, 0x50, 0x4e, 0x47]);
    const width = (png.head[18]! << 8) | png.head[19]!;
    assert.ok(width >= 2 * 764, `${width} pixels wide`);
    await choose("SVG");
    await until(page, `asked.filter(({ call }) => call === "savePicture").length === 2`);
    const svg = (await lastCall(page, "savePicture")) as { head: number[] };
    assert.match(
      String.fromCharCode(...svg.head),
      /^<svg xmlns[^]*<title>cat-chelsea\.png seen by efficientnet-lite0\.onnx/,
    );
    await choose("numbers");
    await page.waitForSelector(".notice:has-text('Copied the numbers')");
    assert.match(String((await lastCall(page, "copyText"))?.["text"]), /281\ttabby, tabby cat\t0\.76/);
    await choose(".npy");
    await until(page, `asked.filter(({ call }) => call === "saveRaw").length === 1`);
    assert.equal((await lastCall(page, "saveRaw"))?.["key"], "map");
  });

  it("leaves it to the host to say what was saved", async () => {
    const page = await settled();
    await page.click('button[aria-label="Save"]');
    await page.click('[role=menuitem]:has-text("PNG")');
    await until(page, `asked.some(({ call }) => call === "savePicture")`);
    await page.waitForTimeout(100);
    assert.equal(await page.isVisible(".notice"), false);
  });

  it("copies the picture, and says what to do where the clipboard does not take it", async () => {
    const page = await settled();
    const copy = async () => {
      await page.click('button[aria-label="Save"]');
      await page.click('[role=menuitem]:has-text("Copy the picture")');
    };
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await copy();
    await page.waitForSelector(".notice[data-level=info]:has-text('Copied the picture')");
    const types = await page.evaluate<string[]>("navigator.clipboard.read().then(([item]) => [...item.types])");
    assert.deepEqual(types, ["image/png"]);
    await page.context().clearPermissions();
    await page.evaluate("navigator.clipboard.write = () => Promise.reject(new Error('Write permission denied.'))");
    await copy();
    await page.waitForSelector(".notice[data-level=warning]:has-text('permission denied). Save it as PNG instead.')");
  });

  it("forgets a preparation that was chosen, and opens the file that keeps one", async () => {
    const page = await settled();
    await page.click("text=Check it");
    await page.waitForSelector(".preparations .choice");
    assert.equal(await page.locator("text=Forget my choice").count(), 0);
    await page.click(".preparations .choice:has-text('centre crop') >> text=Use in workspace");
    await page.click("text=Forget my choice");
    await until(page, `document.querySelector(".preparation").innerText.includes("guessed")`);
    await page.click("text=Open the model’s .glassbox.json");
    await page.waitForSelector(".notice[data-level=warning]:has-text('There is no efficientnet-lite0.glassbox.json')");
  });

  it("offers another photo where this one cannot be read", async () => {
    const refusal = { name: "UnreadableFile", message: "broken.png: this is no picture." };
    const page = await views.open({ scenario: { refusal } });
    await page.click('vscode-button:has-text("Another photo…")');
    await until(page, `asked.some(({ call }) => call === "anotherPhoto")`);
    assert.equal(await page.locator(".refusal vscode-dropdown").count(), 0);
  });

  /** In every frame from now on: the name in the header, what the map is called, the first class, the probe's words. */
  const watch = `
    globalThis.frames = [];
    const text = (selector) => document.querySelector(selector)?.innerText ?? "";
    const look = () => {
      const label = document.querySelector("figure.map canvas.pane").getAttribute("aria-label");
      globalThis.frames.push({ name: text("h1"), label, readout: text(".readout:not([hidden])"), checks: text(".checks") });
      requestAnimationFrame(look);
    };
    look();`;
  interface SeenFrame {
    readonly name: string;
    readonly label: string;
    readonly readout: string;
    readonly checks: string;
  }

  it("shows the next photo in place of this one: name, picture and map in one frame, nothing left of the old", async () => {
    const page = await settled();
    await page.click("figure.map canvas.pane", { position: { x: 80, y: 80 } });
    await page.mouse.move(2, 2);
    await until(page, `!document.querySelector(".readout").hidden`);
    await page.evaluate(watch);
    await page.evaluate(`showNext("coffee.png", 60)`);
    await until(page, `document.querySelector("h1").innerText === "coffee.png"`);
    const seen = await page.evaluate<readonly SeenFrame[]>("globalThis.frames");
    const [before, after] = [seen.filter(({ name }) => name !== "coffee.png"), seen.at(-1)!];
    assert.ok(before.length > 2, "it changed before anything could be seen");
    for (const { label, readout } of before) {
      assert.match(label, /Grad-CAM over cat-chelsea\.png/);
      assert.notEqual(readout, "");
    }
    assert.match(after.label, /^Grad-CAM over coffee\.png/);
    assert.equal(after.readout, "");
    assert.doesNotMatch(after.checks, /overlap/);
    assert.match(after.checks, /1 of \d+ so far/);
    await page.waitForSelector(ready("occlusion"));
  });

  it("shows the next photo without its map where that takes long, and never the old one under its name", async () => {
    const page = await settled();
    await page.evaluate(watch);
    await page.evaluate(`showNext("coffee.png", 500)`);
    await until(
      page,
      `document.querySelector("figure.map canvas.pane").ariaLabel.includes("Grad-CAM over coffee.png")`,
    );
    const seen = await page.evaluate<readonly SeenFrame[]>("globalThis.frames");
    for (const { name, label } of seen)
      if (name !== "") assert.ok(label.includes(`over ${name}`), `${label} under ${name}`);
    const names = [...new Set(seen.map(({ name }) => name))];
    assert.deepEqual(names, ["cat-chelsea.png", "", "coffee.png"]);
  });

  it("is kept open by its pin, and by what is chosen in it", async () => {
    const page = await settled();
    const pin = page.getByRole("button", { name: "Keep open: the next photo gets a panel of its own" });
    await pin.click();
    await pin.waitFor({ state: "hidden" });
    assert.equal((await calls(page)).filter(({ call }) => call === "keepPanel").length, 1);

    const other = await settled();
    await other.click('[data-technique="saliency"]');
    await until(other, `asked.some(({ call }) => call === "keepPanel")`);
  });

  it("comes back after a reload as it was", async () => {
    const page = await settled();
    await page.click(option("Egyptian"));
    await page.click('[data-technique="saliency"]');
    await page.click('[aria-label="The map over the photo"]');
    await page.waitForSelector(ready("occlusion"));
    await page.reload();
    await page.waitForSelector(ready("saliency"));
    assert.match(await page.innerText(".sentence"), /Saliency of “Egyptian cat”/);
    assert.equal(await page.isVisible(".photo canvas"), false);
    const state = await page.evaluate<{ panel: unknown }>("JSON.parse(sessionStorage.getItem('state'))");
    const [image, model] = ["/photos/cat-chelsea.png", "/models/efficientnet-lite0.onnx"];
    assert.deepEqual(state.panel, { image, model, preview: true });
  });

  it("looks again when photo or model changed", async () => {
    const page = await settled();
    await page.click('[data-technique="saliency"]');
    await page.evaluate("change()");
    await until(page, `asked.filter(({ call }) => call === "subject").length === 2`);
    await page.waitForSelector(ready("occlusion"));
    assert.equal(await page.getAttribute('[data-technique="saliency"]', "aria-pressed"), "true");
  });

  it("hands another model to the host", async () => {
    const page = await settled();
    await page.click('vscode-dropdown[aria-label="Model"]');
    await page.click('vscode-option:has-text("squeezenet")');
    await until(
      page,
      `document.querySelector("vscode-dropdown").value.includes("squeezenet") && asked.filter(({ call }) => call === "subject").length === 2`,
    );
    assert.deepEqual(await lastCall(page, "chooseModel"), { path: "/models/squeezenet1.1.onnx" });
  });

  it("says why nothing can be explained, and offers the ways out", async () => {
    const refusal = { name: "Untrusted", message: "Restricted Mode: this model does not run. <b>x</b>" };
    const page = await views.open({ scenario: { refusal } });
    await page.waitForSelector(".refusal");
    assert.match(await page.innerText(".refusal"), /does not run\. <b>x<\/b>/);
    for (const [button, call] of [
      ["Manage Workspace Trust", "manageTrust"],
      ["Open the log", "showLog"],
      ["Another photo…", "anotherPhoto"],
    ]) {
      await page.click(`vscode-button:has-text("${button}")`);
      await until(page, `asked.some(({ call }) => call === "${call}")`);
    }
    await page.click(".refusal vscode-dropdown");
    await page.click('.refusal vscode-option:has-text("squeezenet")');
    await until(page, `asked.some(({ call }) => call === "chooseModel")`);
    assert.deepEqual(await lastCall(page, "chooseModel"), { path: "/models/squeezenet1.1.onnx" });
  });

  it("says that a network has no classes, and still shows what looks at a layer", async () => {
    const page = await views.open({ scenario: { ...quick, withoutClasses: true } });
    await page.waitForSelector(ready("deconvnet"));
    assert.match(await page.innerText(".page"), /This network has no classes/);
    assert.equal(await page.locator('[data-technique="saliency"]').count(), 0);
    const scoreTrouble = "tensor fc needs the file “weights.bin” beside the model, which is not there";
    const lacking = await views.open({ scenario: { ...quick, withoutClasses: true, scoreTrouble } });
    await lacking.waitForSelector(ready("deconvnet"));
    const said = await lacking.innerText(".page");
    assert.match(said, /The scores of this network cannot be computed: tensor fc needs the file “weights.bin” beside/);
    assert.doesNotMatch(said, /has no classes/);
  });

  for (const theme of ["light", "dark", "high-contrast", "high-contrast-light"] as const)
    for (const width of [500, 1180])
      it(`fits into ${width} pixels with readable letters (${theme})`, async () => {
        const page = await settled({ theme, width, height: 800 });
        const { overflow, small } = await page.evaluate<{ overflow: number; small: string[] }>(`({
          overflow: document.documentElement.scrollWidth - innerWidth,
          small: [...document.querySelectorAll("body *")]
            .filter((element) => element.innerText && element.checkVisibility() && parseFloat(getComputedStyle(element).fontSize) < 11)
            .map((element) => element.className),
        })`);
        assert.ok(overflow <= 0, `${overflow} pixels too wide`);
        assert.deepEqual(small, []);
      });

  it("is reached everywhere by Tab: each list is one stop", async () => {
    const page = await settled();
    const stops: string[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(`(() => {
        const e = document.activeElement;
        return e === document.body ? "" : (e.getAttribute("aria-label") ?? e.innerText ?? "").split("\\n")[0];
      })()`);
      if (stop === "" || stops.includes(String(stop))) break;
      stops.push(String(stop));
    }
    const has = (text: string) =>
      assert.ok(
        stops.some((stop) => stop.startsWith(text)),
        `${text} is not among ${stops.join(" | ")}`,
      );
    for (const text of [
      "Model",
      "Photo and map",
      "Save",
      "More actions",
      "The photo",
      "Grad-CAM over",
      "Grad-CAM",
      "tabby",
      "Explain another",
      "Why not",
      "Check it",
      "Layer",
      "Show negative",
      "Opacity",
    ])
      has(text);
    assert.ok(!stops.some((stop) => stop.startsWith("tiger cat")), "the classes are one stop");
  });
});
