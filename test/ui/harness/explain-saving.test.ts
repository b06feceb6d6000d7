import assert from "node:assert/strict";
import { explainPages, lastCall, save, until } from "./explain-page.ts";

describe("what is taken along from the Explain view", function () {
  this.timeout(60000);
  const { settled } = explainPages();

  it("saves what is shown as PNG and as SVG, and copies the numbers", async () => {
    const page = await settled();
    await save(page, "PNG");
    await until(page, `asked.filter(({ call }) => call === "savePicture").length === 1`);
    const png = (await lastCall(page, "savePicture")) as { name: string; head: number[] };
    assert.equal(png.name, "cat-chelsea grad-cam tabby.png");
    assert.deepEqual(png.head.slice(0, 4), [0x89, 0x50, 0x4e, 0x47]);
    const width = (png.head[18]! << 8) | png.head[19]!;
    assert.ok(width >= 2 * 764, `${width} pixels wide`);
    await save(page, "SVG");
    await until(page, `asked.filter(({ call }) => call === "savePicture").length === 2`);
    const svg = (await lastCall(page, "savePicture")) as { head: number[] };
    assert.match(String.fromCharCode(...svg.head), /^<svg xmlns[^]*<title>cat-chelsea\.png seen by EfficientNet-Lite0/);
    await save(page, "numbers");
    await page.waitForSelector(".notice:has-text('Copied the numbers')");
    assert.match(String((await lastCall(page, "copyText"))?.["text"]), /281\ttabby, tabby cat\t0\.76/);
    await save(page, ".npy");
    await until(page, `asked.filter(({ call }) => call === "saveRaw").length === 1`);
    assert.equal((await lastCall(page, "saveRaw"))?.["key"], "map");
  });

  it("leaves it to the host to say what was saved", async () => {
    const page = await settled();
    await save(page, "PNG");
    await until(page, `asked.some(({ call }) => call === "savePicture")`);
    await page.waitForTimeout(100);
    assert.equal(await page.isVisible(".notice"), false);
  });

  it("copies the picture, and says what to do where the clipboard does not take it", async () => {
    const page = await settled();
    const copy = () => save(page, "Copy the picture");
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
});
