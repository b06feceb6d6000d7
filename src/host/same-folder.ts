import { realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/** Whether two paths lead to one folder, by links or not: an extension may be loaded over a link. */
export const isSameFolder = (one: string, other: string): boolean =>
  resolve(one) === resolve(other) || realPath(one) === realPath(other);

/**
 * Where a folder lies within one of a workspace's, as that one spells it: the workspace shows what is in it. Undefined where
 * it lies in none, or where tools keep what they installed.
 */
export function placeIn(workspace: readonly string[], folder: string): string | undefined {
  for (const each of workspace) {
    const way = relative(realPath(each), realPath(folder));
    const parts = way.split(sep);
    const isWithin = !isAbsolute(way) && !parts.some((part) => part.startsWith(".") || part === "node_modules");
    if (isWithin) return join(each, way);
  }
  return undefined;
}

function realPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return resolve(folder); // a folder that is not there is the same as none but itself
  }
}
