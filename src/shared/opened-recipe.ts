import type { OpenedRecipe } from "./dream-panel.ts";

/** What comes of it when a person presses Start after a recipe was opened, in words. */
export function recipeWords({ missing, continued }: OpenedRecipe): string {
  const lost = missing.length
    ? [`Not found here: ${missing.join(", ")}.`, "What was chosen is used in its place."]
    : [];
  return [...lost, ...startWords(missing.length > 0, continued)].join(" ");
}

function startWords(isIncomplete: boolean, continued: string | undefined): readonly string[] {
  if (continued !== undefined)
    return [
      `These are the last settings of a picture that was not made in one go (${continued}).`,
      "Start makes one from the beginning, which is another.",
    ];
  return isIncomplete ? ["Start makes another picture."] : ["These are the picture's settings. Start makes it again."];
}
