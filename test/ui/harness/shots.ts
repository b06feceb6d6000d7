import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Pages } from "./pages.ts";

/** One picture of a page, to be looked at. */
export interface Shot<Look> {
  readonly name: string;
  readonly look?: Look;
  /** What is waited for, or done, before. */
  readonly until?: (page: Page) => Promise<unknown>;
}

interface Views<Look> extends Pick<Pages, "problems" | "screenshot" | "close"> {
  open(look?: Look): Promise<Page>;
}

/** Takes those whose names contain what the command line says, into the folder that it says. Closes the views. */
export async function shoot<Look>(
  views: Views<Look>,
  shots: readonly Shot<Look>[],
  settle: (page: Page) => Promise<unknown>,
): Promise<void> {
  const [folder = "screenshots", only = ""] = process.argv.slice(2);
  try {
    for (const { name, look, until = settle } of shots.filter((shot) => shot.name.includes(only))) {
      const page = await views.open(look);
      await until(page).catch((error: unknown) => console.error(`${name}: ${String(error)}`));
      await views.screenshot(join(folder, `${name}.png`));
    }
  } finally {
    await views.close();
  }
  for (const problem of new Set(views.problems)) console.error(problem);
}
