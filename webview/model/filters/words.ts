import type { FilterCard } from "../../../src/shared/inside.ts";
import { count, figure } from "../../shared/words.ts";

/** "64 filters of 3 × 3 over 3 channels, as colours". */
export function kindWords({ kind, shape: [outs, ins, height, width], groups }: FilterCard): string {
  const size = `${height} × ${width}`;
  switch (kind) {
    case "color":
      return `${count(outs, "filter")} of ${size} over the picture's ${ins === 1 ? "grey" : "colours"}: middle grey is a weight of 0.`;
    case "depthwise":
      return `${count(outs, "filter")} of ${size}, each over one channel alone (depthwise).`;
    case "deep":
      return `${count(outs, "filter")} of ${size} over ${count(ins, "channel")}${groups > 1 ? ` of their group (${groups} groups)` : ""}: how long each place's weights are together. Choose one to see its slices.`;
    case "pointwise":
      return `1 × 1: each of ${count(outs, "output")} mixes ${count(ins, "channel")}${groups > 1 ? ` of its group (${groups} groups)` : ""} at one place.`;
    case "linear":
      return `A matrix: each of ${count(outs, "output")} is made of ${count(ins, "number")}.`;
  }
}

export interface VerdictWords {
  readonly verdict: string;
  readonly why: string;
  readonly level: "good" | "warning" | "info";
}

/** The verdict with its number, and what it was compared with. */
export function verdictWords({ verdict, median, threshold, shape: [outs, , height, width] }: FilterCard): VerdictWords {
  const measured = Number.isNaN(median)
    ? ""
    : `Half of the filters have more than ${figure(median)} of their energy in the upper half of the frequencies`;
  const limit = Number.isNaN(threshold) ? "" : `smooth is less than ${figure(threshold)}`;
  switch (verdict) {
    case "smooth":
      return { verdict: "smooth", why: `${measured}; ${limit}.`, level: "good" };
    case "noisy":
      return {
        verdict: "noisy",
        why: `${measured}; ${limit}. Such weights look untrained, or trained for too short a time or without regularisation.`,
        level: "warning",
      };
    case "patterned":
      return {
        verdict: "patterned",
        why: `${measured}; ${limit}. And yet it is no noise: the weights depend on each other, as in fine patterns.`,
        level: "info",
      };
    case "too small to tell":
      return {
        verdict: "too small to tell",
        why: measured
          ? `${measured}, which in ${count(outs, "filter")} of ${height} × ${width} may be noise or a fine pattern; ${limit}.`
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
