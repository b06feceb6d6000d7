import type { Frame, Locator } from "playwright-core";
import { copyFileSync, existsSync, mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/paths.mjs";
import { until } from "./until.ts";
import type { Workbench } from "./workbench.ts";

// What a person sees and does in an Explain panel, whose document a `view` is.

export const sample = (name: string): string => join(root, "samples", name);

/** A folder that the test may write into, with these of the samples. */
export function workspace(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-ui-"));
  for (const name of names) copyFileSync(sample(name), join(folder, name));
  return folder;
}

export const thumbnail = (view: Frame, technique: string): Locator =>
  view.locator(`.thumbnail[data-technique="${technique}"]`);

/** Until the technique has said all that it has to say; they run one after the other. */
export const done = (view: Frame, technique: string): Promise<void> =>
  view.locator(`.thumbnail[data-technique="${technique}"][data-status="done"]`).waitFor({ timeout: 60_000 });

/** The panel of the cat's photo, which was asked for in the explorer's menu, as soon as there is a map. */
export async function explained(vscode: Workbench): Promise<Frame> {
  await vscode.explorerMenu("cat-chelsea.png", "Glassbox: Explain Prediction");
  const view = await vscode.frame("explain");
  await done(view, "grad-cam");
  return view;
}

export const classes = (view: Frame): Locator => view.getByRole("listbox", { name: /^Classes/ }).getByRole("option");

/** The sentence under the pictures: technique, class, layer. */
export const sentence = (view: Frame): Locator => view.locator(".sentence");

/** A dropdown, by what it is called. */
export const dropdown = (view: Frame, name: string): Locator => view.getByRole("combobox", { name, exact: true });

/** What a dropdown stands at. */
export const chosen = async (view: Frame, name: string): Promise<string> =>
  (await dropdown(view, name).locator('[role=option][aria-selected="true"]').textContent()) ?? "";

export async function choose(view: Frame, name: string, option: RegExp): Promise<void> {
  const wanted = dropdown(view, name).getByRole("option", { name: option });
  // What is on offer may still be coming, and a panel that loads meanwhile takes the focus, which closes the list.
  await until(`${name} offers ${option}`, async () => {
    if (!(await wanted.isVisible())) await dropdown(view, name).click();
    return wanted.isVisible();
  });
  await wanted.click();
}

/** Chooses an entry of the Save menu. */
export async function save(view: Frame, entry: string): Promise<void> {
  await view.getByRole("button", { name: "Save", exact: true }).click();
  await view.getByRole("menuitem", { name: entry }).click();
}

/** As much of a canvas as is used here; the tests' own types know no DOM. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  toDataURL(): string;
  getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } };
}

export const mapPane = ".map .over canvas";
export const photoPane = ".photo canvas";

/** What is drawn in a pane, to compare with what is drawn there at another time. */
export const drawn = (view: Frame, pane: string): Promise<string> =>
  view.locator(pane).evaluate((canvas: unknown) => (canvas as Canvas).toDataURL());

/** How many different colours the large map has: a blank one has one. */
export const colors = (view: Frame): Promise<number> =>
  view.locator(mapPane).evaluate((element: unknown) => {
    const canvas = element as Canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

/** Until a file that the extension saves is there. */
export async function written(path: string): Promise<void> {
  const size = () => (existsSync(path) ? statSync(path).size : 0);
  let [before, same] = [0, 0];
  // VS Code writes a large file in pieces.
  await until(`${path} is written`, () => {
    const now = size();
    same = now > 0 && now === before ? same + 1 : 0;
    before = now;
    return same >= 8;
  });
}
