import sharp from "sharp";
import type { Picture } from "./picture.ts";

/** A picture as a PNG file, pixel by pixel. */
export const png = ({ width, height, pixels }: Picture): Promise<Uint8Array> =>
  sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
