import { medianWords } from "../../../src/shared/filter-words.ts";
import type { FilterCard } from "../../../src/shared/inside.ts";
import { count, figure, percent } from "../../shared/words.ts";

export interface VerdictWords {
  readonly verdict: string;
  readonly why: string;
  readonly level: "good" | "warning" | "info";
}

/** The verdict with its number, and what it was compared with. */
export function verdictWords(card: FilterCard): VerdictWords {
  const { verdict } = card;
  const [outs, , height, width] = card.shape;
  const measured = medianWords(card, percent);
  switch (verdict) {
    case "smooth":
      return { verdict, why: `${measured}.`, level: "good" };
    case "noisy":
      return {
        verdict,
        why: `${measured}. Such weights look untrained, or trained for too short a time or without regularisation.`,
        level: "warning",
      };
    case "patterned":
      return {
        verdict,
        why: `${measured}. And yet it is no noise: the weights depend on each other, as in fine patterns.`,
        level: "info",
      };
    case "too small to tell":
    case "too few to tell":
      return {
        verdict,
        why: measured
          ? `${measured}. In ${count(outs, "filter")} of ${height} × ${width} this may be noise or a fine pattern.`
          : `Kernels of ${height} × ${width} have no frequencies to tell smooth from noisy by.`,
        level: "info",
      };
  }
}

/** "Filter 12: norm 1.24, roughness 0.31, dead". */
export function filterWords(
  { norms, roughness, dead }: Pick<FilterCard, "norms" | "roughness" | "dead">,
  channel: number,
  like: readonly number[] = [],
): string {
  const rough = roughness[channel] ?? NaN;
  return [
    `Filter ${channel}: norm ${figure(norms[channel] ?? NaN)}`,
    Number.isNaN(rough) ? undefined : `roughness ${figure(rough)}`,
    dead.includes(channel) ? "dead" : undefined,
    like.length
      ? `points the same way as ${like.slice(0, 3).join(", ")}${like.length > 3 ? " and others" : ""}`
      : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}

/** "−0.031", or "red 0.1, green 0.02, blue −0.3". */
export const valuesText = (values: readonly number[]): string =>
  values.length === 3
    ? ["red", "green", "blue"].map((name, i) => `${name} ${figure(values[i] ?? NaN)}`).join(", ")
    : values.map(figure).join(", ");
