import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { ExplainPanel } from "../../../src/host/explain-panel.ts";
import type { Glassbox } from "../../../src/host/extension.ts";

const extension = () => {
  const found = vscode.extensions.getExtension<Glassbox>("glassbox.glassbox");
  if (!found) throw new Error("This VS Code has no Glassbox.");
  return found;
};

/** The extension under test, activated. */
export const glassbox = async (): Promise<Glassbox> => extension().activate();

/** The extension's manifest, as VS Code reads it. */
export const manifest = () => extension().packageJSON as Manifest; // VS Code hands over what package.json holds

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

export const root = (): string => extension().extensionPath;
export const sample = (name: string): string => join(root(), "samples", name);

/** Explains photos as the explorer's menu does; several at once when several are selected. */
export const explain = (...photos: readonly string[]) => {
  const uris = photos.map((photo) => vscode.Uri.file(photo));
  return vscode.commands.executeCommand("glassbox.explain", uris[0], uris);
};

/** The panel of a photo, which must be open. */
export async function panelOf(photo: string): Promise<ExplainPanel> {
  const panel = (await glassbox()).panels.all.find(({ image }) => image === photo);
  if (!panel) throw new Error(`There is no panel for ${photo}.`);
  return panel;
}

export const closeAll = () => vscode.commands.executeCommand("workbench.action.closeAllEditors");

/** The suite looks at this model through the cat's photo; afterwards there is none any more, and nothing is open. */
export function seeingThroughCat(model: string): void {
  before(async () => {
    const { current } = (await glassbox()).inside;
    current.useModel(model);
    await current.usePhoto(sample("cat-chelsea.png"));
  });
  after(async () => {
    await (await glassbox()).inside.current.usePhoto(undefined);
    await closeAll();
  });
}

export const patient = new AbortController().signal;

/** Copies of files that a test may change, in a folder that goes away after it. */
export async function copies(
  ...files: readonly string[]
): Promise<{ readonly paths: string[]; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "glassbox-host-"));
  const paths = files.map((file) => join(folder, basename(file)));
  await Promise.all(files.map((file, i) => cp(file, paths[i]!))); // as many paths as files
  return { paths, remove: () => rm(folder, { recursive: true }) };
}

/** Until `holds` does; fails with `what` when it takes too long. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limit = 25_000): Promise<void> {
  for (const start = Date.now(); !(await holds()); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() - start > limit) throw new Error(`Not within ${limit} ms: ${what}`);
}
