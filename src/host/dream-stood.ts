import type { DreamPhase } from "../shared/dream-panel.ts";
import type { Failure } from "../shared/rpc.ts";
import type { Beside } from "../shared/synthesis.ts";
import type { Note } from "../shared/updates.ts";
import type { Kept } from "./dream-film.ts";

/** A picture, and how it stands. */
export interface Standing {
  readonly newest: Kept | undefined;
  readonly phase: DreamPhase;
  readonly failure?: Failure | undefined;
  readonly beside: readonly Beside[];
  readonly notes: readonly Note[];
}

/** The same where something else was begun in its place: what was not finished counts as stopped. */
export const asStood = ({ newest, phase, beside, notes }: Standing): Standing => ({
  newest,
  phase: phase === "finished" ? phase : "stopped",
  beside,
  notes,
});
