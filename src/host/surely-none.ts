import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Folders that nobody searches for files of their own. */
const passedOver = new Set(["node_modules", ".git"]);

/** Entries that are read before it is left to VS Code's search, which is better at large trees. */
const most = 4000;

/**
 * Whether these folders hold no file with that ending, for sure: all of them were read, with what lies below. VS Code's own
 * search takes half a second to begin in a window that was just opened. False where there is one, where a link leads
 * elsewhere, or where there is more than can be read at once: then a search will tell.
 */
export async function surelyNone(folders: readonly string[], ending: string): Promise<boolean> {
  let left = most;
  for (const waiting = [...folders]; waiting.length > 0;) {
    const folder = waiting.pop() ?? "";
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    left -= entries?.length ?? left;
    if (!entries || left < 0) return false;
    for (const entry of entries) {
      if (entry.isSymbolicLink() || entry.name.toLowerCase().endsWith(ending)) return false;
      if (entry.isDirectory() && !passedOver.has(entry.name)) waiting.push(join(folder, entry.name));
    }
  }
  return true;
}
