import type { Drawn } from "../../shared/synthesis.ts";
import { png } from "../images/png.ts";
import { chunk, chunksOf, headerEnd } from "../images/png-chunks.ts";
import { atFrameSize } from "./frame-size.ts";
import type { Size } from "./program.ts";

/**
 * Frames, each at that size, as an animated PNG (PNG specification, third edition, 11.3.5), for ever. Who shows no animations
 * sees the last frame. `delays`: milliseconds of each.
 */
export async function apng(frames: readonly Drawn[], size: Size, delays: readonly number[]): Promise<Uint8Array> {
  const { width, height } = size;
  const last = await png(await atFrameSize(frames.at(-1)!, size));
  const parts: Uint8Array[] = [last.subarray(0, headerEnd), chunk("acTL", numbers(frames.length, 0))];
  for (const { type, data } of chunksOf(last)) if (type === "IDAT") parts.push(chunk(type, data));
  let sequence = 0;
  for (const [i, frame] of frames.entries()) {
    parts.push(chunk("fcTL", numbers(sequence++, width, height, 0, 0), lasting(delays[i] ?? 0)));
    const file = i === frames.length - 1 ? last : await png(await atFrameSize(frame, size));
    for (const { type, data } of chunksOf(file))
      if (type === "IDAT") parts.push(chunk("fdAT", numbers(sequence++), data));
  }
  return Buffer.concat([...parts, chunk("IEND")]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}

/** Thousandths of a second; then neither cleared nor blended: every frame covers the one before. */
function lasting(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(milliseconds, 0);
  bytes.writeUInt16BE(1000, 2);
  return bytes;
}
