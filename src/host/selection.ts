import { basename } from "node:path";
import { firstOf } from "../shared/first-of.ts";
import { isPhoto } from "../shared/photo-endings.ts";

/** What of a selection is explained, and what a person is told of the rest; nothing where all of it is, or none. */
export function photosAmong<T>(
  selection: readonly T[],
  pathOf: (one: T) => string,
): { readonly photos: readonly T[]; readonly leftOut: string | undefined } {
  const photos = selection.filter((one) => isPhoto(pathOf(one)));
  const others = selection.filter((one) => !photos.includes(one)).map((one) => basename(pathOf(one)));
  if (!photos.length) return { photos: selection, leftOut: undefined };
  return { photos, leftOut: others.length ? leftOutWords(others, selection.length) : undefined };
}

/** Names that fit on a line; the rest is a number. */
const mostNamed = 3;

function leftOutWords(names: readonly string[], of: number): string {
  const are = names.length === 1 ? "is not a photo" : "are not photos";
  return `Left out ${names.length} of the ${of} selected files, which ${are}: ${firstOf(names, mostNamed)}.`;
}
