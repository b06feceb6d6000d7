import type { Drawn } from "../../shared/synthesis.ts";
import { codecs } from "../images/codecs.ts";

/** Milliseconds that the last frame stays. */
const atTheEnd = 1000;

export interface FilmOptions {
  readonly frames: readonly Drawn[];
  readonly kind: "webp" | "gif";
  readonly framesPerSecond: number;
}

/** Frames one after the other, for ever; smaller ones are enlarged to the size of the largest. */
export async function filmFile({ frames, kind, framesPerSecond }: FilmOptions): Promise<Uint8Array> {
  if (!frames.length) throw new RangeError("A film needs at least one frame.");
  const sharp = await codecs();
  const width = Math.max(...frames.map((frame) => frame.width));
  const height = Math.max(...frames.map((frame) => frame.height));
  const strip = Buffer.alloc(width * height * 3 * frames.length);
  for (const [i, { pixels, ...size }] of frames.entries()) {
    const raw = { width: size.width, height: size.height, channels: 3 } as const;
    const fits = size.width === width && size.height === height;
    const enlarged = fits
      ? pixels
      : await sharp(pixels, { raw }).resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
    strip.set(enlarged, i * width * height * 3);
  }
  const each = Math.round(1000 / framesPerSecond);
  const delay = frames.map((_, i) => (i === frames.length - 1 ? atTheEnd : each));
  const film = sharp(strip, {
    raw: { width, height: height * frames.length, channels: 3, pageHeight: height },
    limitInputPixels: false,
  });
  const encoded = kind === "webp" ? film.webp({ delay, loop: 0, quality: 85 }) : film.gif({ delay, loop: 0 });
  return encoded.toBuffer();
}
