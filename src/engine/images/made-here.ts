import { open, stat } from "node:fs/promises";
import type { Picture } from "./picture.ts";
import { chunk, headerEnd } from "./png-chunks.ts";

// What is made here says so near its beginning, in the way of its format: it is no photo to learn from.

const maker = "Glassbox";
const inPng = `Software\0${maker}`;
const inGif = `Made by ${maker}`;
const inWebp = `<xmp:CreatorTool>${maker}</xmp:CreatorTool>`;

/** Formats in which pictures and films are written here. */
const formats = /\.(a?png|gif|webp)$/i;
/** A GIF's colours come before its words, up to 768 bytes. */
const beginning = 1024;
/** Files that are open at a time. */
const together = 32;

/** A PNG, with the chunks `more` beside (PNG specification, 11.3.3.2). */
export const markedPng = (file: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([
    file.subarray(0, headerEnd),
    chunk("tEXt", Buffer.from(inPng, "latin1")),
    ...more,
    file.subarray(headerEnd),
  ]);

/** A GIF, with a comment after its colours (GIF89a, 18 and 24). */
export function markedGif(file: Buffer): Uint8Array {
  const fields = file[10]!;
  const end = 13 + (fields & 0x80 ? 3 * 2 ** ((fields & 7) + 1) : 0);
  const comment = [Buffer.from([0x21, 0xfe, inGif.length]), Buffer.from(inGif, "latin1"), Buffer.from([0])];
  return Buffer.concat([file.subarray(0, end), ...comment, file.subarray(end)]);
}

const extended = { begin: 12, end: 12 + 8 + 10, flags: 20, hasXmp: 0x04 } as const;

/** A WebP, with XMP after its extended header (WebP container, 2.7; metadata may stand anywhere). */
export function markedWebp(written: Buffer, size: Pick<Picture, "width" | "height">): Uint8Array {
  const file = extendedWebp(written, size);
  const packet = Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
      `<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/">${inWebp}</rdf:Description></rdf:RDF></x:xmpmeta>`,
    "latin1",
  );
  const head = Buffer.from(`XMP \0\0\0\0`, "latin1");
  head.writeUInt32LE(packet.length, 4);
  const padding = Buffer.alloc(packet.length % 2);
  const whole = Buffer.concat([file.subarray(0, extended.end), head, packet, padding, file.subarray(extended.end)]);
  whole[extended.flags]! |= extended.hasXmp;
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

/** One opaque picture alone is written without such a header. */
function extendedWebp(file: Buffer, { width, height }: Pick<Picture, "width" | "height">): Buffer {
  if (file.toString("latin1", extended.begin, extended.begin + 4) === "VP8X") return file;
  const header = Buffer.from("VP8X\n".padEnd(18, "\0"), "latin1"); // of 10 bytes
  header.writeUIntLE(width - 1, 12, 3);
  header.writeUIntLE(height - 1, 15, 3);
  return Buffer.concat([file.subarray(0, extended.begin), header, file.subarray(extended.begin)]);
}

/** Of some files those that were not made here, in their order. What cannot be read counts as one: who reads it says why. */
export async function notMadeHere(paths: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  for (let i = 0; i < paths.length && !signal?.aborted; i += together) {
    const some = paths.slice(i, i + together);
    const areOurs = await Promise.all(some.map(isMadeHere));
    found.push(...some.filter((_, k) => !areOurs[k]));
  }
  return found;
}

async function isMadeHere(path: string): Promise<boolean> {
  if (!formats.test(path)) return false;
  try {
    if (!(await stat(path)).isFile()) return false; // opening a pipe waits for somebody to write into it
    const handle = await open(path, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(beginning), 0, beginning, 0);
      const head = buffer.subarray(0, bytesRead);
      return [inPng, inGif, inWebp].some((mark) => head.includes(mark, 0, "latin1"));
    } finally {
      await handle.close();
    }
  } catch {
    return false;
  }
}
