import { h } from "../shared/dom.ts";
import { visible } from "../shared/words.ts";

/** Names are longer than this only in files that mean no good. */
const most = 300;
/** A piece without a separator may end anywhere from here on. */
const longest = 24;

/** A name from a file as one text. */
export const nameText = (name: string): string =>
  visible(name.length > most ? `${name.slice(0, most / 2)}…${name.slice(-most / 2)}` : name);

/** A name from a file, in which a line may end behind a separator, and within a word only where the word has no end. */
export function breakable(name: string): readonly (Node | string)[] {
  const pieces = nameText(name)
    .split(/(?<=[/._:])(?=[^/._:])/)
    .flatMap(short);
  return pieces.flatMap((piece, i) => (i === 0 ? [piece] : [h("wbr", {}), piece]));
}

const short = (piece: string): readonly string[] =>
  piece.length <= longest ? [piece] : (piece.match(new RegExp(`.{1,${longest}}`, "gsu")) ?? []);
