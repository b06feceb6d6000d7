import type { Frame } from "playwright-core";
import { until } from "../test/ui/driver/until.ts";
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

/** Explains a photo as a person does, in a panel that is new, and looks at the clocks of in-page.mjs. */
export async function explained(workbench: Workbench, photo: string): Promise<Moments> {
  await closed(workbench);
  return explainedNext(workbench, photo);
}

/** The same in the panel that stands, if one does. */
export async function explainedNext(workbench: Workbench, photo: string): Promise<Moments> {
  const { page } = workbench;
  await workbench.explorerMenu(photo, entry);
  const shown = await seen(await workbench.frame("explain"), photo);
  const { click } = await page.evaluate<Pick<Moments, "click">>(moments);
  return { click, ...shown };
}

async function closed(workbench: Workbench): Promise<void> {
  if ((await workbench.frames("explain")).length === 0) return;
  // By the tabs themselves: a panel that is just loading takes the focus from the palette.
  await until("all editors are closed", async () => {
    const tab = workbench.tabs().first();
    if (await tab.isVisible()) await tab.click({ button: "middle", timeout: 3000 }).catch(() => undefined); // it has just closed
    return (await workbench.tabs().count()) === 0 && (await workbench.frames("explain")).length === 0;
  });
  await workbench.page.waitForTimeout(pause);
}

/** Until the engine has let go of what the closed panel had asked for: longer than it is given before it is killed. */
const pause = 1000;

/** Asked again and again: the page's policy forbids what Playwright waits with. */
async function seen(view: Frame, photo: string): Promise<Omit<Moments, "click">> {
  const late = performance.now() + 60_000;
  while (performance.now() < late) {
    const { page, map, held, label = "" } = await view.evaluate<Partial<Moments & { readonly label: string }>>(moments);
    const named = label.includes(`over ${photo}.`);
    if (named && page !== undefined && map !== undefined && held !== undefined) return { page, map, held };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No map of ${photo} was on screen within a minute.`);
}

/** Has the page leave the techniques that still run and wait, as a person may: from then on the engine has nothing to do. */
export async function idle(workbench: Workbench): Promise<void> {
  const view = await workbench.frame("explain");
  const cancel = view.getByRole("button", { name: "Cancel what is running" });
  if (await cancel.isVisible()) await cancel.click().catch(() => undefined); // it has just ended by itself
  await workbench.page.waitForTimeout(pause);
}
