import type { Frame } from "playwright-core";
import type { Workbench } from "../test/ui/driver/workbench.ts";

/** Milliseconds on one clock: the click in the menu, the page's first element, the map's first colours. */
export interface Moments {
  readonly click: number;
  readonly page: number;
  readonly map: number;
  /** A duration: before the browser began to fetch the view's page. */
  readonly held: number;
}

const moments = "globalThis.glassboxMoments";

const entry = "Glassbox: Explain Prediction";

/** Until VS Code, which shows its window first, has read what its extensions contribute. */
export async function knowsGlassbox(workbench: Workbench, photo: string): Promise<void> {
  for (let tries = 60; tries > 0; tries--) {
    const entries = await (await workbench.openExplorerMenu(photo)).allTextContents();
    await workbench.page.keyboard.press("Escape");
    if (entries.includes(entry)) return;
    await workbench.page.waitForTimeout(500);
  }
  throw new Error(`VS Code's menu for ${photo} has no ${entry}.`);
}

/** Explains a photo as a person does, looks at the clocks of in-page.mjs, and closes the panel again. */
export async function explained(workbench: Workbench, photo: string): Promise<Moments> {
  const { page } = workbench;
  await workbench.explorerMenu(photo, entry);
  const view = await workbench.frame("explain");
  const shown = await seen(view);
  const { click } = await page.evaluate<Pick<Moments, "click">>(moments);
  await workbench.command("View: Close All Editors");
  await page.waitForTimeout(pause);
  return { click, ...shown };
}

/** Until the engine has let go of what the closed panel had asked for: longer than it is given before it is killed. */
const pause = 1000;

/** Asked again and again: the page's policy forbids what Playwright waits with. */
async function seen(view: Frame): Promise<Omit<Moments, "click">> {
  const late = performance.now() + 60_000;
  while (performance.now() < late) {
    const { page, map, held } = await view.evaluate<Partial<Moments>>(moments);
    if (page !== undefined && map !== undefined && held !== undefined) return { page, map, held };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("No map was on screen within a minute.");
}
