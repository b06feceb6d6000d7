import type { OpenedRecipe } from "./dream-panel.ts";

/** What comes of it when a person presses the button that begins, whatever that is called now, after a recipe was opened. */
export function recipeWords(opened: OpenedRecipe, begin: string): string {
  const { of, missing, others, places, unfit } = opened;
  return [
    `The recipe of ${of} is open.`,
    ...(missing.length ? [`Not found here: ${missing.join(", ")}.`, "What was chosen is used in its place."] : []),
    ...(others.length ? [othersWords(others)] : []),
    ...(places.length ? [`Left out, as the missing model's own: ${places.join(", ")}.`] : []),
    ...(unfit.length ? [`Left out, as unknown here or out of range: ${unfit.join("; ")}.`] : []),
    ...beginWords(opened, begin),
  ].join(" ");
}

/** Whether another picture comes of it than the one that it was found in. */
export const makesAnother = (opened: OpenedRecipe): boolean => opened.continued !== undefined || isIncomplete(opened);

/** Whether something of it is not here. */
const isIncomplete = ({ missing, others, places, unfit }: OpenedRecipe): boolean =>
  missing.length + others.length + places.length + unfit.length > 0;

const othersWords = (others: readonly string[]): string =>
  others.length === 1
    ? `${others.join("")} here is not the one that the picture was made of.`
    : `${others.join(", ")} here are not those that the picture was made of.`;

function beginWords(opened: OpenedRecipe, begin: string): readonly string[] {
  if (opened.continued !== undefined)
    return [
      `These are the last settings of a picture that was not made in one go (${opened.continued}).`,
      `“${begin}” makes one from the beginning, which is another.`,
    ];
  if (isIncomplete(opened)) return [`“${begin}” makes another picture.`];
  const { stages = 0, stoppedAfter } = opened;
  const made = stages
    ? `The picture was made in ${stages + 1} stages, of whose settings these are the last`
    : "These are the picture's settings";
  if (stoppedAfter === undefined && !stages) return [`${made}: “${begin}” makes the same.`];
  const steps = stoppedAfter === 1 ? "one step" : `${stoppedAfter} steps`;
  const stopped = stoppedAfter === undefined ? "" : `; it was stopped after ${steps}`;
  return [`${made}${stopped}: “${begin}” makes the same, as long as no setting is changed.`];
}
