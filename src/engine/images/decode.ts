import type { Metadata } from "sharp";
import { readBmp, readBmpHeader } from "./bmp.ts";
import { codecs } from "./codecs.ts";
import { readRegularFile, UnreadableFile } from "./file.ts";
import { isArray, isNpy } from "./npy.ts";
import { type Picture, type Raster, toRgb } from "./picture.ts";
import { type PhotoFormat, recognize } from "../../shared/photo-signature.ts";

/** A photo as a person sees it: upright, first frame, 8-bit sRGB. */
export interface DecodedPhoto extends Picture {
  /** What was done to read it that a person may want to know: "frame 1 of 12". */
  readonly remarks: readonly string[];
}

const LARGEST_FILE = 512e6;
/** Decoded, a photo of this size takes 192 MB. */
const LARGEST_PIXELS = 64e6;

/** Where a tensor is taken, it is not read as a photo. */
const tensorProblem = "it is a tensor, and a photo is needed here: save the picture as PNG";

/**
 * Reads a photo by these rules. The content decides its format, not the name. EXIF orientation is applied. Of 16 bits
 * the upper 8 are kept. Embedded colour profiles are converted to sRGB; CMYK without one, through a common press's.
 * What is transparent lies over black. Of an animation the first frame, of a document the first page.
 */
export async function decode(path: string): Promise<DecodedPhoto> {
  const bytes = await readRegularFile(path, LARGEST_FILE);
  if (isNpy(path) && isArray(bytes)) throw new UnreadableFile(path, tensorProblem);
  const format = recognize(bytes);
  if (typeof format !== "string") throw new UnreadableFile(path, format.problem);
  try {
    const { raster, remarks } = format === "bmp" ? decodeBmp(bytes) : await decodeBySharp(bytes, format);
    const { picture, transparent } = toRgb(raster);
    return { ...picture, remarks: transparent ? [...remarks, "transparent parts over black"] : remarks };
  } catch (error) {
    throw new UnreadableFile(path, error instanceof Error ? error.message : String(error));
  }
}

interface Decoded {
  readonly raster: Raster;
  readonly remarks: readonly string[];
}

function decodeBmp(bytes: Uint8Array): Decoded {
  const { width, height } = readBmpHeader(bytes);
  refuseBombs(width, height);
  return { raster: readBmp(bytes), remarks: [] };
}

async function decodeBySharp(bytes: Uint8Array, format: PhotoFormat): Promise<Decoded> {
  if (format === "png") refusePngBombs(bytes);
  const sharp = await codecs();
  const metadata = await damaged(format, sharp(bytes, { limitInputPixels: false }).metadata());
  const { width, height, depth } = metadata;
  refuseBombs(width, height);
  if (depth !== "uchar" && depth !== "ushort")
    throw new Error(`pixels stored as ${depth} can't be read, 8 and 16 bits can`);

  const pipeline = sharp(bytes, { limitInputPixels: false, failOn: "error" }).autoOrient().toColourspace("srgb");
  const { data, info } = await damaged(format, pipeline.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true }));
  return {
    raster: { width: info.width, height: info.height, channels: info.channels, data }, // sRGB has 3 or 4
    remarks: remarksOn(metadata, format),
  };
}

function refuseBombs(width: number, height: number): void {
  if (width * height <= LARGEST_PIXELS) return;
  const millions = (n: number) => Math.ceil(n / 1e6).toLocaleString("en-US");
  const found = `its header claims ${width} × ${height} pixels (${millions(width * height)} megapixels)`;
  throw new Error(`${found}; up to ${millions(LARGEST_PIXELS)} megapixels are read`);
}

/** A PNG says its size first of all: it is looked at even where the rest is too damaged for its codec. */
function refusePngBombs({ buffer, byteOffset, byteLength }: Uint8Array): void {
  const view = new DataView(buffer, byteOffset, byteLength);
  if (byteLength >= 24) refuseBombs(view.getUint32(16), view.getUint32(20));
}

/** The codecs' own messages are many lines of little use: the first is kept, behind one in plain words. */
async function damaged<T>(format: PhotoFormat, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split("\n");
    const codec = lines.at(-1)?.trim() || lines[0];
    throw new Error(`this ${format.toUpperCase()} is damaged or ends early (${codec})`, { cause: error });
  }
}

function remarksOn({ pages = 1, orientation = 1, depth, space, icc }: Metadata, format: PhotoFormat): string[] {
  const remarks: string[] = [];
  if (pages > 1) remarks.push(`${format === "tiff" ? "page" : "frame"} 1 of ${pages}`);
  if (orientation > 1) remarks.push("turned upright as its EXIF orientation says");
  if (depth === "ushort") remarks.push("16 bits reduced to 8");
  if (space === "cmyk") remarks.push(icc ? "CMYK converted by its profile" : "CMYK converted by a common profile");
  else if (icc && !namesSrgb(icc)) remarks.push("colour profile converted to sRGB");
  return remarks;
}

/** Profiles name themselves in ASCII or in UTF-16; without its zeros both look the same. */
const namesSrgb = (icc: Uint8Array): boolean =>
  Buffer.from(icc).toString("latin1").replaceAll("\0", "").includes("sRGB");
