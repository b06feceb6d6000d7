import type { Locator } from "playwright-core";
import { until } from "./until.ts";
import type { Workbench } from "./workbench.ts";

// Glassbox's container in the side bar, and what a person does there.

export type View = "Layers" | "Current Photo" | "Models";

/** In the activity bar. */
export const glassboxIcon = '.activitybar .action-item [aria-label^="Glassbox"]';

export async function showGlassbox({ page }: Workbench): Promise<void> {
  const header = page.locator('.pane-header[aria-label^="Layers"]');
  if (await header.isVisible()) return;
  await page.locator(glassboxIcon).first().click();
  await header.waitFor();
}

export const showExplorer = async (workbench: Workbench): Promise<void> => {
  await workbench.page.keyboard.press("ControlOrMeta+Shift+E");
  await workbench.ready();
};

export const pane = ({ page }: Workbench, view: View): Locator =>
  page.locator(".pane").filter({ has: page.locator(`.pane-header[aria-label^="${view}"]`) });

/** A line of a view, by how it is read out: its name, or how that begins. */
export const line = (workbench: Workbench, view: View, name: string): Locator =>
  pane(workbench, view).locator(`.monaco-list-row[aria-label^="${name}"]`).first();

/** The hover that is on screen. */
export const hover = ({ page }: Workbench): Locator => page.locator(".monaco-hover:visible").last();

/** What it says; VS Code writes a hover's text with spaces that do not break. */
export const hoverText = async (workbench: Workbench): Promise<string> =>
  ((await hover(workbench).textContent()) ?? "").replaceAll("\u00a0", " ");

/** Points at nothing, until there is no hover any more. */
export async function pointAway(workbench: Workbench): Promise<void> {
  await workbench.page.mouse.move(700, 5);
  await until("no hover is on screen", async () => !(await hover(workbench).isVisible()));
}

/** Points at something until it has its hover: VS Code drops one that is due while the line under the pointer is drawn anew. */
export async function pointAt(workbench: Workbench, place: Locator): Promise<void> {
  await pointAway(workbench);
  await until("there is a hover", () => hovered(workbench, place));
}

/** True where a hover stands; else points once more. */
async function hovered(workbench: Workbench, place: Locator): Promise<boolean> {
  if (await hover(workbench).isVisible()) return true;
  await pointAway(workbench);
  await place.hover();
  await workbench.page.waitForTimeout(1200);
  return false;
}

/** Points at something until its hover has a picture that was decoded; resolves to the picture's width in pixels. */
export async function hoverPicture(workbench: Workbench, place: Locator): Promise<number> {
  const picture = workbench.page.locator(".monaco-hover:visible img").last();
  let width = 0;
  await pointAway(workbench);
  await until(
    "the hover has a picture",
    async () => {
      if (await picture.isVisible()) {
        width = await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
        return width > 0;
      }
      // VS Code asks once per hover: a hover that came before the engine had an answer tells no more.
      await hovered(workbench, place);
      return false;
    },
    60,
  );
  return width;
}

/** What stands at the end of a line, for those who see it: VS Code draws it by style alone. */
export const badge = (of: Locator): Promise<string> =>
  of
    .locator(".monaco-icon-label")
    .first()
    .evaluate((element) => {
      const { getComputedStyle } = globalThis as unknown as Styles;
      return getComputedStyle(element, "::after").content.replaceAll('"', "");
    });

/** As much of a page as is used here; the tests' own types know no DOM. */
interface Styles {
  getComputedStyle(element: unknown, part: string): { readonly content: string };
}
