import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds that no element of the page can be waited for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  for (const late = Date.now() + seconds * 1000; !(await holds()); await sleep(50))
    if (Date.now() > late) throw new Error(`Not within ${seconds} s: ${what}.`);
}
