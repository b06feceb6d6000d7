import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname, isAbsolute, parse, relative, sep } from "node:path";
import type { Place } from "../graph/graph.ts";

/** Where a program finds the weights that stay in their files. */
export interface PlacedWeights {
  /** The folder that the runtime maps their files from; undefined where they are handed over as bytes. */
  readonly folder: string | undefined;
  /** What is handed over, by the name that the program has for it. */
  readonly copies: ReadonlyMap<string, Place>;
  /** How the program refers to that place. */
  at(place: Place): { readonly location: string; readonly offset: number };
}

/**
 * Files are mapped from one folder that all of them lie in, each under its path from there: two folders may hold files of one
 * name. Where there is no such folder (Windows' drives), or a copy is asked for, each tensor's own bytes are handed over.
 */
export function placeWeights(places: readonly Place[], copy: boolean): PlacedWeights {
  const folder = copy ? undefined : commonFolder([...new Set(places.map(({ file }) => file))]);
  if (folder !== undefined)
    return {
      folder,
      copies: new Map(),
      at: ({ file, offset }) => ({ location: relative(folder, file).replaceAll(sep, "/"), offset }),
    };
  const keys = new Map(places.map((place) => [rangeOf(place), place] as const));
  const names = new Map([...keys.keys()].map((key, i) => [key, `weights ${i}`] as const));
  return {
    folder,
    copies: new Map([...keys].map(([key, place]) => [names.get(key) ?? key, place])),
    at: (place) => ({ location: names.get(rangeOf(place)) ?? rangeOf(place), offset: 0 }),
  };
}

const rangeOf = ({ file, offset, length }: Place): string => `${offset} ${length} ${file}`;

/** The innermost folder that holds all files, at any depth; undefined for no files, and for files on several drives. */
export function commonFolder([first, ...rest]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  let folder = dirname(first);
  for (const file of rest)
    while (!holds(folder, file)) {
      if (folder === parse(folder).root) return undefined;
      folder = dirname(folder);
    }
  return folder;
}

function holds(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** What a program needs of its weights' files cannot be had. */
export class WeightsUnreadable extends Error {
  override name = "WeightsUnreadable";
  constructor({ file, offset, length }: Place, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = isGone(cause) ? " It changed since the model was opened: open it again." : "";
    super(`${file}: ${length} bytes of weights at byte ${offset} cannot be read: ${reason}.${advice}`, { cause });
  }
}

class EndsEarly extends RangeError {}

/** Bytes that were there when the model was opened; anything else that fails says nothing about the file. */
const isGone = (error: unknown): boolean =>
  error instanceof EndsEarly || (error instanceof Error && "code" in error && error.code === "ENOENT");

/** At once: the system reads no more than 2 GiB in one call. */
const largestRead = 2 ** 30;

/** The bytes at that place, and none of the rest of its file, which may be larger than what can be read at once. */
export function readPlace(place: Place): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(place.file, "r");
    const bytes = new Uint8Array(place.length);
    for (let done = 0; done < bytes.length;) {
      const step = Math.min(largestRead, bytes.length - done);
      const read = readSync(descriptor, bytes, done, step, place.offset + done);
      if (read === 0) throw new EndsEarly(`the file ends at ${fstatSync(descriptor).size}`);
      done += read;
    }
    return bytes;
  } catch (error) {
    throw new WeightsUnreadable(place, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
