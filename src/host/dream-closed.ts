import type { DreamPhase } from "../shared/dream-panel.ts";
import { playingOf } from "./dream-stages.ts";
import type { Left } from "./dream-store.ts";

/** Seconds after which a picture that still grows is missed: who closes it sooner has seen what there was to see. */
const missedAfter = 10;

const isGoing: ReadonlySet<DreamPhase> = new Set(["waiting", "running"]);
const isUnfinished: ReadonlySet<DreamPhase> = new Set([...isGoing, "paused", "interrupted", "failed"]);

/** A panel that was closed. */
export interface Closed {
  readonly title: string;
  readonly left: Left;
  /** Since its picture was begun. */
  readonly seconds: number;
}

/** What is said of a panel that was closed in the midst of its picture; undefined where nothing is missed. */
export function closedWords({ title, left, seconds }: Closed): string | undefined {
  const { phase, frame, film, played } = left;
  if (!frame || !isUnfinished.has(phase)) return undefined;
  if (isGoing.has(phase) && seconds < missedAfter) return undefined;
  const { done, total } = film?.frames.find(({ id }) => id === film.newest) ?? frame;
  const playing = playingOf(played);
  const stage = playing ? ` of stage ${playing.stage} of ${playing.stages}` : "";
  const place = `step ${done} of ${total}${stage}`;
  return phase === "paused" ? `${title} was closed, paused at ${place}.` : `${title} was closed at ${place}.`;
}

/** As it comes back: what grew waits for a person to go on with it. */
export const asPaused = ({ failure: _, ...left }: Left): Left => ({ ...left, phase: "paused" });
