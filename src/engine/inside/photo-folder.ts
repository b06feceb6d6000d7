import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { PhotoFolder } from "../../shared/examples.ts";
import { photoEndings } from "../../shared/photo-endings.ts";
import { photosIn } from "../images/folder.ts";

/** The photos and tensors of a folder and of those in it, and what tells this state of them from any other. */
export async function photoFolder({ folder }: { readonly folder: string }, signal: AbortSignal): Promise<PhotoFolder> {
  const images = await imagesIn(folder, signal);
  const state = createHash("sha256");
  for (const image of images) {
    signal.throwIfAborted();
    // One that is gone by now is refused where it is read.
    const { size, mtimeMs, ino } = await stat(image).catch(() => ({ size: 0, mtimeMs: 0, ino: 0 }));
    state.update(JSON.stringify([image, size, mtimeMs, ino]));
  }
  return { images, state: state.digest("hex") };
}

/** Refuses a folder in which there is nothing to look at. */
export async function imagesIn(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const images = await photosIn(folder, Infinity, signal, { tensors: true });
  if (images.length) return images;
  throw new RangeError(`${folder} has no photos (${photoEndings.join(", ")}) and no .npy tensors.`);
}
