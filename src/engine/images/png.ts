import { codecs } from "./codecs.ts";
import type { Picture } from "./picture.ts";

/** A picture as a PNG file, pixel by pixel. */
export async function png({ width, height, pixels }: Picture): Promise<Uint8Array> {
  const sharp = await codecs();
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
