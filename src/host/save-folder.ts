import { homedir } from "node:os";
import { dirname, isAbsolute, relative, sep } from "node:path";
import type { WorkspaceFolder } from "vscode";

/**
 * Where a new file is suggested: beside the one that it comes from; else in the workspace, as far as that is on a disk, in the
 * folder of the model rather than the first; else in the person's own folder.
 */
export function saveFolder(
  origin: string | undefined,
  workspace: readonly Pick<WorkspaceFolder, "uri">[] | undefined,
  model?: string,
): string {
  if (origin !== undefined) return dirname(origin);
  const folders = (workspace ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);
  const ofModel = model === undefined ? undefined : folders.find((folder) => isWithin(model, folder));
  return ofModel ?? folders[0] ?? homedir();
}

/** The file that a new one may be put beside. What comes with the extension is none: its folder goes with the next version. */
export const ownOrigin = (origin: string | undefined, extension: string): string | undefined =>
  origin === undefined || isWithin(origin, extension) ? undefined : origin;

function isWithin(file: string, folder: string): boolean {
  const within = relative(folder, file);
  return !isAbsolute(within) && within !== ".." && !within.startsWith(`..${sep}`);
}
