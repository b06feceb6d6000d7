import type { TechniqueCard } from "../../src/shared/protocol.ts";

/** In the order in which they are asked for: the one shown first, then the cheapest; of equals as the catalogue has them. */
export function inTurn(cards: readonly TechniqueCard[], shown: string): readonly string[] {
  const isShown = ({ id }: TechniqueCard) => Number(id === shown);
  return cards.toSorted((a, b) => isShown(b) - isShown(a) || a.cost - b.cost).map(({ id }) => id);
}
