import type { Family } from "./kinds.ts";

export const names = [
  "paper",
  "text",
  "dim",
  "box",
  "border",
  "inside",
  "link",
  "accent",
  "chosen",
  "chosen-text",
  "chosen-border",
  "focus",
  "warning",
  "warning-text",
  "error",
  "hit",
  "changed",
  "added",
  "removed",
  "only",
  "unreadable",
] as const;
type Name = (typeof names)[number];

/** How many kinds of repeated blocks are told apart by colour. */
export const hues = 6;

/** The theme's colours: `#rrggbb`, or `#rrggbbaa` where light comes through. */
export interface Colors {
  readonly of: Readonly<Record<Name, string>>;
  readonly family: Readonly<Record<Family, string>>;
  /** Blocks that are built alike. */
  readonly alike: readonly string[];
  readonly font: string;
}
