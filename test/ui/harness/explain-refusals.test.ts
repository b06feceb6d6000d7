import assert from "node:assert/strict";
import { explainPages, lastCall, quick, ready, until } from "./explain-page.ts";

describe("what the Explain view cannot explain", function () {
  this.timeout(60000);
  const { open, settled } = explainPages();

  it("opens a network without classes on a technique that works", async () => {
    const page = await open({ scenario: { ...quick, withoutClasses: true } });
    await page.waitForSelector(ready("deconvnet"));
    assert.match(await page.innerText(".sentence"), /Deconvnet from the strongest map at head\/relu6/);
    assert.equal(await page.locator(".thumbnail").count(), 1);
    assert.equal(await page.locator('[data-parameter="from"] vscode-option:has-text("The score")').count(), 0);
    assert.match(await page.innerText(".apart"), /without classes: Grad-CAM, Saliency/);
    assert.equal(await page.locator(".badge").count(), 0);
  });

  it("offers another photo where this one cannot be read", async () => {
    const refusal = { name: "UnreadableFile", message: "broken.png: this is no picture." };
    const page = await open({ scenario: { refusal } });
    await page.click('vscode-button:has-text("Another photo…")');
    await until(page, `asked.some(({ call }) => call === "anotherPhoto")`);
    assert.equal(await page.locator(".refusal vscode-dropdown").count(), 0);
  });

  it("says why nothing can be explained, and offers the ways out", async () => {
    const refusal = { name: "Untrusted", message: "Restricted Mode: this model does not run. <b>x</b>" };
    const page = await open({ scenario: { refusal } });
    await page.waitForSelector(".refusal");
    assert.match(await page.innerText(".refusal"), /does not run\. <b>x<\/b>/);
    for (const [button, call] of [
      ["Manage Workspace Trust", "manageTrust"],
      ["Show log", "showLog"],
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
    const page = await open({ scenario: { ...quick, withoutClasses: true } });
    await page.waitForSelector(ready("deconvnet"));
    assert.match(await page.innerText(".page"), /This network has no classes/);
    assert.equal(await page.locator('[data-technique="saliency"]').count(), 0);
    const scoreTrouble = "tensor fc needs the file “weights.bin” beside the model, which is not there";
    const lacking = await open({ scenario: { ...quick, withoutClasses: true, scoreTrouble } });
    await lacking.waitForSelector(ready("deconvnet"));
    const said = await lacking.innerText(".page");
    assert.match(said, /The scores of this network cannot be computed: tensor fc needs the file “weights.bin” beside/);
    assert.doesNotMatch(said, /has no classes/);
    const apart = await lacking.innerText(".apart");
    assert.match(apart, /^Not while the scores of this network cannot be computed \(tensor fc needs the file “weights/);
    assert.doesNotMatch(apart, /without classes/);
  });

  it("names the photo that it refuses, and offers no engine where the network's scores are not numbers", async () => {
    const message = "The scores of /models/nan.onnx for /photos/cat-chelsea.png are not numbers (NaN).";
    const page = await open({ scenario: { refusal: { name: "NotNumbers", message } } });
    await page.waitForSelector(".refusal:has-text('not numbers (NaN)')");
    assert.equal(await page.innerText("header h1"), "cat-chelsea.png");
    assert.equal(await page.isVisible("text=Another photo…"), true);
    assert.equal(await page.isVisible("text=Restart engine"), false);
    assert.equal(await page.locator(".classes [role=option]").count(), 0);
  });

  it("says in full why a technique does not apply, and what a warning sign warns of", async () => {
    const page = await settled();
    const cut = await page.evaluate<number>(
      `(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('[data-technique="cam"] .status'))`,
    );
    assert.ok(cut <= 0, `${cut} pixels of the reason are hidden`);
    const warned = page.locator('[data-technique="integrated-gradients"]');
    assert.match((await warned.getAttribute("title")) ?? "", /▲ The map adds up to 6\.5 of the 9\.8/);
    assert.match((await warned.textContent()) ?? "", /Warning: The map adds up to 6\.5 of the 9\.8/);
    await page.click('[data-technique="cam"]');
    const why = page.locator(".instead .why");
    assert.match(await why.innerText(), /which Grad-CAM shows\.$/);
    const [outer, inner] = [await page.locator(".instead").boundingBox(), await why.boundingBox()];
    assert.ok(
      outer && inner && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height,
      "it is cut off",
    );
  });
});
