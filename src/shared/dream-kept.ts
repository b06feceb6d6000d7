import type { StripFrame } from "./dream-panel.ts";

/** "61 of 400 steps": of how many of the steps that led to the last of these frames one is kept. */
export function keptWords(line: readonly Pick<StripFrame, "done" | "isResult">[]): string {
  const steps = line.filter(({ isResult }) => !isResult);
  const kept = steps.length;
  // Where other settings were chosen on the way, its steps may have been counted anew.
  const made = Math.max(kept, steps.at(-1)?.done ?? 0);
  const words = made > kept ? `${kept} of ${made} steps` : `all ${count(made)}`;
  return kept < line.length ? `${words}, and the result` : words;
}

const count = (steps: number): string => (steps === 1 ? "1 step" : `${steps} steps`);
