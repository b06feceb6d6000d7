import { hasCurve } from "./curve-shown.ts";
import type { Extent } from "./looks.ts";
import type { Session } from "./session.ts";

/** How much of the column what comes of the run takes. */
export function extentOf(session: Session): Extent {
  const { state, looks, beside, canExplain, explained, frame } = session;
  if (!state) return looks.last?.extent ?? "none";
  if (beside.length) return "most";
  if (canExplain && explained?.frame === frame) return "more";
  return hasCurve(session) || canExplain ? "some" : "none";
}
