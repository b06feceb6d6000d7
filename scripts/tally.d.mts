export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Tests that were tried again, and why: "Explain Prediction fills in every technique: Timeout". */
  readonly again: readonly string[];
}

/** A run's counts; `fell` are the files in which something failed: what, and what these had counted. */
export interface RunCounts extends Partial<Counts> {
  readonly fell?: readonly (Omit<Counts, "again"> & { readonly file: string; readonly why: readonly string[] })[];
}

export const nothing: Counts;
export function together(...all: readonly Partial<Counts>[]): Counts;
export function secondTry(first: RunCounts, second: RunCounts): Counts;
export function stageWords(counts: Counts): string;
export function closingLines(counts: Counts): string[];
