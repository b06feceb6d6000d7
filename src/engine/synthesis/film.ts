import { filmSize } from "../../shared/film-size.ts";
import type { Drawn } from "../../shared/synthesis.ts";
import { codecs } from "../images/codecs.ts";
import { markedGif, markedPng, markedWebp } from "../images/made-here.ts";
import { apng } from "./apng.ts";
import { channels } from "./canvas.ts";
import { atFrameSize } from "./frame-size.ts";

/** Milliseconds that the last frame stays. */
const atTheEnd = 1000;
/** Of 1 to 10: from here on a GIF takes four times as long, for a tenth fewer bytes. */
const gifEffort = 4;

export interface FilmOptions {
  readonly frames: readonly Drawn[];
  readonly kind: "webp" | "gif" | "apng";
  readonly framesPerSecond: number;
  /** Pixels of all frames together, at most; as many as the memory bears when left out. */
  readonly pixels?: number;
}

/** Frames one after the other, for ever; smaller ones are enlarged to the size of the largest, as far as there is room for all. */
export async function filmFile({ frames, kind, framesPerSecond, pixels }: FilmOptions): Promise<Uint8Array> {
  if (!frames.length) throw new RangeError("A film needs at least one frame.");
  const largest = {
    width: Math.max(...frames.map((frame) => frame.width)),
    height: Math.max(...frames.map((frame) => frame.height)),
  };
  const size = filmSize(largest, frames.length, pixels);
  const each = Math.round(1000 / framesPerSecond);
  const delay = frames.map((_, i) => (i === frames.length - 1 ? atTheEnd : each));
  if (kind === "apng") return markedPng(await apng(frames, size, delay));
  const { width, height } = size;
  const whole = Buffer.alloc(frames.length * width * height * channels);
  for (const [i, frame] of frames.entries())
    whole.set((await atFrameSize(frame, size)).pixels, i * width * height * channels);
  const sharp = await codecs();
  const film = sharp(whole, {
    raw: { width, height: height * frames.length, channels, pageHeight: height },
    limitInputPixels: false,
  });
  const shown = { delay, loop: 0 };
  return kind === "webp"
    ? markedWebp(await film.webp({ ...shown, quality: 85 }).toBuffer(), size)
    : markedGif(await film.gif({ ...shown, effort: gifEffort }).toBuffer());
}
