import type { Dirent } from "node:fs";
import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isPhoto } from "../../shared/photo-endings.ts";
import { systemProblem, UnreadableFile } from "./file.ts";

interface Listing {
  /** Whether `.npy` tensors count as photos. */
  readonly tensors?: boolean;
  /** How many names are looked at. */
  readonly names?: number;
}

/** Names that are looked at: who chooses a whole disk does not mean every picture on it. */
const mostNames = 200_000;

/**
 * The photos of a folder and of the folders in it: data sets keep one for each class. Of more than `most` every so many,
 * so that all of it is represented.
 */
export async function photosIn(
  folder: string,
  most: number,
  signal?: AbortSignal,
  { tensors = false, names = mostNames }: Listing = {},
): Promise<readonly string[]> {
  const isWanted = (name: string) => isPhoto(name) || (tensors && /\.npy$/i.test(name));
  const photos = await listed(folder, isWanted, names, signal);
  const { compare } = new Intl.Collator("en", { numeric: true });
  photos.sort(compare);
  return spread(photos, most);
}

/** At most so many of a list, from all over it. */
export const spread = <T>(items: readonly T[], most: number): readonly T[] =>
  items.length <= most ? items : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);

/** Breadth first: of too many names it is those deep down that are left out. */
async function listed(
  top: string,
  isWanted: (name: string) => boolean,
  most: number,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const photos: string[] = [];
  const folders = [top];
  const seen = new Set<string>();
  let names = 0;
  for (const folder of folders)
    try {
      const real = await realpath(folder);
      if (seen.has(real)) continue; // links may lead in a circle
      seen.add(real);
      for await (const entry of await opendir(folder)) {
        signal?.throwIfAborted();
        if (++names > most) return photos;
        const path = join(folder, entry.name);
        if (await isFolder(entry, path)) folders.push(path);
        else if (isWanted(entry.name)) photos.push(path);
      }
    } catch (error) {
      if (signal?.aborted) throw error;
      if (folder !== top && mayBeLeftOut.has(codeOf(error))) continue;
      const why = codeOf(error) === "ENOTDIR" ? "it is a file, not a folder" : folderProblem(error);
      throw new UnreadableFile(folder, why);
    }
  return photos;
}

/** A folder of somebody else's, or one that was deleted meanwhile, is no reason to do without the others. */
const mayBeLeftOut: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ENOENT"]);

/** Links are followed. */
async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(path).then(
    (target) => target.isDirectory(),
    () => false, // leads nowhere: who reads it says so
  );
}

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");

const folderProblem = (error: unknown): string =>
  systemProblem(error).replace("there is no such file", "there is no such folder");
