import type { Frame, Locator } from "playwright-core";
import { glassboxIcon } from "./sidebar.ts";
import { until } from "./until.ts";
import type { Workbench } from "./workbench.ts";

// What a person sees and does in a model editor, whose document a `view` is.

/** Opens a file of the explorer for good, as a double click does. Resolves to its document once the graph is drawn. */
export async function openModel(workbench: Workbench, file: string): Promise<Frame> {
  // A window that has just opened shows its files before it knows which editors extensions bring.
  await workbench.page.locator(glassboxIcon).first().waitFor({ timeout: 60_000 });
  await workbench.file(file).dblclick();
  const view = await workbench.frame("model", 60);
  await graphDrawn(view);
  return view;
}

export const graphDrawn = (view: Frame): Promise<void> =>
  view.locator("#graph-tree [role=treeitem]").first().waitFor({ state: "attached", timeout: 60_000 });

/** A box of the graph as it is read out: a layer's or a block's name. */
export const box = (view: Frame, key: string): Locator => view.locator(`#graph-tree [data-key="${key}"]`);

/** Name, kind and shape of the box that is chosen in the graph. */
export const chosenBox = (view: Frame): Locator => view.locator('#graph-tree [aria-selected="true"]');

/** Chooses a layer by its box, and waits until the right half is about it. */
export async function chooseLayer(view: Frame, layer: string): Promise<void> {
  const key = await box(view, layer).count();
  if (!key) throw new Error(`No box of the graph that is on screen is ${layer}.`);
  await box(view, layer).dispatchEvent("click");
  await heading(view).filter({ hasText: layer }).waitFor();
}

/** What the right half is about. */
export const heading = (view: Frame): Locator => view.locator(".side .heading h2").filter({ visible: true });

/** The table of what is known of the layer. */
export const facts = (view: Frame): Locator => view.locator(".layer-side > .facts");

export const tab = (view: Frame, name: string): Locator => view.getByRole("tab", { name, exact: true });

export async function showTab(view: Frame, name: string): Promise<void> {
  await tab(view, name).click();
  await view.locator(`[role=tab][aria-selected="true"]`).filter({ hasText: name }).waitFor();
}

export const gridPane = "canvas.map-tiles";

/** What is said of the channel that is looked at, and of the place in it. */
export const about = (view: Frame): Locator => view.locator(".about-place");

/** Shows the tools over the maps that are folded away where there is little room. */
export async function unfoldTools(view: Frame): Promise<void> {
  const folded = view.locator('.maps-unfold[aria-expanded="false"]').filter({ visible: true });
  if (!(await folded.count())) return;
  await folded.click();
  await view.page().waitForTimeout(300); // until the maps are drawn anew in the room that is left to them
}

/** "64 channels, 3 dead": there once the layer's maps are. */
export const channelCount = (view: Frame): Locator => view.locator(".maps-bar .count");

/** Until all questions about the layer's maps are answered. */
export async function mapsDrawn(view: Frame): Promise<void> {
  await channelCount(view).filter({ hasText: /\d/ }).waitFor({ timeout: 60_000 });
  await view.locator('.features[data-outdated="false"]').waitFor({ timeout: 60_000 });
}

/** The pictures in large that are on screen: the channel's map, then the photo. */
export const large = (view: Frame): Locator => view.locator(".stage canvas.pane").filter({ visible: true });

/** Where a share of the way down and across a picture lies, in pixels of the picture's element. */
export async function within(picture: Locator, down: number, across: number): Promise<{ x: number; y: number }> {
  const frame = await picture.boundingBox();
  if (!frame) throw new Error("The picture is not on screen.");
  return { x: across * frame.width, y: down * frame.height };
}

/** Paints one stroke across the middle of the photo with the brush that is chosen. */
export async function paint({ page }: Workbench, photo: Locator): Promise<void> {
  const frame = await photo.boundingBox();
  if (!frame) throw new Error("The photo is not on screen.");
  const y = frame.y + 0.35 * frame.height;
  await page.mouse.move(frame.x + 0.3 * frame.width, y);
  await page.mouse.down();
  await page.mouse.move(frame.x + 0.7 * frame.width, y, { steps: 6 });
  await page.mouse.up();
}

/** The first number after some words, with whatever sign is typed there. */
export function numberAfter(text: string, words: RegExp): number {
  const found = new RegExp(`${words.source}\\s*([−-]?[\\d.,]+(?:e[−-]?\\d+)?)`).exec(text)?.[1];
  if (found === undefined) throw new Error(`No number after ${words.source} in: ${text}`);
  return Number(found.replace(/−/g, "-").replace(/,/g, ""));
}

/** Chooses an entry of a menu behind a button. */
export async function menuEntry(view: Frame, opener: string, entry: string): Promise<void> {
  await view.getByRole("button", { name: opener, exact: true }).filter({ visible: true }).click();
  await view.getByRole("menuitem", { name: entry }).click();
}

/** Until text that changes by itself reads as it should. */
export const says = (place: Locator, pattern: RegExp, seconds = 30): Promise<void> =>
  until(
    `it says ${String(pattern)}`,
    async () =>
      pattern.test(
        (await place
          .first()
          .textContent({ timeout: 2000 })
          .catch(() => "")) ?? "",
      ),
    seconds,
  );
