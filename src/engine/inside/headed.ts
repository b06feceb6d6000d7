import { basename } from "node:path";
import type { Rgb } from "../../shared/colormaps.ts";
import { shown } from "../../shared/shown.ts";
import { drawLines, isLegible, lineHeight, wrapped } from "../images/lettering.ts";
import type { Picture } from "../images/picture.ts";

export const gap = 12;
export const paper = 32;
export const ink = [236, 236, 236] as const;
export const letter = 2;
/** A narrower picture would break its title into too many lines. */
const narrowest = 480;
const ramp = { width: 256, height: 12 } as const;

/** The colours of a scale, from 0 to 1 between its ends, and what they stand for. */
export interface Ramp {
  readonly colorOf: (share: number) => Rgb;
  readonly words: string;
}

/** A picture with its title and its scale at the top, and room for `height` pixels below. */
export function headed(
  title: readonly string[],
  { colorOf, words }: Ramp,
  wide: number,
  height: number,
): { readonly sheet: Picture; readonly top: number } {
  const width = Math.max(wide, narrowest);
  const fitting = (line: string) => wrapped(line, width - 2 * gap, letter);
  const lines = title.flatMap(fitting);
  const scale = fitting(words);
  const under = gap + lines.length * lineHeight(letter);
  const top = under + ramp.height + scale.length * lineHeight(letter) + gap + letter;
  const size = { width, height: top + height };
  const sheet = { ...size, pixels: new Uint8Array(size.width * size.height * 3).fill(paper) };
  drawLines(sheet, lines, [gap, gap], letter, ink);
  for (let x = 0; x < ramp.width; x++)
    for (let y = 0; y < ramp.height; y++)
      sheet.pixels.set(colorOf(x / (ramp.width - 1)), ((under + y) * width + gap + x) * 3);
  drawLines(sheet, scale, [gap, under + ramp.height + letter], letter, ink);
  return { sheet, top };
}

/** A file's name, where all its letters can be drawn. */
export const named = (path: string, otherwise: string): string => {
  const name = shown(basename(path));
  return isLegible(name) ? name : otherwise;
};
