import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { PhotoFolder } from "../../shared/examples.ts";
import { photoEndings } from "../../shared/photo-endings.ts";
import { photosIn } from "../images/folder.ts";
import { notMadeHere } from "../images/made-here.ts";

/** The photos and tensors of a folder and of those in it, and what tells this state of them from any other. */
export async function photoFolder({ folder }: { readonly folder: string }, signal: AbortSignal): Promise<PhotoFolder> {
  const { images, ...left } = await imagesIn(folder, signal);
  const state = createHash("sha256");
  for (const image of images) {
    signal.throwIfAborted();
    // One that is gone by now is refused where it is read.
    const { size, mtimeMs, ino } = await stat(image).catch(() => ({ size: 0, mtimeMs: 0, ino: 0 }));
    state.update(JSON.stringify([image, size, mtimeMs, ino]));
  }
  return { images, ...left, state: state.digest("hex") };
}

/**
 * What there is to look at in a folder; one without any is refused. Results that were saved beside photos are left out:
 * what was made to fire a channel fires it more than any photo. A folder of nothing else was chosen for them.
 */
export async function imagesIn(folder: string, signal: AbortSignal): Promise<Omit<PhotoFolder, "state">> {
  const all = await photosIn(folder, Infinity, signal, { tensors: true });
  const images = await notMadeHere(all, signal);
  signal.throwIfAborted();
  const madeHere = all.length - images.length;
  if (images.length) return { images, ...(madeHere && { madeHere }) };
  if (all.length) return { images: all };
  throw new RangeError(`${folder} has no photos (${photoEndings.join(", ")}) and no .npy tensors.`);
}
