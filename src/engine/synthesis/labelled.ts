import type { Drawn, Sheet } from "../../shared/synthesis.ts";
import { drawLines, lettered, lineHeight, shortened, textWidth, wrapped } from "../images/lettering.ts";
import { brightest, channels } from "./canvas.ts";
import type { Cell } from "./sheet.ts";

/** Cells from this width on have the larger letters. */
const wide = 160;
const [small, large] = [1.4, 1.8];
/** Around the sheet, and between two of its cells, in pixels. */
const [margin, apart] = [16, 12];
/** From a picture to its name. */
const above = 6;
/** The same grey as in print: black letters are louder than the pictures. */
const ink = [48, 48, 48] as const;

/**
 * The sheet on white, with each cell's name under it as far as there is room for it, and what the names say under all of
 * them. Without names, as it is.
 */
export function labelled(picture: Drawn, { columns, rows, cell, gap, legend, cells }: Sheet): Drawn {
  if (cells.every(({ title }) => !title)) return picture;
  const [cellWidth, cellHeight] = cell;
  const scale = cellWidth < wide ? small : large;
  const line = above + lineHeight(scale);
  const pitch = { x: cellWidth + apart, y: cellHeight + line + apart };
  const width = 2 * margin + columns * pitch.x - apart;
  const explained = legend === undefined ? [] : wrapped(legend, width - 2 * margin, scale);
  const bottom = margin + rows * pitch.y;
  const height = explained.length ? bottom + explained.length * lineHeight(scale) + margin : bottom - apart + margin;
  const sheet = { width, height, pixels: new Uint8Array(width * height * channels).fill(brightest) };
  for (const [i, cell] of cells.entries()) {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [left, top] = [margin + column * pitch.x, margin + row * pitch.y];
    for (let y = 0; y < cellHeight; y++) {
      const from = ((row * (cellHeight + gap) + y) * picture.width + column * (cellWidth + gap)) * channels;
      const to = ((top + y) * width + left) * channels;
      sheet.pixels.set(picture.pixels.subarray(from, from + cellWidth * channels), to);
    }
    drawLines(sheet, [written(cell, cellWidth, scale)], [left, top + cellHeight + above], scale, ink);
  }
  drawLines(sheet, explained, [margin, bottom], scale, ink);
  return sheet;
}

/** What says most in so many pixels: all of it, or in short, or what there is room for; the number at its end stays. */
export function written({ title, legible = title, short }: Cell, most: number, scale: number): string {
  const whole = lettered(legible);
  if (textWidth(whole, scale) <= most) return whole;
  const brief = lettered(short ?? whole.replace(/^Channel (?=\d)/, ""));
  return shortened(brief, most, scale, /, \d+$/.exec(brief)?.[0].length);
}
