import type { Page } from "playwright-core";
import { samplesFolder } from "../../unit/support/engine.ts";
import { finished, inBoth, type DreamShot } from "./dream-shots.ts";
import { picture, sixChannels, staged, styleTerms } from "./dream-staged.ts";

/** What comes of it, and what is beside it. */
export const shotsOfResults: readonly DreamShot[] = [
  ...inBoth({
    name: "terms",
    look: {
      scenario: {
        begins: true,
        settings: { technique: "style-transfer" },
        start: staged({ octaves: 1, steps: 12, terms: styleTerms }),
      },
    },
    until: finished,
  }),
  {
    name: "class-made",
    look: {
      theme: "light",
      scenario: {
        photo: "none",
        real: true,
        begins: true,
        settings: { technique: "class-visualization", target: 282, parameters: { steps: 60, size: 128 } },
      },
    },
    until: finished,
  },
  ...(["dark", "high-contrast-light"] as const).map((theme) => ({
    name: `sheet-${theme}`,
    look: { theme, scenario: { begins: true, start: staged({ sheet: sixChannels }) } },
    async until(page: Page) {
      await finished(page);
      await page.locator(".cell").nth(1).click();
      await page.waitForTimeout(200);
    },
  })),
  {
    name: "feature-grid",
    look: {
      scenario: {
        photo: "none",
        real: true,
        begins: true,
        settings: { technique: "feature-grid", layer: "fire5/concat", parameters: { count: 8, steps: 24 } },
      },
    },
    async until(page) {
      await finished(page);
      await page.locator(".cell").nth(3).focus();
      await page.waitForTimeout(200);
    },
  },
  {
    name: "atlas",
    look: {
      scenario: {
        photo: "none",
        real: true,
        begins: true,
        settings: {
          technique: "activation-atlas",
          layer: "fire6/concat",
          parameters: { folder: samplesFolder, grid: 5, steps: 24, size: 64, least: 1 },
        },
      },
    },
    async until(page) {
      await finished(page);
      await page.locator(".cell").nth(7).focus();
      await page.waitForTimeout(200);
    },
  },
  {
    name: "row-of-all",
    look: {
      scenario: {
        real: true,
        begins: true,
        settings: { technique: "inversion", layer: "fire3/concat", parameters: { row: "all", steps: 10 } },
      },
    },
    until: finished,
  },
  ...[
    [1400, 900],
    [1000, 700],
    [480, 900],
  ].flatMap(([width = 0, height = 0]) =>
    inBoth({
      name: `adversarial-${width}`,
      look: {
        width,
        height,
        scenario: { real: true, begins: true, settings: { technique: "adversarial-example" } },
      },
      async until(page) {
        await finished(page);
        await page.locator(".opinion img").nth(1).waitFor({ timeout: 30_000 });
        await page.waitForTimeout(200);
      },
    }),
  ),
  {
    name: "enlarged",
    look: {
      theme: "light",
      scenario: {
        begins: true,
        start: staged({ beside: [{ key: "d", title: "The change, 30 times enlarged", picture: picture(3, 4, 2) }] }),
      },
    },
    async until(page) {
      await finished(page);
      await page.locator(".picture").click();
      await page.waitForTimeout(200);
    },
  },
];
