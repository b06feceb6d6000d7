import { codecs } from "./codecs.ts";
import type { Picture } from "./picture.ts";

/** What is left of a picture that was saved as JPEG. */
export async function throughJpeg({ width, height, pixels }: Picture, quality: number): Promise<Picture> {
  const sharp = await codecs();
  const file = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return { width, height, pixels: new Uint8Array(await sharp(file).removeAlpha().raw().toBuffer()) };
}
