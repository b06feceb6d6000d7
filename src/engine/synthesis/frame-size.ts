import type { Drawn } from "../../shared/synthesis.ts";
import { codecs } from "../images/codecs.ts";
import { channels } from "./canvas.ts";
import type { Size } from "./program.ts";

/** The frame at another size; itself where it has that already. */
export async function atFrameSize(frame: Drawn, { width, height }: Size): Promise<Drawn> {
  if (frame.width === width && frame.height === height) return frame;
  const sharp = await codecs();
  const raw = { width: frame.width, height: frame.height, channels } as const;
  const pixels = await sharp(frame.pixels, { raw, limitInputPixels: false })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
  return { width, height, pixels };
}
