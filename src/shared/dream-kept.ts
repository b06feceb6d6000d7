import type { StripFrame } from "./dream-panel.ts";

type Frame = Pick<StripFrame, "done" | "isResult" | "isSaved" | "isSheet" | "walked" | "whole">;

/** "61 of 400 steps": of how many of the steps that led to the last of these frames one is kept; of several pictures, of how many of those. */
export function keptWords(line: readonly Frame[]): string {
  const pictures = wordsOf(line, line.filter(isWhole).length);
  if (line.at(-1)?.isSaved) return "the saved picture";
  const steps = line.filter(({ isResult }) => !isResult);
  const kept = steps.length;
  if (pictures !== undefined) {
    const between = line.filter((frame) => !isWhole(frame)).length;
    return between ? `${pictures}, and ${count(between)} on the way` : pictures;
  }
  const last = steps.at(-1);
  const made = Math.max(kept, last?.walked ?? last?.done ?? 0);
  const words = made > kept ? `${kept} of ${made} steps` : `all ${count(made)}`;
  return kept < line.length ? `${words}, and the result` : words;
}

/** "150 of 300 pictures": of several that are made one after the other, those that a film shows. */
export const picturesWords = (line: readonly Frame[]): string | undefined => wordsOf(line, filmed(line).length);

function wordsOf(line: readonly Frame[], kept: number): string | undefined {
  if (line.filter(isWhole).length < 2) return undefined;
  const made = Math.max(kept, line.findLast(isWhole)?.whole ?? 0);
  return made > kept ? `${kept} of ${made} pictures` : `all ${made} pictures`;
}

/** What a film shows of this line: where several pictures are made one after the other, those that are whole, at even distances up to the last, and of a sheet as they came; else all. */
export function filmed<F extends Frame>(line: readonly F[]): readonly F[] {
  const whole = line.filter(isWhole);
  if (whole.length < 2) return line;
  const stride = strideOf(line);
  // One that was looked at, or where a branch began, was kept beside them.
  return whole.filter((frame, i) => ((frame.whole ?? 1) - 1) % stride === 0 || i === whole.length - 1);
}

/** Of every how many whole pictures one is kept. Those that a sheet lacks came too fast to be shown: they were of no even distance. */
export function strideOf(line: readonly Frame[]): number {
  const whole = line.flatMap((frame) => (frame.isSheet ? [] : (frame.whole ?? [])));
  const [first = 0, last = 0] = [whole[0], whole.at(-1)];
  return 2 ** Math.max(0, Math.round(Math.log2((last - first) / Math.max(1, whole.length - 1))));
}

const isWhole = ({ whole }: Frame): boolean => whole !== undefined;

const count = (steps: number): string => (steps === 1 ? "1 step" : `${steps} steps`);
