import { basename } from "node:path";
import { differing, type MadeWith } from "../../shared/made-with.ts";
import type { Checkpoint, Ended, Reach, Recipe, RecipeSettings } from "../../shared/synthesis.ts";
import { filesOf, photosOf, replacedBetween } from "./going-on.ts";

// A picture that was steered, or branched off another, was made in stages: with which settings each, and how far.

/** What a recipe says of the stages before its last settings. */
type Past = Pick<Recipe, "before" | "continued">;

/** What a run goes on with. */
interface Present {
  readonly technique: string;
  readonly made: MadeWith;
}

/**
 * What went before a run that goes on from there; and where its own stage stands already, where it goes on as if there had
 * been no pause. `today`: the checkpoint as it would be written by now.
 */
export function pastOf(
  from: Checkpoint,
  today: Checkpoint,
  present: Present,
): { readonly past: Past; readonly reached?: Reach } {
  const { recipe, state, octave, step } = from;
  const where = `from octave ${octave}, step ${step}`;
  if (!recipe?.until) return { past: { continued: where } };
  const { before = [], continued, until, ...settings } = recipe;
  if (isUndisturbed(today, present)) return { past: pastOfRecipe(recipe), reached: until };
  if (continued !== undefined) return { past: { continued: `${continued}; ${where}` } };
  const file = replacedBetween(today.made, present.made, filesOf);
  if (file !== undefined) return { past: { continued: `${where}, before another ${basename(file)} came` } };
  const folder = replacedBetween(today.made, present.made, photosOf);
  if (folder !== undefined)
    return { past: { continued: `${where}, before there were other photos in ${basename(folder)}` } };
  const stage: Ended<RecipeSettings> = { ...settings, until, leaves: state ? "all" : "picture" };
  return { past: { before: [...before, stage] } };
}

const pastOfRecipe = ({ before, continued }: Recipe): Past => ({
  ...(before && { before }),
  ...(continued !== undefined && { continued }),
});

/** Whether it goes on with the same, and with all that was learned. */
const isUndisturbed = (from: Checkpoint, { technique, made }: Present): boolean =>
  from.technique === technique && from.state?.optimizer !== undefined && differing(from.made, made, "all").length === 0;

/** Where the next stage begins. */
export function leftBy({ leaves }: Pick<Ended<unknown>, "leaves">, from: Checkpoint): Checkpoint {
  if (leaves === "all") return from;
  const { state: _, ...picture } = from;
  return picture;
}

export const isSameReach = (one: Reach | undefined, other: Reach | undefined): boolean =>
  one?.done === other?.done && (one?.returns ?? 0) === (other?.returns ?? 0);

/** How far a run is: counts how often it goes back. */
export class Course {
  constructor(private reach: Reach | undefined) {}

  step(done: number): Reach {
    const { done: before = -Infinity, returns: already = 0 } = this.reach ?? {};
    const returns = done > before ? already : already + 1;
    return (this.reach = { done, ...(returns > 0 && { returns }) });
  }
}

/** Files, or settings, are no longer what they were when the recipe was kept. */
export const endedBefore = (until: Reach, { done }: Reach): string =>
  `The recipe's picture was gone on with, or stopped, after ${until.done} steps of these settings, which are through after ${done} here: another picture comes of it.`;
