import type { SynthesisCard } from "./synthesis.ts";

export type Part = "octave" | "size" | "picture" | "try";

/** What the engine counts as octaves: sizes of one picture, pictures of a sheet, or the tries of a search. */
export function partOf(maker: SynthesisCard | undefined, isSheet: boolean): Part {
  if (isSheet) return "picture";
  const { octaves } = maker?.parameters ?? {};
  if (maker && !octaves) return "try";
  return octaves?.label.startsWith("Sizes") ? "size" : "octave"; // as the form calls them
}

/** "octave 3 of 4"; of a search, which ends when it has found what it looks for, "try 3 of at most 7". */
export const partText = (part: Part, number: number, of: number): string =>
  `${part} ${number} of ${part === "try" ? "at most " : ""}${of}`;

/** Each try of a search is an attack with steps of its own. */
export const stepWord = (isSearch: boolean): string => (isSearch ? "attack step" : "step");
