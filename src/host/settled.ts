import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** What tells one state of a file from another; undefined where there is no file. */
export async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return undefined;
  }
}

/** Waits until a file that is being written has been the same for `pause` milliseconds. */
export async function settled(path: string, pause: number, signal: AbortSignal): Promise<string | undefined> {
  for (let before = await stampOf(path); ;) {
    await sleep(pause, undefined, { signal });
    const now = await stampOf(path);
    if (now === before) return now;
    before = now;
  }
}
