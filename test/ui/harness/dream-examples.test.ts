import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { around } from "./around.ts";
import { dreamHarness } from "./dream-harness.ts";
import type { DreamLook } from "./dream-harness.ts";

describe("what fires a channel, beside the picture that it likes best", function () {
  this.timeout(90000);
  const views = around(dreamHarness);

  const section = '[aria-label="Photos that fire the channel"]';
  const of = (settings: NonNullable<DreamLook["scenario"]>["settings"]): DreamLook => ({
    scenario: { photo: "none", begins: true, settings: { technique: "neuron-visualization", ...settings } },
  });
  const found = async (page: Page) => {
    await page.click(`${section} >> text="Find the photos that fire it…"`);
    await page.waitForSelector(`${section}:has-text("Over ")`, { timeout: 60000 });
  };

  it("is looked for from there, and shown with the channel's name", async () => {
    const page = await views().open(of({ layer: "fire8/concat", channel: 5 }));
    await page.waitForSelector(`${section} .examples-of:text-is("fire8/concat, channel 5")`);
    await found(page);
    assert.ok((await page.locator(`${section} .example-patch canvas`).count()) > 1);
    assert.ok((await page.locator(`${section} .example-name`).allInnerTexts()).includes("coffee.png"));
    await page.locator(`${section} .example-patch`).first().click();
    assert.equal(views().asked.filter(({ call }) => call === "openExample").length, 1);
  });

  it("has its place before anything is known of it: the form below stays where it is", async () => {
    const { scenario } = of({ layer: "fire8/concat", channel: 5 });
    const page = await views().open({ scenario: { ...scenario, late: 300 } });
    await page.locator(".how .field").first().waitFor();
    assert.match((await page.locator(section).innerText()) ?? "", /Looking…$/);
    const top = async () => (await page.locator(`${section} + .how`).boundingBox())!.y - (await page.locator(section).boundingBox())!.y; // prettier-ignore
    const before = await top();
    await page.waitForSelector(`${section} >> text="Find the photos that fire it…"`);
    assert.ok(Math.abs((await top()) - before) <= 1);
  });

  it("is in sight in a low window, before and after they were looked for, above the curve", async () => {
    const page = await views().open({
      width: 1400,
      height: 900,
      ...of({ layer: "fire8/concat", channel: 5 }),
    });
    await page.waitForSelector(".curve svg");
    const isInSight = async () => {
      const [own, curve] = await Promise.all([page.locator(section).boundingBox(), page.locator(".curve").boundingBox()]); // prettier-ignore
      return own !== null && curve !== null && own.y > 0 && own.y + own.height <= curve.y;
    };
    assert.ok(await isInSight());
    await found(page);
    assert.ok(await isInSight());
  });

  it("is not shown for what is not one channel's picture", async () => {
    const look = {
      scenario: { begins: true, settings: { technique: "deep-dream", channel: 5, layer: "fire8/concat" } },
    };
    const page = await views().open(look);
    await page.waitForSelector(".strip button, .strip img, .strip canvas");
    assert.equal(await page.isVisible(section), false);
  });
});
