import assert from "node:assert/strict";
import { calls, explainPages, lastCall, option, ready, until } from "./explain-page.ts";

describe("the Explain view in a browser", function () {
  this.timeout(60000);
  const { open, settled } = explainPages();

  it("shows the prediction and fills in every technique, the one that cannot with its reason", async () => {
    const page = await settled();
    assert.match(await page.innerText(option("tabby")), /76\.9\u00a0%/);
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
    const page = await open({ scenario: { speed: 3 } });
    await page.waitForSelector('[data-technique="smoothgrad"][data-status="running"]');
    await page.keyboard.press("Escape");
    await page.waitForSelector('[data-technique="smoothgrad"][data-status="stopped"]');
    assert.equal(await page.getAttribute('[data-technique="occlusion"]', "data-status"), "stopped");
    await page.waitForSelector(ready("grad-cam"));
    await page.click('[data-technique="guided-backpropagation"]');
    await page.waitForSelector(ready("guided-backpropagation"));
  });

  it("shows each of a technique's maps, classes with their legend", async () => {
    const page = await settled();
    await page.click('[data-technique="occlusion"]');
    await page.click('[role=tab]:has-text("Most probable class")');
    assert.match(await page.innerText(".legend"), /A\s*tabby[^]*Egyptian cat/);
  });

  it("speaks of the differences of two classes wherever it speaks of a score or a probability", async () => {
    const page = await settled();
    await page.click('[data-technique="occlusion"]');
    const drop = page.locator('[data-parameter="score"]');
    await page.waitForSelector('.convention:has-text("Drop of: The probability")');
    await page.click("text=Why not “tiger cat”?");
    await page.waitForSelector('.sentence:has-text("and not “tiger cat”")');
    assert.match(await page.innerText(".sentence"), /the difference of the two scores, the difference of the two prob/);
    await page.waitForSelector('.convention:has-text("Drop of: The difference of the two probabilities")');
    assert.match((await drop.textContent()) ?? "", /The difference of the two probabilities/);
    await page.click('[title="Stop comparing"], [aria-label="Stop comparing"]');
    await page.waitForSelector('.convention:has-text("Drop of: The probability")');
    assert.doesNotMatch((await drop.textContent()) ?? "", /difference/);
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
      /^Samples: expected a .*number from 1 to 200, got “abc”\.$/,
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

  it("shows the model that looks again when another is refused", async () => {
    const page = await settled({ scenario: { restricted: true } });
    await page.click('vscode-dropdown[aria-label="Model"]');
    await page.click('vscode-option:has-text("not in Restricted Mode")');
    await page.waitForSelector('.notice:has-text("Restricted Mode")');
    assert.match(
      await page.evaluate<string>(`document.querySelector('vscode-dropdown[aria-label="Model"]').value`),
      /efficientnet/,
    );
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
});
