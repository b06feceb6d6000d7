import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { explainPages, lastCall, ready, save, savedFile, until } from "./explain-page.ts";
import { redSquare } from "./harness.ts";
import { repository } from "./pages.ts";

const photoSize = [451, 300] as const;
const middle = { x: redSquare.left + redSquare.side / 2, y: redSquare.top + redSquare.side / 2 };

/** What the probe reads in the middle of the square that only the exact pixels have. */
async function probed(page: Page): Promise<string> {
  const box = (await page.locator(".photo canvas").boundingBox())!;
  const position = { x: (middle.x / photoSize[0]) * box.width, y: (middle.y / photoSize[1]) * box.height };
  await page.hover(".photo canvas", { position });
  return page.innerText(".readout");
}

type Rgb = readonly number[];
const isRed = ([r = 0, g = 0, b = 0]: Rgb) => r > 245 && g < 10 && b < 10;

/** That place in a saved picture of the photo, which lies in it from `left`, `top` on. */
async function pixelOf(picture: Buffer, left = 0, top = 0, width?: number): Promise<Rgb> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const scale = (width ?? info.width) / photoSize[0];
  const [x, y] = [Math.round(left + middle.x * scale), Math.round(top + middle.y * scale)];
  return [...data.subarray(3 * (y * info.width + x)).subarray(0, 3)];
}

/** Photo and map side by side, three pixels to each unit of the figure: a margin of 16, then the photo, 360 wide. */
const photoInPng = (png: Buffer) => pixelOf(png, 48, 48, 1080);

function photoInSvg(svg: Buffer): Promise<Rgb> {
  const [, data = ""] = /<image [^>]*href="data:image\/png;base64,([^"]+)"/.exec(svg.toString()) ?? [];
  return pixelOf(Buffer.from(data, "base64"));
}

describe("the photo's exact pixels, which come after a copy with losses", function () {
  this.timeout(60000);
  const { settled } = explainPages();

  it("are what the probe reads when they are there, and what it reads of the copy is about so", async () => {
    const page = await settled({ scenario: { exact: "late" } });
    const before = await probed(page);
    assert.match(before, /photo \d+, \d+: RGB about \d+, \d+, \d+/);
    assert.doesNotMatch(before, /255, 0, 0/);
    await page.evaluate("letPhotoCome()");
    await until(page, `document.querySelector(".readout").innerText.includes("RGB 255, 0, 0")`);
  });

  it("are the photo's own, to the last digit", async () => {
    const page = await settled();
    await page.hover(".photo canvas", { position: { x: 200, y: 100 } });
    await until(page, `/: RGB \\d/.test(document.querySelector(".readout").innerText)`);
    const words = await page.innerText(".readout");
    const [x = 0, y = 0, ...rgb] = (/photo (.*)$/.exec(words)?.[1]?.match(/\d+/g) ?? []).map(Number);
    const cat = await readFile(`${repository}samples/cat-chelsea.png`);
    const data = await sharp(cat).removeAlpha().raw().toBuffer();
    assert.deepEqual(rgb, [...data.subarray(3 * (y * photoSize[0] + x)).subarray(0, 3)]);
  });

  for (const [kind, pixel] of [
    ["PNG", photoInPng],
    ["SVG", photoInSvg],
  ] as const)
    it(`are waited for by what is saved as ${kind}`, async () => {
      const page = await settled({ scenario: { exact: "late" } });
      await save(page, kind);
      await page.waitForTimeout(300);
      assert.equal(await lastCall(page, "savePicture"), undefined, "it was saved before they were there");
      await page.evaluate("letPhotoCome()");
      const found = await pixel(await savedFile(page));
      assert.ok(isRed(found), `the copy was saved: ${found.join()}`);
    });

  it("are missed in words when they cannot be had, and all else works", async () => {
    const page = await settled({ scenario: { exact: "lost" } });
    await page.waitForSelector(".notice[data-level=warning]:has-text('exact pixels did not arrive')");
    assert.match(await probed(page), /RGB about \d+/);
    await page.click('[data-technique="saliency"]');
    await page.waitForSelector(ready("saliency"));
    await save(page, "PNG");
    const found = await photoInPng(await savedFile(page));
    assert.ok(found.some((value) => value > 0) && !isRed(found), `the photo itself is saved: ${found.join()}`);
  });

  it("of another photo replace nothing", async () => {
    const page = await settled({ scenario: { exact: "of another" } });
    await until(page, `asked.some(({ call }) => call === "photo")`);
    await page.waitForTimeout(300);
    assert.match(await probed(page), /RGB about \d+/);
    await save(page, "PNG");
    const found = await photoInPng(await savedFile(page));
    assert.ok(!isRed(found), found.join());
    assert.equal(await page.isVisible(".notice"), false);
  });
});
