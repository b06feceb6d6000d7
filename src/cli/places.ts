import { closeSync, openSync, readSync, statSync } from "node:fs";
import { isPhoto } from "../shared/photo-endings.ts";
import { isArray, recognize } from "../shared/photo-signature.ts";
import { WrongUse } from "./words.ts";

/** What a word that belongs to no flag is to be. */
export type Place = "model" | "image" | "folder";

const withArticle: Readonly<Record<Place, string>> = { model: "a model", image: "an image", folder: "a folder" };

interface Count {
  /** How many must be there, and may; as many as there are places when left out. Beyond the last place all are as that one. */
  readonly least?: number;
  readonly most?: number;
}

/** Refuses words of which one is missing, too many or plainly something else, and says which, and how it would be right. */
export function demandPlaces(
  command: string,
  words: readonly string[],
  places: readonly Place[],
  { least = places.length, most = places.length }: Count = {},
): void {
  const all = words.map((word) => ({ word, kind: kindOf(word) }));
  const slots = Array.from(
    { length: Math.max(places.length, Math.min(words.length, most)) },
    (_, i) => places[i] ?? places.at(-1),
  );
  const isFine = (kind: Place | undefined, i: number) => kind === undefined || kind === slots[i];
  if (words.length >= least && words.length <= most && all.every(({ kind }, i) => isFine(kind, i))) return;

  const left = new Set(all);
  const takes = (place: Place | undefined) => {
    const firstOf = (wanted: Place | undefined) => [...left].find(({ kind }) => kind === wanted);
    const taken = firstOf(place) ?? firstOf(undefined);
    if (taken) left.delete(taken);
    return taken;
  };
  const filled = slots.map(takes);
  const missing = slots.flatMap((place, i) => (i < least && place && !filled[i] ? [place] : []));
  const [spare] = left;
  const call = slots.flatMap((place, i) => {
    const word = filled[i]?.word;
    return word !== undefined ? [quoted(word)] : i < least && place ? [place.toUpperCase()] : [];
  });
  const how = `: glassbox ${[command, ...call].join(" ")}`;
  const is = spare && (spare.kind === undefined ? "has no place" : `is ${withArticle[spare.kind]}`);
  if (missing.length)
    throw new WrongUse(`${command} needs ${inWords(missing)}${spare ? `, and ${quoted(spare.word)} ${is}` : ""}${how}`);
  if (spare) throw new WrongUse(`${command} takes ${inWords(places)}: there is no place for ${quoted(spare.word)}`);
  throw new WrongUse(`${command} takes ${inWords(places.slice(0, 1))} first, then ${inWords(places.slice(1))}${how}`);
}

const inWords = (places: readonly Place[]): string =>
  places.map((place, i) => (places.indexOf(place) < i ? `another ${place}` : withArticle[place])).join(" and ");

const quoted = (word: string): string => (/^[\w./:@%+=,\\-]+$/.test(word) ? word : JSON.stringify(word));

/** As far as that is plain, by what is there and by its ending; nothing is said of the rest. */
function kindOf(word: string): Place | undefined {
  const there = lookedAt(word);
  if (there === "folder") return there;
  if (/\.onnx$/i.test(word)) return "model";
  return isPhoto(word) || /\.npy$/i.test(word) ? "image" : there;
}

function lookedAt(path: string): "folder" | "image" | undefined {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) return "folder";
    return there?.isFile() && isImage(headOf(path)) ? "image" : undefined;
  } catch {
    return undefined; // the engine says why it cannot be read
  }
}

/** Of a photo that can be read, or of a tensor. */
const isImage = (head: Uint8Array): boolean => typeof recognize(head) === "string" || isArray(head);

function headOf(path: string): Uint8Array {
  const bytes = Buffer.alloc(512);
  const file = openSync(path, "r");
  try {
    readSync(file, bytes);
  } finally {
    closeSync(file);
  }
  return bytes;
}
