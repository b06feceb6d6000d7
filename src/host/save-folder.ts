import { homedir } from "node:os";
import { dirname, isAbsolute, relative, sep } from "node:path";
import type { WorkspaceFolder } from "vscode";

/**
 * Where a new file is suggested: beside the one that it comes from; else in the workspace, as far as that is on a disk, in the
 * folder of the first of `others` that has one there (the model, a text that is open), rather than in its first folder; else
 * in the person's own folder.
 */
export function saveFolder(
  origin: string | undefined,
  workspace: readonly Pick<WorkspaceFolder, "uri">[] | undefined,
  ...others: readonly string[]
): string {
  if (origin !== undefined) return dirname(origin);
  const folders = (workspace ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);
  const [own] = others.flatMap((path) => folders.filter((folder) => isWithin(path, folder)));
  return own ?? folders[0] ?? homedir();
}

/** The file that a new one may be put beside. What comes with the extension is none: its folder goes with the next version. */
export const ownOrigin = (origin: string | undefined, extension: string): string | undefined =>
  origin === undefined || isWithin(origin, extension) ? undefined : origin;

function isWithin(file: string, folder: string): boolean {
  const within = relative(folder, file);
  return !isAbsolute(within) && within !== ".." && !within.startsWith(`..${sep}`);
}
