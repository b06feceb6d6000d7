import type { Recipe, SynthesisCard } from "../shared/synthesis.ts";
import type { Schedule } from "./dream-pace.ts";

/** Sides of one size, times as long as those of the one before, where the person does not choose how much. */
const doubled = 2;

/** How a picture's octaves follow one another, as its settings have it. Undefined where its technique is not known. */
export function scheduleOf({ technique, parameters }: Recipe, cards: readonly SynthesisCard[]): Schedule | undefined {
  const card = cards.find(({ id }) => id === technique);
  if (!card) return undefined;
  // What else is counted as octaves, tries and pictures of a sheet, is of one size.
  if (!card.parameters["octaves"]) return { growth: 1, factor: 1 };
  const { "octave-scale": scale = doubled, "steps-factor": factor = 1 } = parameters;
  return { growth: Number(scale) ** 2, factor: Number(factor) };
}
