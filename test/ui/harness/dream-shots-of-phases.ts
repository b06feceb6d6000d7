import type { Page } from "playwright-core";
import { phase } from "../driver/dream.ts";
import type { DreamScenario } from "./dream-fake-host.ts";
import { finished, inBoth, type DreamShot } from "./dream-shots.ts";
import { staged } from "./dream-staged.ts";

const sizes = [
  { width: 1400, height: 900 },
  { width: 1000, height: 700 },
  { width: 480, height: 900 },
] as const;

const settle = (page: Page) => page.waitForTimeout(700);
const begun = (step: number, steps = 5): DreamScenario => ({ begins: true, start: staged({ step, steps }) });

/** One picture from nothing to its end: what stays where it is, and what does not. */
const phases: Readonly<Record<string, { readonly scenario: DreamScenario; until(page: Page): Promise<unknown> }>> = {
  opened: { scenario: {}, until: settle },
  waiting: { scenario: { begins: true, start: staged({ waits: new Promise(() => {}) }) }, until: settle },
  first: { scenario: begun(900), until: (page) => page.locator(".frame").first().waitFor() },
  grows: { scenario: begun(60, 40), until: (page) => page.locator(".frame").nth(9).waitFor() },
  paused: {
    scenario: begun(60, 40),
    async until(page) {
      await page.locator(".frame").nth(9).waitFor();
      await page.keyboard.press(" ");
      await phase(page, "paused");
      await settle(page);
    },
  },
  through: { scenario: begun(5), until: finished },
};

export const shotsOfPhases: readonly DreamShot[] = sizes.flatMap((size) =>
  Object.entries(phases).flatMap(([name, { scenario, until }]) =>
    inBoth({ name: `phase-${size.width}-${name}`, look: { ...size, scenario }, until }),
  ),
);
