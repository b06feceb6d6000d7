import { normal } from "../images/arithmetic.ts";
import { blank, brightest, resized, type Canvas } from "./canvas.ts";
import type { Size } from "./program.ts";

/** A colour, and normal noise of that deviation on every number, clipped to what a screen shows; that of a grey is grey. */
export function noise(
  { height, width }: Size,
  color: readonly number[],
  deviation: number,
  seed: number,
  isAlike = isGrey(color),
): Canvas {
  const canvas = blank(height, width);
  const next = normal(seed);
  const plane = height * width;
  const own = isAlike ? plane : canvas.data.length;
  for (let i = 0; i < own; i++) {
    const value = (color[Math.floor(i / plane)] ?? brightest / 2) + deviation * next();
    canvas.data[i] = Math.min(brightest, Math.max(0, value));
  }
  for (let at = own; at < canvas.data.length; at += plane) canvas.data.copyWithin(at, 0, plane);
  return canvas;
}

export const isGrey = ([red, ...others]: readonly number[]): boolean => others.every((each) => each === red);

/** Coarser than this, of a picture's shorter side, there is nothing in it. */
const coarsest = 8;

/** The same colour, and noise of which every octave of frequencies has as much as any other, as photos have it (1/f). */
export function smoothNoise(size: Size, color: readonly number[], deviation: number, seed: number): Canvas {
  const canvas = noise(size, color, 0, seed);
  const sizes = [size];
  for (let last = size; Math.min(last.height, last.width) >= 2 * coarsest; sizes.push(last))
    last = { height: Math.ceil(last.height / 2), width: Math.ceil(last.width / 2) };
  sizes.forEach((own, octave) => {
    const waves = noise(own, gray, deviation, seed + octave, isGrey(color));
    const enlarged = resized(waves, size.height, size.width).data;
    for (let i = 0; i < enlarged.length; i++) canvas.data[i]! += (enlarged[i]! - gray[0]!) / Math.sqrt(sizes.length);
  });
  for (let i = 0; i < canvas.data.length; i++) canvas.data[i] = Math.min(brightest, Math.max(0, canvas.data[i]!));
  return canvas;
}

const gray = [brightest / 2, brightest / 2, brightest / 2];
