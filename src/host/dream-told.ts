import type { DreamPhase, DreamProgress, DreamSettings, Playing, Queue } from "../shared/dream-panel.ts";
import type { Failure } from "../shared/rpc.ts";
import type { Recipe } from "../shared/synthesis.ts";
import type { Note } from "../shared/updates.ts";
import type { Kept } from "./dream-film.ts";
import { playedRecipe } from "./dream-notes.ts";
import { playingOf } from "./dream-stages.ts";
import type { Present } from "./dream-watch.ts";

/** How a run stands. */
interface Stands {
  readonly phase: DreamPhase;
  readonly settings: DreamSettings;
  readonly failure: Failure | undefined;
  readonly canceled: boolean;
  readonly notes: readonly Note[];
  readonly queue: Queue | undefined;
  readonly newest: Kept | undefined;
  /** What the engine makes at present, and which stage of a recipe that is. */
  readonly begun: Recipe | undefined;
  readonly playing: Playing | undefined;
  readonly progress: DreamProgress | undefined;
  readonly layerUsed: string | undefined;
}

/** The same in the words of an update: what is of no concern in this phase is left out. */
export function told(run: Stands): Present["state"] {
  const { phase, settings, failure, canceled, notes, queue, newest, begun, progress, layerUsed } = run;
  const recipe = newest?.recipe ?? begun;
  const playing = newest ? playingOf(newest.played) : run.playing;
  const recipeNote = phase === "idle" ? undefined : playedRecipe(settings);
  return {
    phase,
    settings,
    notes: [...(recipeNote ? [recipeNote] : []), ...notes],
    ...(failure && { failure }),
    ...(canceled && { canceled }),
    ...(phase === "waiting" && queue && { waitsFor: queue }),
    ...(progress && { progress: { ...progress, ...(playing && { playing }) } }),
    ...(layerUsed !== undefined && { layerUsed }),
    ...(recipe && { recipe }),
  };
}
