import { visible } from "../shared/words.ts";
import { progressText } from "./result.ts";
import type { View } from "./view.ts";

/** Says what becomes of the technique shown to those who do not see it. */
export function narrate({ session, announce }: View): void {
  const title = session.technique?.title;
  // A refusal speaks for itself; what was said before it holds no longer.
  if (title === undefined || !session.looked) return announce("");
  const { status, progress, failure, stale } = session.resultOf(session.remembered.technique);
  if (status === "running") announce(`${title}: ${progress ? progressText(progress) : "running"}`, true);
  else if (status === "done" && !stale) announce(`${title} is ready.`);
  else if (status === "stopped") announce(`${title} was stopped.`);
  else if (status === "failed") announce(`${title} failed: ${visible(failure?.message ?? "")}`);
}
