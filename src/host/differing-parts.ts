import type { DifferingPart } from "../shared/model-panel.ts";
import type { ModelDiff } from "../shared/structure.ts";

/**
 * What differs, as far as it is in the model on that side, by the names that it has there. `direction`: in words, which model
 * was taken as the first, where nothing says which is.
 */
export function partsOf(
  { layers, outside }: Pick<ModelDiff, "layers" | "outside">,
  side: "a" | "b",
  direction?: string,
): readonly DifferingPart[] {
  const all = [...layers.map((each) => ({ ...each, piece: "layer" as const })), ...outside];
  return all.flatMap(({ layer, renamed, change, words, piece }): DifferingPart[] => {
    if (change === "same" || change === (side === "a" ? "added" : "removed")) return [];
    const name = side === "b" ? (renamed ?? layer) : layer;
    if (direction === undefined) return [{ name, piece, change, words }];
    const isAlone = change === "added" || change === "removed";
    return [{ name, piece, change: isAlone ? "only" : change, words: isAlone ? words : `${words} (${direction})` }];
  });
}
