import { NotApplicable } from "../techniques/technique.ts";
import type { SynthesisRun } from "./technique.ts";

/** The layers that were chosen one by one, or else the one. */
export const lookedAt = ({ layer, layers }: Pick<SynthesisRun, "layer" | "layers">): SynthesisRun["layers"] =>
  layers.length ? layers : [{ name: layer, weight: 1 }];

/** Refuses weights that are all zero: what has none would be taken for dead. */
export function demandWeight(weights: readonly number[]): void {
  if (weights.every((weight) => weight === 0))
    throw new NotApplicable("No layer has a weight: nothing of the picture is looked at.");
}
