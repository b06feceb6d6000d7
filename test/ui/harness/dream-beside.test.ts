import assert from "node:assert/strict";
import { phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { picture, sixChannels, staged } from "./dream-staged.ts";
describe("what the Dream panel's page has beside the picture", function () {
  this.timeout(60_000);
  const { views, asked } = aroundDream();

  it("uncovers the original, by the slider and by the mouse", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const slider = page.getByRole("slider", { name: "Original or result" });
    await slider.waitFor();
    await slider.press("End");
    await until("it is at the original", async () => (await slider.getAttribute("aria-valuetext")) === "Original");
    const box = (await page.locator(".box").boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await until("it is in the middle", async () => (await slider.inputValue()) === "50");
    const sides = page.locator(".compare span");
    assert.deepEqual(await sides.allTextContents(), ["Original", "Result"]);
    const uncovered = `((one) => getComputedStyle(one).clipPath)(document.querySelector(".box .original"))`;
    assert.equal(await page.evaluate(uncovered), "inset(0px 50% 0px 0px)", "the original is on the left");
    for (const [key, seen] of [
      ["Home", ["Result"]],
      ["ArrowRight", ["Original", "Result"]],
      ["End", ["Original"]],
    ] as const) {
      await slider.press(key);
      await until(`what is seen is marked: ${key}`, async () => (await page.locator(".compare .seen").allTextContents()).join() === seen.join()); // prettier-ignore
    }
    const edged = 'getComputedStyle(document.querySelector(".box .edge")).boxShadow';
    assert.match(await page.evaluate<string>(edged), /^rgb\(31, 31, 31\) 0px 0px 0px 1px$/, "seen on any picture");
  });

  it("names the pictures of a sheet, by the pointer and by the keys, and opens a channel's own", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, sheet: sixChannels }) } });
    await phase(page, "finished");
    const caption = page.locator(".caption");
    await page.locator(".cell").nth(1).hover();
    assert.equal(await caption.textContent(), "Channel 11", "nothing is offered before it is chosen");
    await page.mouse.move(2, 2);
    await page.locator(".cell").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    assert.equal(await caption.textContent(), "Channel 14");
    await page.keyboard.press("Enter");
    const offer = page.getByRole("button", { name: "Visualize this channel" });
    await page.locator(".caption button:focus").waitFor();
    await page.locator(".cell").first().hover();
    assert.equal(await caption.textContent(), "Channel 10");
    const rings = await page.evaluate<readonly (readonly string[])[]>(`[0, 4].map((i) => {
      const { borderColor, borderStyle, boxShadow } = getComputedStyle(document.querySelectorAll(".cell")[i]);
      return [borderColor, borderStyle, boxShadow];
    })`);
    const [blue, edged] = ["rgb(0, 120, 212)", "rgb(31, 31, 31) 0px 0px 0px 1px inset"];
    assert.deepEqual(rings, [[blue, "dashed", edged], [blue, "solid", edged]], "pointed at, and chosen"); // prettier-ignore
    await page.mouse.move(2, 2);
    assert.equal(await caption.textContent(), "Channel 14Visualize this channel", "what was chosen is named again");
    await offer.press("Enter");
    await until("it is asked for", () => asked("visualizeChannel").length === 1);
    assert.deepEqual(asked("visualizeChannel"), [{ frame: 9, channel: 14 }]);
    // The cells lie where the sheet says: the fifth in the middle of the second row.
    const [sheet, fifth] = [page.locator(".box canvas"), page.locator(".cell").nth(4)];
    const [whole, cell] = [(await sheet.boundingBox())!, (await fifth.boundingBox())!];
    assert.ok(Math.abs(cell.x - whole.x - (whole.width * 31) / 90) < 1.5);
    assert.ok(Math.abs(cell.y - whole.y - (whole.height * 31) / 59) < 1.5);
    await page.locator(".frame").nth(3).click();
    await page.locator('.frame[aria-pressed="true"]').nth(0).waitFor();
    assert.equal(await page.locator(".cell").count(), 6, "an earlier frame is a sheet, too");
    assert.equal(
      await page.getByRole("slider", { name: "Original or result" }).count(),
      0,
      "no photo lies under a sheet",
    );
  });

  it("has no picture beside an earlier frame that belongs to the newest", async () => {
    const beside = [{ key: "change", title: "The change, enlarged", picture: picture(1, 2, 0) }];
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, beside }) } });
    await phase(page, "finished");
    const pictures = page.getByRole("region", { name: "What was changed" });
    await pictures.waitFor();
    await page.locator(".frame").nth(2).click();
    await pictures.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Go on from here" }).first().click();
    await phase(page, "finished");
    await page.locator(".frame.off").last().click();
    await pictures.waitFor();
  });

  it("shows in large what belongs to the result, and the result again", async () => {
    const beside = [{ key: "change", title: "The change, enlarged", picture: picture(1, 2, 0) }];
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, beside }) } });
    await phase(page, "finished");
    const canvas = page.locator(".box canvas");
    const result = await canvas.evaluate(drawnOn);
    await page.getByRole("button", { name: "The change, enlarged" }).click();
    await until("it is on the stage", async () => (await canvas.evaluate(drawnOn)) !== result);
    assert.equal(await canvas.getAttribute("aria-label"), "The change, enlarged");
    assert.match((await page.locator("p.made").textContent()) ?? "", /^The change, enlarged · Back to the picture · /);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("menuitem", { name: "Result as PNG, with its recipe…" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Back to the picture" }).click();
    await until("the result is back", async () => (await canvas.evaluate(drawnOn)) === result);
    await page.getByRole("button", { name: "The change, enlarged" }).click();
    await until("it is on the stage", async () => (await canvas.evaluate(drawnOn)) !== result);
    await page.getByRole("button", { name: "The change, enlarged" }).click();
    await until("the result is back", async () => (await canvas.evaluate(drawnOn)) === result);
    await page.getByRole("button", { name: "Start again" }).click();
    await page.locator(".picture").waitFor({ state: "detached" });
  });

  it("shows the frame that is chosen in place of what was in large, whose dragging moves no hidden line", async () => {
    const beside = [{ key: "change", title: "The change, enlarged", picture: picture(1, 2, 0) }];
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, beside }) } });
    await phase(page, "finished");
    await page.getByRole("button", { name: "The change, enlarged" }).click();
    const canvas = page.locator(".box canvas");
    const label = async () => (await canvas.getAttribute("aria-label")) ?? "";
    await until("it is in large", async () => (await label()) === "The change, enlarged");
    const box = (await page.locator(".box").boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator(".frame").nth(2).click();
    await until("the frame is on the stage", async () => (await label()).includes("step 3 of 5"));
    assert.equal(await page.getByRole("slider", { name: "Original or result" }).inputValue(), "0");
  });

  it("shows the original and the result with the network's eyes, next to one another", async () => {
    const settings = { technique: "adversarial-example" };
    const page = await views().open({ scenario: { begins: true, settings, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const opinions = page.locator(".opinion");
    await opinions.nth(1).locator("img").waitFor();
    assert.deepEqual(await opinions.locator("figcaption").allTextContents(), ["Original", "Result"]);
    assert.match((await opinions.first().textContent()) ?? "", /Egyptian cat\s*9\d/);
    assert.match((await opinions.last().textContent()) ?? "", /espresso|coffee|cup/);
    const sizes = await opinions.locator("img").evaluateAll((all) => all.map((img) => (img as unknown as { naturalWidth: number }).naturalWidth)); // prettier-ignore
    assert.ok(
      sizes.every((width) => width > 200),
      String(sizes),
    );
    // Of another frame nobody has asked.
    await page.locator(".frame").nth(2).click();
    await page.getByRole("button", { name: "Explain it" }).waitFor();
  });

  it("shows the page's own colour between the pictures of a sheet", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, sheet: sixChannels }) } });
    await phase(page, "finished");
    const alpha = await page.evaluate(`(() => {
      const canvas = document.querySelector(".box canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return [[5, 5], [29, 5], [5, 30]].map(([x, y]) => data[(y * canvas.width + x) * 4 + 3]);
    })()`);
    assert.deepEqual(alpha, [255, 0, 0]);
  });

  it("says which part of the photo a picture of the network's own size shows, and lays the original under it so", async () => {
    const settings = { technique: "adversarial-example", parameters: { attack: "fgsm", epsilon: 4 } };
    const page = await views().open({ scenario: { real: true, begins: true, settings } });
    await phase(page, "finished");
    await page.getByText("224 × 224 pixels, as the network sees the photo: the whole photo, stretched.").waitFor();
    const fit = await page.evaluate(`getComputedStyle(document.querySelector(".box .original")).objectFit`);
    assert.equal(fit, "fill");
  });
});

/** What is on a canvas. */
const drawnOn = (canvas: unknown): string => (canvas as { toDataURL(): string }).toDataURL();
