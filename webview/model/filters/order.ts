import type { FilterCard } from "../../../src/shared/inside.ts";

export const filterSorts = ["channel", "norm", "roughness"] as const;
export type FilterSort = (typeof filterSorts)[number];

/** Output channels in the order in which they are shown: the largest first; what is not known comes last. */
export function orderOf({ shape: [channels], norms, roughness }: FilterCard, sort: FilterSort): readonly number[] {
  const order = Array.from({ length: channels }, (_, channel) => channel);
  if (sort === "channel") return order;
  const keys = sort === "norm" ? norms : roughness;
  const key = (channel: number) => {
    const value = keys[channel] ?? NaN;
    return Number.isNaN(value) ? -Infinity : value;
  };
  return order.sort((a, b) => (key(a) === key(b) ? a - b : key(b) - key(a)));
}

/** Channels that some other channel doubles, each with those that it is like. */
export function alike({ duplicates }: Pick<FilterCard, "duplicates">): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  const note = (one: number, other: number) => found.set(one, [...(found.get(one) ?? []), other]);
  for (const { a, b } of duplicates) {
    note(a, b);
    note(b, a);
  }
  return found;
}
