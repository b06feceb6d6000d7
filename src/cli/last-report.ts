import { basename } from "node:path";
import type { Progress } from "../shared/updates.ts";
import { inTerminal } from "./words.ts";

/** The last report of a job over photos; undefined where there is none. How far it is stands on the terminal meanwhile. */
export async function lastReport<R extends { readonly kind: string }>(
  updates: AsyncIterable<Progress | R>,
): Promise<R | undefined> {
  let report: R | undefined;
  try {
    for await (const update of updates)
      if (isProgress(update)) progress(`${update.done} of ${update.total} photos`);
      else report = update;
  } finally {
    progress("");
  }
  return report;
}

/** Says of each photo that could not be read why not. */
export function tellRefused(
  refused: readonly { readonly image: string; readonly why: string }[],
  complain: (problem: string) => void,
): void {
  for (const { image, why } of refused) complain(inTerminal(why.includes(basename(image)) ? why : `${image}: ${why}`));
}

const isProgress = (update: { readonly kind: string }): update is Progress => update.kind === "progress";

/** On one line that is written over again and gone in the end; a file or a pipe gets none. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
