import type { Raster } from "./picture.ts";

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Where the palette starts, how many colours it has, and how many bytes each takes. */
  readonly palette: { readonly at: number; readonly colors: number; readonly bytes: 3 | 4 };
  /** Where the pixels start. */
  readonly data: number;
  readonly masks: readonly number[];
}

const UNCOMPRESSED = 0;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;
const compressions: Readonly<Record<number, string>> = { 1: "RLE", 2: "RLE", 4: "JPEG", 5: "PNG" };

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The head of a Windows bitmap; what is not read here is refused by name. */
export function readBmpHeader(bytes: Uint8Array): Header {
  if (bytes.length < 26) throw new Error("the file ends inside its header");
  const view = viewOf(bytes);
  const u16 = (at: number) => view.getUint16(at, true);
  const u32 = (at: number) => view.getUint32(at, true);
  const length = u32(14);
  const old = length === 12; // OS/2 1.x: 16-bit sizes, and three bytes a colour
  if (!old && (length < 40 || length > 1024)) throw new Error(`a bitmap header of ${length} bytes is not known`);
  if (bytes.length < 14 + length) throw new Error("the file ends inside its header");

  const width = old ? u16(18) : view.getInt32(18, true);
  const rows = old ? u16(20) : view.getInt32(22, true);
  const bits = old ? u16(24) : u16(28);
  const compression = old ? UNCOMPRESSED : u32(30);
  if (width <= 0 || rows === 0) throw new Error(`a bitmap of ${width} × ${rows} pixels makes no picture`);
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`${bits} bits a pixel are not known`);
  const masked = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  if (compression !== UNCOMPRESSED && !(masked && (bits === 16 || bits === 32)))
    throw new Error(`compressed bitmaps can't be read (${compressions[compression] ?? compression}); save it as PNG`);

  // The short header is followed by its masks; the longer ones contain them at the same place.
  const count = !masked ? 0 : length >= 56 || compression === ALPHA_BITFIELDS ? 4 : 3;
  if (count > 0 && bytes.length < 54 + 4 * count) throw new Error("the file ends inside its header");
  const given = Array.from({ length: count }, (_, i) => u32(54 + 4 * i));
  const usual = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const used = old ? 0 : u32(46);
  return {
    width,
    height: Math.abs(rows),
    topDown: rows < 0,
    bits,
    compression,
    palette: {
      at: 14 + length + (length === 40 ? 4 * count : 0),
      colors: bits > 8 ? 0 : Math.min(used || 2 ** bits, 2 ** bits),
      bytes: old ? 3 : 4,
    },
    data: u32(10),
    masks: masked ? given : usual,
  };
}

/** An uncompressed Windows bitmap of 1, 4, 8, 16, 24 or 32 bits a pixel. */
export function readBmp(bytes: Uint8Array): Raster {
  const header = readBmpHeader(bytes);
  const { width, height, topDown, bits, data, palette } = header;
  const stride = Math.ceil((width * bits) / 32) * 4;
  const missing = data + stride * height - bytes.length;
  if (missing > 0) throw new Error(`the file ends ${missing} bytes early`);
  if (palette.at + palette.colors * palette.bytes > bytes.length) throw new Error("the file ends inside its palette");

  const alpha = (header.masks[3] ?? 0) !== 0;
  const channels = alpha ? 4 : 3;
  const pixelAt = bits <= 8 ? indexed(bytes, header) : masked(bytes, header, channels);
  const pixels = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const row = data + stride * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) pixelAt(row, x, pixels, (y * width + x) * channels);
  }
  return { width, height, channels, data: pixels };
}

type ReadPixel = (row: number, x: number, into: Uint8Array, at: number) => void;

function indexed(bytes: Uint8Array, { bits, palette }: Header): ReadPixel {
  const perByte = 8 / bits;
  return (row, x, into, at) => {
    const shift = 8 - bits - bits * (x % perByte);
    const index = (bytes[row + Math.floor(x / perByte)]! >> shift) & (2 ** bits - 1);
    if (index >= palette.colors) throw new Error(`colour ${index} is beyond the palette's ${palette.colors}`);
    for (let c = 0; c < 3; c++) into[at + c] = bytes[palette.at + index * palette.bytes + 2 - c]!; // kept as blue, green, red
  };
}

function masked(bytes: Uint8Array, { bits, masks }: Header, channels: number): ReadPixel {
  const view = viewOf(bytes);
  const read = {
    16: (at: number) => view.getUint16(at, true),
    24: (at: number) => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16),
    32: (at: number) => view.getUint32(at, true),
  }[bits as 16 | 24 | 32]; // the header was refused otherwise
  const parts = Array.from({ length: channels }, (_, c) => {
    const mask = masks[c] ?? 0;
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { shift, most: mask >>> shift };
  });
  return (row, x, into, at) => {
    const value = read(row + (x * bits) / 8);
    parts.forEach(({ shift, most }, c) => {
      into[at + c] = most === 0 ? 0 : Math.round((((value >>> shift) & most) >>> 0) * (255 / most));
    });
  };
}
