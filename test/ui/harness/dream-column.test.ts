import assert from "node:assert/strict";
import { phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { staged, styleTerms } from "./dream-staged.ts";

/** What of an element fades, above and below. */
const fading = (of: string): string =>
  `["--above", "--below"].map((one) => getComputedStyle(document.querySelector("${of}")).getPropertyValue(one)).join(" ")`;

/** What has the focus, whether it is seen where it is, and what it scrolls in, without what fades there. */
const focused = `(() => {
  const active = document.activeElement;
  const { left, top, right, bottom } = active.getBoundingClientRect();
  const scroller = active.closest(".fading");
  const room = scroller.getBoundingClientRect();
  const [above, below] = (${fading(".chosen")}).split(" ").map(parseFloat);
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return {
    name: active.getAttribute("aria-label") ?? active.textContent,
    isSeen: active.contains(hit) || active.getRootNode().host?.contains(hit) === true,
    box: { top, bottom },
    room: { top: room.top + above, bottom: room.bottom - below },
  };
})()`;

interface Focused {
  readonly name: string;
  readonly isSeen: boolean;
  readonly box: { readonly top: number; readonly bottom: number };
  readonly room: { readonly top: number; readonly bottom: number };
}

describe("the column beside the Dream panel's picture", function () {
  this.timeout(60_000);
  const { views } = aroundDream();

  it("folds away what few people change, until it is asked for or says something", async () => {
    const page = await views().open({
      width: 1400,
      height: 900,
      scenario: { start: staged({ step: 5 }), begins: true },
    });
    await phase(page, "finished");
    const factor = page.locator('[data-parameter="steps-factor"]');
    assert.equal(await factor.isVisible(), false);
    assert.ok(await page.locator('[data-parameter="octaves"]').isVisible());
    await page.getByText("More", { exact: true }).press("Enter");
    await factor.waitFor();
    const said = await views().open({ scenario: { settings: { parameters: { "steps-factor": 2 } } } });
    await said.locator('[data-parameter="steps-factor"]').waitFor();
  });

  for (const technique of ["deep-dream", "style-transfer", "class-visualization", "activation-atlas"])
    it(`keeps the objective's curve in sight beside the form of ${technique}`, async () => {
      const settings = { technique, target: 7, parameters: {} };
      const page = await views().open({ width: 1400, height: 900, scenario: { settings, start: staged({ step: 5 }), begins: true } }); // prettier-ignore
      await phase(page, "finished");
      for (const summary of await page.locator(".advanced:not([hidden]) summary").all()) await summary.click();
      const curve = (await page.locator(".curve .objective svg").boundingBox())!;
      assert.ok(curve.height > 40 && curve.y > 0 && curve.y + curve.height < 900, JSON.stringify(curve));
      const seen = await page.evaluate(`(() => {
        const { left, top, width, height } = document.querySelector(".curve .objective svg").getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".curve") !== null;
      })()`);
      assert.ok(seen, "nothing lies over it");
    });

  const styled = {
    begins: true,
    settings: { technique: "style-transfer" },
    start: staged({ terms: styleTerms, step: 5 }),
  };

  for (const [width, height] of [
    [1000, 700],
    [1400, 900],
    [1180, 420],
  ] as const)
    it(`has nothing over what Tab goes to, ${width} × ${height}`, async () => {
      const page = await views().open({ width, height, scenario: styled });
      await phase(page, "finished");
      await page.locator('[aria-label="Content layer"]').focus();
      const passed: string[] = [];
      while (passed.length < 20 && !passed.at(-1)?.startsWith("Seed")) {
        const { name, isSeen, box, room } = await page.evaluate<Focused>(focused);
        const isInside = box.top >= room.top && box.bottom <= room.bottom;
        assert.ok(isSeen && isInside, JSON.stringify({ name, isSeen, box, room }));
        passed.push(name);
        await page.keyboard.press("Tab");
      }
      assert.ok(passed.length > 9, passed.join());
    });

  it("leaves to the curves what a short form has no use for", async () => {
    const scenario = { ...styled, settings: { technique: "texture-synthesis" } };
    const page = await views().open({ width: 1400, height: 900, scenario });
    await phase(page, "finished");
    await page.getByRole("button", { name: "Explain it" }).waitFor();
    const [form, come] = await Promise.all([".settings", ".come"].map((one) => page.locator(one).boundingBox()));
    assert.ok(Math.abs(come!.y - (form!.y + form!.height)) < 20, "it begins where the form ends");
    const { y, height } = (await page.locator(".curve .rows").boundingBox())!;
    const ends = await page.evaluate<readonly number[]>(
      `[...document.querySelectorAll(".curve figure")].map((one) => one.getBoundingClientRect().bottom)`,
    );
    assert.equal(ends.length, 8, "what is climbed, its six terms and a loss");
    assert.ok(ends.filter((end) => end <= y + height).length >= 6, `${ends.join()} in ${y + height}`);
  });

  it("fades where there is more of it, and nowhere else", async () => {
    const page = await views().open({ width: 1000, height: 700, scenario: styled });
    await phase(page, "finished");
    for (const of of [".chosen", ".curve .rows"]) {
      await until(`${of} fades below`, async () => (await page.evaluate(fading(of))) === "0px 28px");
      await page.evaluate(`document.querySelector("${of}").scrollTop = 9999`);
      await until(`${of} fades above`, async () => (await page.evaluate(fading(of))) === "28px 0px");
    }
    const whole = await views().open({
      width: 1400,
      height: 1100,
      scenario: { begins: true, start: staged({ step: 5 }) },
    });
    await phase(whole, "finished");
    for (const of of [".chosen", ".come", ".curve .rows", ".notes .list"])
      assert.equal(await whole.evaluate(fading(of)), "0px 0px", of);
  });
});
