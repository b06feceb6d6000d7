// What the screenshots of the Dream panel have in common.
import type { Page } from "playwright-core";
import type { DreamLook } from "./dream-harness.ts";
import type { Shot } from "./shots.ts";
import type { ThemeName } from "./themes.ts";

export type DreamShot = Shot<DreamLook>;

export const narrow = { width: 560, height: 900 };
export const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
const quick = { settings: { parameters: { octaves: 2, steps: 5 } } };
export const running = { real: true, begins: true, ...quick };

export const finished = async (page: Page): Promise<void> => {
  await page.waitForSelector('.bar[data-phase="finished"]', { timeout: 90_000 });
  await page.waitForTimeout(300);
};

/** The look of a panel of this size, in VS Code's dark and its light theme. */
export const inBoth = (shot: DreamShot): readonly DreamShot[] =>
  (["dark", "light"] as const).map((theme) => ({
    ...shot,
    name: `${shot.name}-${theme}`,
    look: { ...shot.look, theme },
  }));
