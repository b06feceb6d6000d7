import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { ModelChoice } from "../shared/protocol.ts";
import { photosIn } from "./folder-photos.ts";
import { photosOfWorkspace } from "./photos.ts";
import { isSameFolder } from "./same-folder.ts";

const mostOffered = 100;

/** The samples, and the photos of the workspace. */
export async function offeredPhotos(extension: vscode.Uri): Promise<readonly ModelChoice[]> {
  const samples = join(extension.fsPath, "samples");
  const found = (await photosOfWorkspace(mostOffered)).filter(({ scheme }) => scheme === "file");
  const own = found
    .filter(({ fsPath }) => !isSameFolder(join(fsPath, ".."), samples))
    .map((uri) => ({ path: uri.fsPath, title: vscode.workspace.asRelativePath(uri), where: "workspace" as const }))
    .sort((a, b) => a.title.localeCompare(b.title));
  const titles = new Set(own.map(({ title }) => title));
  const builtIn = (await photosIn(samples)).map((path) => {
    const name = basename(path);
    return { path, title: titles.has(name) ? `${name} (built in)` : name, where: "built in" as const };
  });
  return [...own, ...builtIn];
}
