import { createHash } from "node:crypto";
import type { ExactPhoto, Glimpse } from "../../shared/protocol.ts";
import { codecs } from "./codecs.ts";
import type { Picture } from "./picture.ts";

/** A picture as a PNG of at most `largest` pixels on its longer side; never enlarged. Its size is the PNG's. */
export async function preview(picture: Picture, largest: number): Promise<ExactPhoto> {
  const small = await reduced(picture, largest);
  // A file that lives for a second: a third of the default level's time, and filtered, a third fewer bytes to send.
  const png = await (await encoder(small)).png({ compressionLevel: 2, adaptiveFiltering: true }).toBuffer();
  return { ...sizeOf(small), png };
}

/** The same as a JPEG: a sixth of the bytes, in a fifth of the time. */
export async function glimpse(picture: Picture, largest: number): Promise<Glimpse> {
  const small = await reduced(picture, largest);
  return { ...sizeOf(small), jpeg: await (await encoder(small)).jpeg({ quality: 90 }).toBuffer() };
}

async function reduced(picture: Picture, largest: number): Promise<Picture> {
  if (Math.max(picture.width, picture.height) <= largest) return picture;
  const { data, info } = await (
    await encoder(picture)
  )
    .resize({ width: largest, height: largest, fit: "inside" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

const encoder = async ({ width, height, pixels }: Picture) =>
  (await codecs())(pixels, { raw: { width, height, channels: 3 } });

const sizeOf = ({ width, height, pixels }: Picture) => ({
  width,
  height,
  pixels: `${width} × ${height} ${createHash("sha1").update(pixels).digest("hex")}`,
});
