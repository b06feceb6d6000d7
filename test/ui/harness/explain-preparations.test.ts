import assert from "node:assert/strict";
import { explainPages, lastCall, until } from "./explain-page.ts";

describe("how the photo is prepared, in the Explain view", function () {
  this.timeout(60000);
  const { settled } = explainPages();

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
    const page = await settled({ scenario: { anySize: true } });
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
});
