import type { Drawn, Recipe } from "../shared/synthesis.ts";
import type { DreamRun } from "./dream-run.ts";
import { alone } from "./dream-stages.ts";

/** The picture of a file, and how it was made. */
export interface Saved {
  readonly picture: Drawn;
  readonly recipe: Recipe;
}

/** Shows the picture in place of what the run made, which stays on the strip; with the run's settings it can be made anew. Its frame. */
export function showSaved(run: DreamRun, { picture, recipe }: Saved): number {
  const { settings, film } = run;
  const { id } = film.open(picture, recipe, alone(settings));
  run.restore({ settings, recipe, phase: "finished", film: { frames: film.all, newest: id } });
  return id;
}
