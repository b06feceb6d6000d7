import type { SynthesisCard } from "../../src/shared/synthesis.ts";

export type Part = "octave" | "size" | "picture" | "try";

/** What the engine counts as octaves: sizes of one picture, pictures of a sheet, or the tries of a search. */
export function partOf(maker: SynthesisCard | undefined, isSheet: boolean): Part {
  if (isSheet) return "picture";
  const { octaves } = maker?.parameters ?? {};
  if (maker && !octaves) return "try";
  return octaves?.label.startsWith("Sizes") ? "size" : "octave"; // as the form calls them
}
