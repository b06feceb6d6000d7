import { colorAt, ember, signedOnDark, signedOnLight } from "../../../src/shared/colormaps.ts";
import type { ColorMap, Rgb } from "../../../src/shared/colormaps.ts";
import type { Quantized } from "../../../src/shared/updates.ts";
import { level } from "../../shared/quantized.ts";

/** What a scale spans; a signed one is even around zero. */
export interface Span {
  readonly low: number;
  readonly high: number;
  readonly signed: boolean;
}

export function spanOf({ low, high }: Pick<Quantized, "low" | "high">): Span {
  if (low >= 0) return { low: 0, high, signed: false };
  const end = Math.max(-low, high);
  return { low: -end, high: end, signed: true };
}

export const colorsOf = ({ signed }: Span, onDark: boolean): ColorMap =>
  signed ? (onDark ? signedOnDark : signedOnLight) : ember;

/** The pixel of each of a map's 256 bytes. */
export function shadesOf(map: Pick<Quantized, "low" | "high">, span: Span, onDark: boolean): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) =>
    shadeOf(map.low + (byte / 255) * (map.high - map.low), span, onDark),
  );
}

/** The pixel of a value. */
export function shadeOf(value: number, span: Span, onDark: boolean): number {
  const nothing = span.signed ? 128 : 0;
  const step = span.high > span.low ? level(value, { ...span, clipped: false }) : nothing;
  return pixelOf(colorAt(colorsOf(span, onDark), step));
}

export const pixelOf = ([red, green, blue]: Rgb): number =>
  ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
