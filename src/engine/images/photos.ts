import { realpath, stat } from "node:fs/promises";
import { decode, type DecodedPhoto } from "./decode.ts";
import { systemProblem, UnreadableFile } from "./file.ts";

/** Reads photos, and keeps the latest decoded: at most `limit` bytes of pixels, and always the last one. */
export function photoReader(limit = 256e6): (path: string) => Promise<DecodedPhoto> {
  const kept = new Map<string, Promise<DecodedPhoto>>(); // in order of use, the oldest first
  const sizes = new Map<string, number>();

  const forget = (key: string): void => {
    kept.delete(key);
    sizes.delete(key);
  };
  const shrink = (): void => {
    let total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const key of [...kept.keys()].slice(0, -1)) {
      if (total <= limit) return;
      total -= sizes.get(key) ?? 0;
      forget(key);
    }
  };

  return async (path) => {
    const key = await identityOf(path);
    const known = kept.get(key);
    const photo = known ?? decode(path);
    kept.delete(key);
    kept.set(key, photo);
    try {
      const decoded = await photo;
      if (kept.get(key) === photo) sizes.set(key, decoded.pixels.byteLength);
      shrink();
      return decoded;
    } catch (error) {
      forget(key);
      throw error;
    }
  };
}

/** The same file with the same content has the same identity; an edited or replaced one has another. */
async function identityOf(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    const { size, mtimeMs, ino } = await stat(real);
    return JSON.stringify([real, size, mtimeMs, ino]);
  } catch (error) {
    throw new UnreadableFile(path, systemProblem(error));
  }
}
