import { normal } from "../images/arithmetic.ts";
import { blank, brightest, type Canvas } from "./canvas.ts";
import type { Size } from "./program.ts";

/** A colour, and normal noise of that deviation on every number, clipped to what a screen shows. */
export function noise({ height, width }: Size, color: readonly number[], deviation: number, seed: number): Canvas {
  const canvas = blank(height, width);
  const next = normal(seed);
  const plane = height * width;
  for (let i = 0; i < canvas.data.length; i++) {
    const value = (color[Math.floor(i / plane)] ?? brightest / 2) + deviation * next();
    canvas.data[i] = Math.min(brightest, Math.max(0, value));
  }
  return canvas;
}
