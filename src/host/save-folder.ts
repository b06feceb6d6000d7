import { homedir } from "node:os";
import { dirname } from "node:path";
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
