import { homedir } from "node:os";
import { dirname, isAbsolute, relative, sep } from "node:path";
import type { WorkspaceFolder } from "vscode";

/**
 * Where a new file is suggested: beside the one that it comes from; else in the workspace, as far as that is on a disk; else in
 * the person's own folder.
 */
export function saveFolder(
  origin: string | undefined,
  workspace: readonly Pick<WorkspaceFolder, "uri">[] | undefined,
): string {
  if (origin !== undefined) return dirname(origin);
  return workspace?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath ?? homedir();
}

/** The file that a new one may be put beside. What comes with the extension is none: its folder goes with the next version. */
export function ownOrigin(origin: string | undefined, extension: string): string | undefined {
  if (origin === undefined) return undefined;
  const within = relative(extension, origin);
  const isOutside = isAbsolute(within) || within === ".." || within.startsWith(`..${sep}`);
  return isOutside ? origin : undefined;
}
