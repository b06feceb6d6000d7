import assert from "node:assert/strict";
import { explainPages, ready, until } from "./explain-page.ts";

describe("the next photo in the same Explain view", function () {
  this.timeout(60000);
  const { settled } = explainPages();

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
});
