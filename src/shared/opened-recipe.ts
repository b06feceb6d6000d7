import type { OpenedRecipe } from "./dream-panel.ts";

/** What comes of it when a person presses Start after a recipe was opened, in words. */
export function recipeWords(opened: OpenedRecipe): string {
  const { missing, places, unfit, continued } = opened;
  const lost = [
    ...(missing.length ? [`Not found here: ${missing.join(", ")}.`, "What was chosen is used in its place."] : []),
    ...(places.length ? [`Left out, as the missing model's own: ${places.join(", ")}.`] : []),
    ...(unfit.length ? [`Left out, as unknown here or out of range: ${unfit.join("; ")}.`] : []),
  ];
  return [...lost, ...startWords(isIncomplete(opened), continued)].join(" ");
}

/** Whether something of it is not here: without it another picture comes. */
export const isIncomplete = ({ missing, places, unfit }: OpenedRecipe): boolean =>
  missing.length + places.length + unfit.length > 0;

function startWords(isAnother: boolean, continued: string | undefined): readonly string[] {
  if (continued !== undefined)
    return [
      `These are the last settings of a picture that was not made in one go (${continued}).`,
      "Start makes one from the beginning, which is another.",
    ];
  return isAnother ? ["Start makes another picture."] : ["These are the picture's settings. Start makes it again."];
}
