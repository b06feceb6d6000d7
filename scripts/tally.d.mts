export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Tests that were tried again, and why: "Explain Prediction fills in every technique: Timeout". */
  readonly again: readonly string[];
}

export const nothing: Counts;
export function together(...all: readonly Partial<Counts>[]): Counts;
export function stageWords(counts: Counts): string;
export function closingLines(counts: Counts): string[];
