import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isPhoto } from "../../shared/photo-endings.ts";
import { systemProblem, UnreadableFile } from "./file.ts";

/**
 * The photos of a folder and of the folders in it: data sets keep one for each class. Of more than `most` every so many,
 * so that all of it is represented.
 */
export async function photosIn(folder: string, most: number): Promise<readonly string[]> {
  const photos = await listed(folder);
  const { compare } = new Intl.Collator("en", { numeric: true });
  photos.sort(compare);
  if (photos.length <= most) return photos;
  return Array.from({ length: most }, (_, i) => photos[Math.floor((i * photos.length) / most)]!);
}

async function listed(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder, { recursive: true, encoding: "utf8" });
    return names.filter(isPhoto).map((name) => join(folder, name));
  } catch (error) {
    const isFile = error instanceof Error && "code" in error && error.code === "ENOTDIR";
    throw new UnreadableFile(folder, isFile ? "it is a file, not a folder" : folderProblem(error));
  }
}

const folderProblem = (error: unknown): string =>
  systemProblem(error).replace("there is no such file", "there is no such folder");
