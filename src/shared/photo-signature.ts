import { latin1 } from "./latin1.ts";

export type PhotoFormat = "png" | "jpeg" | "webp" | "gif" | "bmp" | "avif" | "tiff";

/** What a file is by its first bytes, whatever its name says; or why it is no photo that can be read. */
export function recognize(bytes: Uint8Array): PhotoFormat | { readonly problem: string } {
  const head = latin1(bytes.subarray(0, 512));
  const from = (text: string, at = 0) => head.startsWith(text, at);
  if (from("\x89PNG\r\n\x1a\n")) return "png";
  if (from("\xff\xd8\xff")) return "jpeg";
  if (from("RIFF") && from("WEBP", 8)) return "webp";
  if (from("GIF87a") || from("GIF89a")) return "gif";
  if (from("BM")) return "bmp";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].some((mark) => from(mark))) return "tiff";
  if (from("ftyp", 4)) return brandOf(head, bytes);
  return { problem: foreign(head) };
}

/** Whether it is a NumPy array. */
export const isArray = (bytes: Uint8Array): boolean => array.test(latin1(bytes.subarray(0, 6)));
const array = /^\x93NUMPY/;

/** AVIF and HEIC share a container; the codec is told by its brands. */
function brandOf(head: string, bytes: Uint8Array): PhotoFormat | { readonly problem: string } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const brands = head.slice(8, Math.min(length, head.length));
  if (/avi[fs]/.test(brands)) return "avif";
  if (/hei[cxms]|hev[cxms]|mif1|msf1/.test(brands))
    return { problem: "HEIC photos can't be read here (their codec is patented); save it as JPEG, PNG or AVIF" };
  return { problem: "it is a video or audio file, not a photo" };
}

const foreigners: readonly (readonly [RegExp, string])[] = [
  [/^version https:\/\/git-lfs/, "it is a Git LFS pointer, not the photo itself: run `git lfs pull`"],
  [/^(\xef\xbb\xbf)?\s*(<!doctype html|<html)/i, "it is a web page, not a photo"],
  [/^(\xef\xbb\xbf)?\s*(<\?xml[^]*)?(<!--[^]*)?<svg/i, "SVG drawings can't be read here; save it as PNG"],
  [/^%PDF/, "it is a PDF document, not a photo"],
  [/^PK\x03\x04/, "it is a zip archive, not a photo"],
  [/^\x1f\x8b/, "it is a gzip archive, not a photo"],
  [/^8BPS/, "Photoshop documents can't be read here; save it as PNG"],
  [/^(\xff\x0a|\0\0\0\x0cJXL )/, "JPEG XL can't be read here; save it as JPEG, PNG or AVIF"],
  [/^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/, "JPEG 2000 can't be read here; save it as JPEG, PNG or AVIF"],
  [array, "it is a NumPy array, not a photo: give it the ending .npy where a tensor is taken, else save it as PNG"],
];

const foreign = (head: string): string =>
  foreigners.find(([pattern]) => pattern.test(head))?.[1] ??
  "not a photo that can be read (PNG, JPEG, WebP, GIF, BMP, AVIF or TIFF)";
