import type { Note } from "./updates.ts";

const keys: ReadonlySet<string> = new Set(["verdict", "search"]);

/** What is said of the picture that comes of a run, and of no other: what the network says of it, and which try of a search it is. */
export const isOfOutcome = ({ key }: Note): boolean => keys.has(key);
