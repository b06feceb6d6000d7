import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds that no element of the page can be waited for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  for (const late = Date.now() + seconds * 1000; !(await holdsNow(holds)); await sleep(50))
    if (Date.now() > late) throw new Error(`Not within ${seconds} s: ${what}.`);
}

/** A view's page gives way to another, while VS Code loads it, between being found and being asked: then it is asked again. */
async function holdsNow(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await holds();
  } catch (error) {
    if (error instanceof Error && /Frame was detached|Execution context was destroyed/.test(error.message))
      return false;
    throw error;
  }
}
