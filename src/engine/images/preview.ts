import type { Photo } from "../../shared/protocol.ts";
import { codecs } from "./codecs.ts";
import type { Picture } from "./picture.ts";

/** A picture as a PNG of at most `largest` pixels on its longer side; never enlarged. Its size is the PNG's. */
export async function preview({ width, height, pixels }: Picture, largest: number): Promise<Photo> {
  const sharp = await codecs();
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: largest, height: largest, fit: "inside", withoutEnlargement: true })
    .png({ compressionLevel: 3 }) // a third of the time of the default level, for a file that lives for a second
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, png: data };
}
