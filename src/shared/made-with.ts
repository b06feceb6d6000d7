import type { Given } from "./parameters.ts";

// Pictures that belong together are made with the same settings: which ones differ, and which may.

/** All that pictures depend on, as plain values that can be compared. */
export interface MadeWith {
  /** Network, photo, layer, class and the like, by name. */
  readonly subject: Given;
  readonly parameters: Given;
}

/** How far it goes and how fast may change on the way: it changes nothing of what a picture is of. */
const pace = new Set(["steps", "rate", "step-size"]);

/** Names of what is not the same in both. `among` several pictures, the pace may differ. */
export function differing(one: MadeWith, other: MadeWith, among: "all" | "all but the pace"): readonly string[] {
  const parameters = changed(one.parameters, other.parameters);
  return [
    ...changed(one.subject, other.subject),
    ...(among === "all" ? parameters : parameters.filter((name) => !pace.has(name))),
  ];
}

const changed = (one: Given, other: Given): readonly string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((key) => text(one[key]) !== text(other[key]));

const text = (value: unknown): string | undefined => JSON.stringify(value, sorted);

/** The order in which fields were written makes no difference. */
const sorted = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
