import type { FilterCard, FilterScale } from "./inside.ts";

// What is said of a layer's filters, on a page, on a sheet and at a terminal.

/** How many times as long as the shortest the longest may be for one scale to show both. */
const apart = 10;

/** The scale on which filters are drawn where nobody chose: colours lose all contrast beside filters that are much stronger. */
export function usualScale({ kind, norms, dead }: Pick<FilterCard, "kind" | "norms" | "dead">): FilterScale {
  if (kind !== "color") return "all";
  const [shortest, longest] = endsOf(norms, dead);
  return longest > apart * shortest ? "each" : "all";
}

/** "64 filters of 3 × 3 over the picture's colours, read as red, green, blue: middle grey is a weight of 0." */
export function kindWords({ kind, shape: [outs, ins, height, width], groups, colors }: FilterCard): string {
  const filters = `${count(outs, "filter")} of ${height} × ${width}`;
  switch (kind) {
    case "color":
      return `${filters} over the picture's ${ins === 1 ? "grey" : "colours"}${colors ? `, read ${orderWords(colors)}` : ""}: middle grey is a weight of 0.`;
    case "depthwise":
      return `${filters}, each over one channel alone (depthwise).`;
    case "deep":
      return `${filters} over ${count(ins, "channel")}${groups > 1 ? ` of their group (${groups} groups)` : ""}: each place shows the norm of its weights over the ${count(ins, "channel")}.`;
    case "pointwise":
      return `1 × 1: each of ${count(outs, "output")} mixes ${count(ins, "channel")}${groups > 1 ? ` of its group (${groups} groups)` : ""} at one place.`;
    case "linear":
      return `A matrix: each of ${count(outs, "output")} is made of ${count(ins, "number")}.`;
  }
}

/** "as blue, green, red (a guess)" */
export const orderWords = ({ order, guessed }: NonNullable<FilterCard["colors"]>): string =>
  `as ${order === "BGR" ? "blue, green, red" : "red, green, blue"}${guessed ? " (a guess)" : ""}`;

/** What the ends of the colours stand for: "−17.6 to 17.6", or of what each has for itself. `figure` writes a number. */
export function scaleWords(
  { kind, pictures, own, dead }: Pick<FilterCard, "kind" | "pictures" | "own" | "dead">,
  scale: FilterScale,
  figure: (value: number) => string,
): string {
  if (scale === "all" || !own) return `one scale: ${figure(pictures.low)} to ${figure(pictures.high)}`;
  const [from, to] = endsOf(own.reach, dead);
  const what = kind === "deep" ? "0 to its greatest norm" : "minus to plus its greatest weight";
  // Of dead ones alone there is nothing to say.
  return `each its own scale: ${what}${from <= to ? `, ${figure(from)} to ${figure(to)}` : ""}`;
}

/** The least and the greatest of those that are not dead. */
function endsOf(lengths: Float32Array, dead: readonly number[]): readonly [number, number] {
  const alive = lengths.filter((length, channel) => Number.isFinite(length) && !dead.includes(channel));
  return [alive.reduce((a, b) => Math.min(a, b), Infinity), alive.reduce((a, b) => Math.max(a, b), 0)];
}

/** What the verdict rests on; undefined where kernels have no frequencies. `percent` writes a share. */
export const medianWords = (
  { median, threshold }: Pick<FilterCard, "median" | "threshold">,
  percent: (share: number) => string,
): string | undefined =>
  Number.isFinite(median) && Number.isFinite(threshold)
    ? `Half of the filters have at ${median < threshold ? "most" : "least"} ${percent(median)} of their energy in the upper half of the frequencies; ${median < threshold ? "" : "only "}below ${percent(threshold)} counts as smooth`
    : undefined;

const count = (n: number, one: string): string => `${n.toLocaleString("en")} ${n === 1 ? one : `${one}s`}`;
