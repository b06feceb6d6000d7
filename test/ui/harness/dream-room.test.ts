import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Start } from "../../../src/host/dream-start.ts";
import type { Note } from "../../../src/shared/updates.ts";
import { phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { frameAt, staged } from "./dream-staged.ts";

const boxOf = async (page: Page, selector: string) => {
  const box = await page.locator(selector).first().boundingBox();
  assert.ok(box, `${selector} is seen`);
  return { ...box, right: box.x + box.width, bottom: box.y + box.height };
};

describe("the room of the picture on the Dream panel's page", function () {
  this.timeout(60_000);
  const { views } = aroundDream();
  const said = (key: string, level: Note["level"], text: string): Note => ({
    kind: "note",
    title: "",
    key,
    level,
    text,
  });
  const [undone, verdict] = ["Step 3 is undone, and the step size halved.", "The network takes it for espresso."];
  const notes = [
    said("remark", "info", "Read 3 photos of the samples."),
    { ...said("verdict", "good", verdict), more: "It took ten steps." },
    said("nan", "warning", undone),
  ];

  for (const width of [1180, 450])
    it(`is the most of a panel that is low and ${width} wide, whatever is said of it`, async () => {
      const page = await views().open({ width, height: 420, scenario: { begins: true, start: staged({ step: 5, notes }) } }); // prettier-ignore
      await phase(page, "finished");
      assert.ok((await boxOf(page, ".box")).height > 150);
      assert.ok((await boxOf(page, ".notes")).height < 32, "one line of notes");
      const heights = await page.evaluate<readonly number[]>(
        `[".room", ".strip", ".notes"].map((one) => document.querySelector(one).getBoundingClientRect().height)`,
      );
      assert.equal(Math.max(...heights), heights[0], heights.join());
      assert.ok((await boxOf(page, width > 760 ? ".strip" : ".box")).bottom <= 420, "it is in sight");
      assert.deepEqual(await page.locator(".note").allTextContents(), [verdict]);
      await page.getByRole("button", { name: "2 more" }).click();
      await page.getByText(undone).waitFor();
      assert.equal(await page.locator(".note").count(), 3);
      assert.ok((await boxOf(page, ".room")).height >= 150);
      await page.getByRole("button", { name: "Less" }).click();
      await page.getByText(undone).waitFor({ state: "detached" });
      await page.setViewportSize({ width, height: 900 });
      await page.getByText(undone).waitFor();
      assert.equal(await page.getByRole("button", { name: "2 more" }).isVisible(), false);
    });

  for (const [width, height] of [
    [1000, 700],
    [1400, 900],
    [1180, 420],
  ] as const)
    it(`stays where it is while notes come, ${width} × ${height}`, async () => {
      let say = () => {};
      const allowed = new Promise<void>((resolve) => (say = resolve));
      const many = [...notes, said("more", "info", "And one more thing.")];
      const held: Start = async function* (...run) {
        for await (const update of staged({ step: 5, notes: many })(...run)) {
          if (update.kind === "note") await allowed;
          yield update;
        }
      };
      const page = await views().open({ width, height, scenario: { start: held } });
      await page.locator(".box .original").waitFor();
      await page.getByRole("button", { name: "Start" }).click();
      await page.locator(".frame").first().waitFor();
      await page.locator(".compare").waitFor();
      const first = await boxOf(page, ".room");
      assert.equal(await page.locator(".note").count(), 0);
      say();
      await page.locator(".note").first().waitFor();
      await phase(page, "finished");
      assert.deepEqual(await boxOf(page, ".room"), first);
      assert.ok((await boxOf(page, ".notes")).bottom <= height, "in sight");
      if (height < 620) return; // the line of an earlier frame takes what it needs there
      await page.locator(".frame").nth(1).click();
      await page.getByRole("button", { name: "Back to the newest" }).waitFor();
      assert.deepEqual(await boxOf(page, ".room"), first, "an earlier frame is looked at");
      assert.ok((await boxOf(page, ".notes")).bottom <= height, "in sight beside what is said of an earlier frame");
    });

  it("does not shrink when frames are more than the strip has room for: its bar has its own", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await page.locator(".frame").first().waitFor();
    assert.equal(await page.evaluate("getComputedStyle(document.querySelector('.frames')).overflowX"), "scroll");
  });

  it("leaves nothing to scroll to in a low panel, also where an earlier frame is looked at", async () => {
    const page = await views().open({
      width: 1180,
      height: 405,
      scenario: { begins: true, start: staged({ step: 5 }) },
    });
    await phase(page, "finished");
    await page.locator(".compare").waitFor();
    await page.locator(".frame").nth(2).click();
    await page.getByRole("button", { name: "Back to the newest" }).waitFor();
    const over = "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('main'))";
    assert.equal(await page.evaluate(over), 0);
  });

  it("has what explains a note folded into it", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, notes }) } });
    await phase(page, "finished");
    const more = page.getByText("It took ten steps.");
    assert.equal(await more.isVisible(), false);
    await page.getByText(verdict).click();
    await more.waitFor();
    views().host.run.waitFor({ title: "something else", more: 0 }); // the page is drawn anew
    await more.waitFor();
  });

  for (const width of [1180, 450])
    it(`is left to a picture that was interrupted, ${width} wide, and what is said of that can be closed`, async () => {
      const page = await views().open({ width, height: 760 });
      const { run } = views().host;
      run.restore({ settings: run.settings, phase: "running", frame: frameAt(7, 2, 5) });
      await page.locator(".card").getByRole("button", { name: "Continue" }).waitFor();
      await until("the picture has its place", async () => (await boxOf(page, ".card")).y >= (await boxOf(page, ".box")).bottom); // prettier-ignore
      await page.getByRole("button", { name: "Close this message" }).click();
      await page.locator(".card").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Continue" }).click();
      await phase(page, "finished");
      const around = (await boxOf(page, ".room")).height - (await boxOf(page, ".box")).height;
      if (width < 760) assert.ok(around < 30, `${around} pixels of nothing`);
      const isRead =
        "((made) => made.scrollWidth <= made.clientWidth && made.scrollHeight <= made.clientHeight)(document.querySelector('p.made'))";
      assert.ok(await page.evaluate<boolean>(isRead), "what it is made of is told in full");
    });

  it("says anew what was closed where it comes to that once more", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, failsAt: 4 }) } });
    const alert = page.getByRole("alert").getByText("The engine crashed");
    await alert.waitFor();
    await page.getByRole("button", { name: "Close this message" }).click();
    await alert.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Continue" }).click();
    await phase(page, "finished");
    assert.equal(await page.locator(".card").count(), 0);
  });

  it("is shared so that what the network sees of an adversarial example need not be scrolled to", async () => {
    const settings = { technique: "adversarial-example" };
    const scenario = { begins: true, settings, real: true };
    const page = await views().open({ width: 1400, height: 900, scenario });
    await phase(page, "finished");
    await page.locator(".opinion img").nth(1).waitFor();
    await until("its pictures are drawn", async () => (await boxOf(page, ".opinion img")).height > 20);
    const { y, bottom } = await boxOf(page, ".opinions");
    assert.ok(y > 0 && bottom <= 900, `${y} to ${bottom}`);
    // The photo is 3 : 2, and stretched to the network's 224 × 224; so is its map.
    const [original, result] = await page.evaluate<readonly (readonly number[])[]>(`[...document.querySelectorAll(".opinion img")].map((one) => {
      const { y, width, height } = one.getBoundingClientRect();
      return [y, width, height];
    })`); // prettier-ignore
    assert.deepEqual(original, result);
    assert.ok(Math.abs(original![1]! / original![2]! - 1) < 0.01, original!.join());
    assert.equal(await page.locator(".opinion").first().getAttribute("data-fit"), "stretch");
  });
});

describe("a Dream panel's page that comes again", function () {
  this.timeout(60_000);
  const { views } = aroundDream();

  it("shows what it showed last until its host has spoken", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const made = await page.locator("p.made").textContent();
    const isKept = `JSON.parse(sessionStorage.getItem("state")).view.last?.place === "Octave 2 of 2 · step 5 of 5"`;
    await until("the last frame is kept", () => page.evaluate<boolean>(isKept));
    await page.addInitScript("globalThis.silent = true"); // for a while the page does not ask then
    await page.reload();
    await page.locator(".room .last").waitFor();
    const { width, height } = await boxOf(page, ".room .last");
    assert.ok(width > 90 && Math.abs(width / height / 1.5 - 1) < 0.1, `${width} × ${height}`);
    assert.equal(await page.locator(".place").textContent(), "Octave 2 of 2 · step 5 of 5");
    assert.equal(await page.locator("header .opening").textContent(), made);
    assert.equal(await page.locator(".box canvas").isVisible(), false);
    await phase(page, "finished");
    await page.locator(".box canvas").waitFor();
    assert.equal(await page.locator(".last").isVisible(), false);
  });

  it("believes nothing of its state that is not a picture", async () => {
    const last = { picture: "https://elsewhere/x.png", made: "DeepDream", place: "Step 1" };
    const page = await views().open({ scenario: { silent: true, state: { view: { last } } } });
    await page.locator("header .opening").getByText("Opening…").waitFor();
  });
});
