import type { Preparation } from "../../src/shared/preparation.ts";

/** Field by field: what came back from a file may have its fields in another order. */
export const samePreparation = (one: Preparation, other: Preparation): boolean =>
  one.fit === other.fit &&
  one.color === other.color &&
  one.layout === other.layout &&
  sameNumbers(one.size, other.size) &&
  sameNumbers(one.range, other.range) &&
  sameNumbers(one.mean, other.mean) &&
  sameNumbers(one.deviation, other.deviation);

/** One number stands for one per channel. */
function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  const length = Math.max(one.length, other.length);
  const at = (list: readonly number[], i: number) => (list.length === 1 ? list[0] : list[i]);
  return Array.from({ length }, (_, i) => at(one, i) === at(other, i)).every(Boolean);
}
