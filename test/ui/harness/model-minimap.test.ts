import assert from "node:assert/strict";
import { around } from "./around.ts";
import { graphIn } from "./graph-page.ts";
import { modelHarness } from "./model-harness.ts";

describe("the small map of the whole graph in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);

  const { camera } = graphIn(views);
  const map = ".graph-minimap";

  it("is not there while all is in sight; a click on it looks there, a drag goes on", async () => {
    const page = await views().open({ width: 1400, height: 1000 });
    await page.waitForSelector("#graph-tree [role=treeitem]", { state: "attached" });
    await page.waitForSelector(".facts .value");
    await page.focus(".graph-view");
    assert.equal(await page.isVisible(map), false);
    for (let i = 0; i < 6; i++) await page.keyboard.press("+");
    await page.waitForSelector(`${map}:not([hidden])`);
    const frame = (await page.locator(map).boundingBox())!; // it is visible
    const click = async (share: number) => {
      await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height * share);
      await page.mouse.down();
    };
    /** Where the camera comes to rest. */
    const rests = async () => (await camera(page)).y;
    await click(0.9);
    await page.mouse.up();
    const low = await rests();
    await click(0.1);
    await page.mouse.up();
    const high = await rests();
    await click(0.1);
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height * 0.5, { steps: 4 });
    await page.mouse.up();
    const middle = await rests();
    assert.ok(high < middle && middle < low, [high, middle, low].join(", "));
    assert.ok(low - high > 500, "from one end of the graph to the other");
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height * 0.9);
    assert.equal(await rests(), middle, "a pointer that is not pressed moves nothing");
  });
});
