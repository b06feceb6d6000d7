import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isPhoto } from "../shared/photo-endings.ts";

/** The photos of a folder, in the order in which people count. */
export async function photosIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const { compare } = new Intl.Collator("en", { numeric: true });
  return entries
    .filter((entry) => !entry.isDirectory() && isPhoto(entry.name))
    .map(({ name }) => name)
    .sort(compare)
    .map((name) => join(folder, name));
}

/** Where a photo stands among those of its folder; −1 for one that is no longer there. */
export async function placeInFolder(
  photo: string,
): Promise<{ readonly photos: readonly string[]; readonly place: number }> {
  const photos = await photosIn(dirname(photo));
  return { photos, place: photos.findIndex((path) => basename(path) === basename(photo)) };
}

/** The next one of the folder, or the one before; after the last comes the first. */
export async function neighborOf(photo: string, by: 1 | -1): Promise<string | undefined> {
  const { photos, place } = await placeInFolder(photo);
  const start = place < 0 && by < 0 ? 0 : place;
  return photos[(start + by + photos.length) % photos.length];
}
