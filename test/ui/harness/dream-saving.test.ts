import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { keptWords } from "../../../src/shared/dream-kept.ts";
import { phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { staged } from "./dream-staged.ts";
import { resize } from "./pages.ts";
describe("the Dream panel's menus", function () {
  this.timeout(60_000);
  const { views, asked } = aroundDream();

  it("says of how many steps there is a frame, where all are saved", async () => {
    const start = staged({ step: 1, octaves: 1, steps: 150 });
    const page = await views().open({ scenario: { begins: true, start } });
    await phase(page, "finished");
    const entry = page.getByRole("menuitem", { name: /^All frames as PNG…/ });
    const said = async () => {
      await page.getByRole("button", { name: "Save" }).click();
      const text = await entry.textContent();
      await page.keyboard.press("Escape");
      return text;
    };
    assert.equal(await said(), "All frames as PNG… (120 of 150 steps)");
    const { run } = views().host;
    const fifth = run.film.all[4]!;
    await page.locator(".frame").nth(4).click();
    assert.equal(await said(), `All frames as PNG… (${keptWords(run.film.line(fifth.id))})`);
    run.resume(fifth.id, "one step");
    await phase(page, "paused");
    await page.locator(".frame.off").last().click();
    assert.equal(await said(), "All frames as PNG…", "what led to another branch's, the dialog says");
  });

  for (const [what, opened, words] of [
    [
      "one made in one go",
      {},
      /^The recipe of dream\.png is open\. These are the picture's settings: “Start” makes the same\./,
    ],
    ["one that was steered and stopped", { stages: 1, stoppedAfter: 7 }, /in 2 stages.*stopped after 7 steps: “Start” makes the same, as long/], // prettier-ignore
    ["one of an earlier version that was stopped", { continued: "stopped at octave 2, step 3" }, /stopped at octave 2, step 3.*from the beginning, which is another/], // prettier-ignore
    ["one whose files are not here", { missing: ["sea.png"] }, / Not found here: sea\.png\. What was chosen is used/],
    ["one with what is unknown here", { unfit: ["Octaves: 99"] }, / Left out, .*: Octaves: 99\. “Start” makes another/],
  ] as const)
    it(`says what comes of the recipe of ${what}`, async () => {
      const page = await views().open({ scenario: { recipe: opened } });
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Open recipe…" }).click();
      await page.locator(".notice", { hasText: words }).waitFor();
      assert.equal(asked("subject").length, 1, "of other files the host tells");
      const stays = Object.keys(opened).length > 0 && !("stages" in opened);
      assert.equal(await page.getAttribute(".notice", "data-level"), stays ? "warning" : "info", "a warning stays");
    });

  it("names the button that makes the picture of a recipe, where one was made already", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Open recipe…" }).click();
    await page.locator(".notice", { hasText: "“Start again” makes the same." }).waitFor();
    await page.getByRole("button", { name: "Start again" }).waitFor();
  });

  describe("of a finished picture", () => {
    let page: Page;
    before(async () => {
      page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
      await phase(page, "finished");
    });
    beforeEach(() => resize(page, 1180, 760));

    it("saves a film as WebP", async () => {
      const before = asked("saveFilm").length;
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("menuitem", { name: "Film as WebP…" }).click();
      await until("it is asked for", () => asked("saveFilm").length > before);
      assert.deepEqual(asked("saveFilm").slice(before), [{ frame: 9, kind: "webp", framesPerSecond: 12 }]);
    });

    it("saves a film as APNG, too", async () => {
      const before = asked("saveFilm").length;
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("menuitem", { name: "Film as APNG…" }).click();
      await until("it is asked for", () => asked("saveFilm").length > before);
      assert.deepEqual(asked("saveFilm").slice(before), [{ frame: 9, kind: "apng", framesPerSecond: 12 }]);
    });

    it("saves the frame on screen", async () => {
      await page.locator(".frame").nth(4).click();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("menuitem", { name: /Picture as PNG/ }).click();
      await until("it is asked for", () => asked("savePicture").length > 0);
      assert.deepEqual(asked("savePicture"), [{ frame: views().host.run.film.all[4]!.id }]);
    });

    for (const [width, height] of [
      [1180, 760],
      [560, 760],
      [320, 760],
      [200, 760],
      [560, 200],
    ] as const)
      it(`has its menus within a window of ${width} × ${height}, each entry in sight or to be scrolled to`, async () => {
        await resize(page, width, height);
        for (const name of ["Save", "More actions"]) {
          const opener = page.getByRole("button", { name });
          for (const to of ["start", "end"]) {
            await opener.evaluate((button, block) => (button as never as Scrolled).scrollIntoView({ block }), to);
            await opener.focus();
            await page.keyboard.press("Enter");
            const entries = page.getByRole("menu", { name }).getByRole("menuitem");
            for (let i = 0; i < (await entries.count()); i++) {
              const { x, y, width: wide, height: high } = (await entries.nth(i).boundingBox())!;
              const [right, bottom] = [x + wide, y + high];
              const where = `${name} ${i}: ${[x, y, right, bottom].map(Math.round).join(", ")}`;
              assert.ok(x >= 0 && y >= 0 && right <= width && bottom <= height, where);
              await page.keyboard.press("ArrowDown");
            }
            await page.keyboard.press("Escape");
          }
        }
      });
  });
});

interface Scrolled {
  scrollIntoView(options: { readonly block: string }): void;
}
