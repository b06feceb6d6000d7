import { realpathSync } from "node:fs";
import { resolve } from "node:path";

/** Whether two paths lead to one folder, by links or not: an extension may be loaded over a link. */
export const isSameFolder = (one: string, other: string): boolean =>
  resolve(one) === resolve(other) || realPath(one) === realPath(other);

function realPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return resolve(folder); // a folder that is not there is the same as none but itself
  }
}
