// Names in files are untrusted: they may be a megabyte long, break lines, or turn the text around them backwards.

/** Control characters, zero-width ones, and those that change the direction of writing. */
export const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

const escape = (character: string) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;

/** Text from a file, fit for one line on a screen: invisible characters spelled out, the middle of a long one left out. */
export function shown(text: string, longest = 80): string {
  const half = Math.floor((longest - 1) / 2);
  const short = text.length > longest ? `${text.slice(0, half)}…${text.slice(-half)}` : text;
  return short.replace(invisible, escape);
}

/** The same in quotes, for a name inside a sentence. */
export const quoted = (name: string): string => `"${shown(name)}"`;
