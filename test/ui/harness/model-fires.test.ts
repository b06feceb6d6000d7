import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../driver/until.ts";
import type { ChannelExamples } from "../../../src/shared/examples.ts";
import { guessed } from "../../unit/support/prepared.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import type { ModelLook } from "./model-harness.ts";

describe("what fires a channel, in the model editor", function () {
  this.timeout(90000);
  const views = around(modelHarness);

  const at = (scenario: ModelLook["scenario"] = {}, view = {}): ModelLook => ({
    height: 1200,
    scenario: { ...scenario, state: { view: { layer: "fire5/concat", channel: 3, tab: "unit", ...view } } },
  });
  const calls = (name: string) => views().asked.filter(({ call }) => call === name);
  const names = (page: Page) => page.locator(".fires .example-name").allInnerTexts();
  const begin = async (page: Page) => {
    await page.click('.fires vscode-button:has-text("Find What Fires It")');
    await page.waitForSelector('.fires .examples-state:has-text("Over ")', { timeout: 60000 });
  };

  it("is found on demand: patches with values and names, the strongest first", async () => {
    const page = await views().open(at());
    await page.waitForSelector(".fires vscode-button:visible");
    assert.deepEqual(await names(page), []);
    await begin(page);
    assert.match(await page.innerText(".fires .examples-state"), /^Over \d+ photos in samples\./);
    const values = (await page.locator(".fires .example .number").allInnerTexts()).map(Number);
    assert.ok(values.length > 1);
    assert.deepEqual(
      values,
      [...values].sort((a, b) => b - a),
    );
    assert.ok((await names(page)).includes("coffee.png"));
    await page.waitForSelector(".fires .example-patch canvas");
    const colors = await page.evaluate<number>(`(() => {
      const canvas = document.querySelector(".fires .example-patch canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return new Set(data).size;
    })()`);
    assert.ok(colors > 20, "the patch is a part of a photo");
  });

  it("goes on where the end of an earlier window broke it off", async () => {
    const left: ChannelExamples = {
      ...({ phase: "interrupted", folder: "photos", done: 3, total: 8, images: 3, refused: [] } as const),
      ...{ most: [], least: [], failure: undefined, prepared: guessed },
    };
    const page = await views().open(
      at({
        answers: {
          async *examples(_, signal) {
            yield left;
            await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          },
          findExamples: () => Promise.resolve(true),
        },
      }),
    );
    await page.waitForSelector(
      '.fires .examples-state:has-text("as far as 3 of 8 photos in photos tell. How the photos are prepared is a guess.")',
    );
    await page.click('.fires vscode-button:visible:has-text("Go On")');
    await until("it is asked for", () => calls("findExamples").length === 1);
    assert.deepEqual(calls("findExamples")[0]?.params, { layer: "fire5/concat", another: false });
  });

  it("goes to the photo of an example, and to the place in it", async () => {
    const page = await views().open({ ...at(), height: 700 });
    await begin(page);
    const other = page.locator('.fires .example:has-text("rocket.jpg")');
    const value = Number(await other.locator(".number").innerText());
    await other.locator(".example-patch").click();
    await page.waitForSelector('vscode-dropdown[aria-label="Photo"][current-value$="rocket.jpg"]');
    await page.waitForSelector('.unit-words:has-text("its strongest place")');
    await until("the unit is the example's", async () => {
      return Math.abs(Number(await page.innerText(".unit-words .number")) - value) < 1e-6;
    });
    const top = (await page.locator(".unit-words").boundingBox())?.y ?? -1;
    assert.ok(top > 0 && top < 700, `what the unit sees is in sight, at ${top}`);
    await page.click('.fires .example-name:text-is("coffee.png")');
    await until("the photo is opened", () => calls("openExample").length === 1);
  });

  it("knows the other channels of the layer at once, and no other layer", async () => {
    const page = await views().open(at());
    await begin(page);
    const before = await page.locator(".fires .example-patch").first().getAttribute("aria-label");
    await page.click('[aria-label="Next channel"]');
    await until("it is another channel's", async () => {
      const now = await page.locator(".fires .example-patch").first().getAttribute("aria-label");
      return now !== null && now !== before;
    });
    assert.equal(calls("findExamples").length, 1);
    views().host.reveal("fire4/concat");
    await page.waitForSelector('.fires vscode-button:visible:has-text("Find What Fires It")');
  });

  it("is where a menu elsewhere leads to", async () => {
    const page = await views().open(at({}, { tab: "node", side: "net" }));
    await page.waitForSelector(".net-row");
    await until("the page listens", () => calls("reveal").length > 0);
    views().host.reveal("fire6/concat", { section: "fires", channel: 9 });
    await page.waitForSelector('.heading h2:has-text("fire6/concat")');
    await page.waitForSelector(".fires vscode-button:visible");
    assert.equal(await page.getAttribute("#tab-unit", "aria-selected"), "true");
    await until("it is that channel", async () => (await page.inputValue(".number-stepper input")) === "9");
    assert.equal(await page.innerText(".fires h3"), "What fires channel 9");
    assert.equal(await page.isVisible(".fires h3 + p"), false, "this one was asked for");
  });

  it("is led to where it stands far below, says which channel it is of where nobody chose, and lets go", async () => {
    const page = await views().open({ ...at({}, { channel: undefined, tab: "maps" }), width: 1100, height: 500 });
    await until("the page listens", () => calls("reveal").length > 0);
    views().host.reveal("fire6/concat", { section: "fires" });
    await page.waitForSelector(".unit-figures:visible");
    await page.waitForSelector(".projections canvas");
    const top = async () => (await page.locator(".fires h3").boundingBox())!.y;
    await until("it is in sight", async () => (await top()) >= 0 && (await top()) < 400);
    const channel = await page.inputValue(".number-stepper input");
    assert.equal(await page.innerText(".fires h3"), `What fires channel ${channel}`);
    assert.equal(
      await page.innerText(".fires h3 + p"),
      "No channel was chosen: this is the most active on this photo.",
    );
    await page.hover(".fires");
    await page.mouse.wheel(0, -3000);
    await until("it is left", async () => (await top()) > 500);
    await page.click('[aria-label="Next channel"]');
    await page.waitForSelector(".fires h3 + p", { state: "hidden" });
    assert.ok((await top()) > 500, "it does not come back by itself");
  });

  it("says how far it has come, can be ended, and says what could not be read", async () => {
    const state: ChannelExamples = {
      phase: "running",
      folder: "holiday\u202e",
      done: 120,
      total: 3400,
      images: 119,
      refused: [{ image: "/a/<b>.png", why: "/a/<b>.png: the file is empty" }],
      most: [{ photo: 3, name: "<i>.png", within: "in/<i>.png", place: [1, 2], value: 12.5, patch: undefined }],
      least: [
        { photo: 4, name: "dark.png", within: "dark.png", place: [0, 0], value: -3, patch: undefined, unread: true },
      ],
      failure: undefined,
    };
    let put: (state: ChannelExamples) => void = () => undefined;
    const page = await views().open(
      at({
        answers: {
          async *examples(_, signal) {
            yield state;
            while (!signal.aborted)
              yield await new Promise<ChannelExamples>((resolve) => {
                put = resolve;
              });
          },
        },
      }),
    );
    await page.waitForSelector('.fires:has-text("120 of 3,400 photos")');
    assert.match(await page.innerText(".fires"), /holiday\\u202e: the best so far/);
    assert.match(await page.innerText(".fires summary"), /1 file could not be read/);
    assert.deepEqual(await names(page), ["<i>.png", "dark.png"]);
    assert.deepEqual(await page.locator(".example-patch").allInnerTexts(), [
      "It sees nothing of the photo there",
      "The photo cannot be read",
    ]);
    await page.click('.fires vscode-button:has-text("Cancel")');
    await until("it is ended", () => calls("stopExamples").length === 1);
    put({ ...state, phase: "stopped" });
    await page.waitForSelector('.fires:has-text("Stopped: as far as 119 photos of 3,400")');
    await page.waitForSelector('.fires vscode-button:visible:has-text("Go On")');
    put({ ...state, phase: "outdated" });
    await page.waitForSelector('.fires vscode-button:visible:has-text("Look Again")');
    put({ ...state, phase: "failed", failure: "The engine crashed." });
    await page.waitForSelector('.fires [role=alert]:visible:has-text("The engine crashed.")');
    put({ ...state, phase: "found", images: 3399, madeHere: 1, most: [], least: [] });
    await page.waitForSelector('.fires:has-text("None of them fires this channel")');
    await page.waitForSelector('.fires:has-text("Left out: 1 picture that was made by Glassbox.")');
    await page.click('.fires >> text="Another folder…"');
    await until("another is asked for", () => calls("findExamples").length === 1);
    assert.deepEqual(calls("findExamples")[0]?.params, { layer: "fire5/concat", another: true });
  });

  it("is saved as a picture with names and values", async () => {
    const page = await views().open(at());
    await begin(page);
    await page.click('.fires >> text="Save as PNG…"');
    await until("it is saved", () => calls("savePicture").length === 1);
    const { name, kind } = calls("savePicture")[0]!.params;
    assert.deepEqual([name, kind], ["fire5-concat-channel-3-fires.png", "png"]);
  });

  it("needs no photo to be chosen, but a folder that is trusted", async () => {
    const page = await views().open(at({ photo: "none" }));
    await page.waitForSelector('.fires vscode-button:visible:has-text("Find What Fires It")');
    const restricted = await views().open(at({ restricted: true }));
    await restricted.waitForSelector('.unit:has-text("Restricted Mode")');
    assert.equal(await restricted.isVisible(".fires"), false);
  });
});
