import type { CurvePoint } from "../../src/shared/dream-panel.ts";
import { climbs } from "./climbed.ts";
import { wayOf, type Way } from "./curve-lines.ts";
import type { Session } from "./session.ts";

/** Whether there is a curve, or its place is kept for it. */
export function hasCurve(session: Session): boolean {
  const { state, looks } = session;
  if (!state) return looks.last !== undefined && looks.last.extent !== "none";
  return isAwaited(session) || shownOf(session).way.points.some(({ objective }) => objective !== undefined);
}

/** Whether its first point is yet to come. */
export const isAwaited = ({ curve, isGoing, settings }: Session): boolean =>
  isGoing && curve.length === 0 && climbs(settings?.technique);

/**
 * The way to the newest frame; where an earlier one is looked at that does not lie on it, of another branch or technique, the
 * way to that one. `marked`: that one's point.
 */
export function shownOf({ curve, earlier }: Session): { readonly way: Way; readonly marked: number | undefined } {
  const way = wayOf(curve);
  const before = earlier?.curve ?? [];
  const last = before.length - 1;
  if (last < 0) return { way, marked: undefined };
  const begins = curve.length - way.points.length;
  const isOnWay = last >= begins && isSame(curve[last], before[last]);
  if (isOnWay) return { way, marked: last - begins };
  const own = wayOf(before);
  return { way: own, marked: own.points.length - 1 };
}

const isSame = (one: CurvePoint | undefined, other: CurvePoint | undefined) =>
  JSON.stringify(one) === JSON.stringify(other);
