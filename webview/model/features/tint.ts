import type { ColorMap } from "../../../src/shared/colormaps.ts";
import { colorAt, ember, signedOnDark, signedOnLight } from "../../../src/shared/colormaps.ts";
import { level } from "../../shared/quantized.ts";
import type { Range } from "../../shared/quantized.ts";
import type { Plane } from "./held.ts";

/** The pixel of each of 256 levels, as a canvas stores it. */
export type Shades = Uint32Array<ArrayBuffer>;

function shadesOf(colors: ColorMap): Shades {
  const rgba = new Uint8ClampedArray(256 * 4);
  for (let step = 0; step < 256; step++) rgba.set([...colorAt(colors, step), 255], step * 4);
  return new Uint32Array(rgba.buffer);
}
const plain = shadesOf(ember);
const diverging = { dark: shadesOf(signedOnDark), light: shadesOf(signedOnLight) };

export const shades = (signed: boolean, onDark: boolean): Shades =>
  signed ? diverging[onDark ? "dark" : "light"] : plain;

/** Where nothing can be told apart, everything has the colour of nothing. */
const flat = (signed: boolean) => (signed ? 128 : 0);

/** A map in its colours: 256 of them are looked up once, then each place is one look. */
export function tintPlane(
  { bytes, low, high }: Plane,
  range: Range,
  signed: boolean,
  colors: Shades,
): Uint32Array<ArrayBuffer> {
  const shade = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++)
    shade[byte] = colors[shadeLevel(low + (byte / 255) * (high - low), range, signed)]!;
  const pixels = new Uint32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = shade[bytes[i]!]!;
  return pixels;
}

export const tintValues = (
  values: Float32Array,
  range: Range,
  signed: boolean,
  colors: Shades,
): Uint32Array<ArrayBuffer> => Uint32Array.from(values, (value) => colors[shadeLevel(value, range, signed)]!);

const shadeLevel = (value: number, range: Range, signed: boolean): number =>
  range.high > range.low ? level(value, range) : flat(signed);
