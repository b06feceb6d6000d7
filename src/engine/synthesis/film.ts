import type { Drawn } from "../../shared/synthesis.ts";
import { codecs } from "../images/codecs.ts";
import { apng } from "./apng.ts";

/** Milliseconds that the last frame stays. */
const atTheEnd = 1000;

export interface FilmOptions {
  readonly frames: readonly Drawn[];
  readonly kind: "webp" | "gif" | "apng";
  readonly framesPerSecond: number;
}

/** Frames one after the other, for ever; smaller ones are enlarged to the size of the largest. */
export async function filmFile({ frames, kind, framesPerSecond }: FilmOptions): Promise<Uint8Array> {
  if (!frames.length) throw new RangeError("A film needs at least one frame.");
  const width = Math.max(...frames.map((frame) => frame.width));
  const height = Math.max(...frames.map((frame) => frame.height));
  const alike = await Promise.all(frames.map((frame) => enlarged(frame, width, height)));
  const each = Math.round(1000 / framesPerSecond);
  const delay = frames.map((_, i) => (i === frames.length - 1 ? atTheEnd : each));
  if (kind === "apng") return apng(alike, delay);
  const sharp = await codecs();
  const film = sharp(Buffer.concat(alike.map(({ pixels }) => pixels)), {
    raw: { width, height: height * frames.length, channels: 3, pageHeight: height },
    limitInputPixels: false,
  });
  const encoded = kind === "webp" ? film.webp({ delay, loop: 0, quality: 85 }) : film.gif({ delay, loop: 0 });
  return encoded.toBuffer();
}

async function enlarged(frame: Drawn, width: number, height: number): Promise<Drawn> {
  if (frame.width === width && frame.height === height) return frame;
  const sharp = await codecs();
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const;
  const pixels = await sharp(frame.pixels, { raw })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
  return { width, height, pixels };
}
