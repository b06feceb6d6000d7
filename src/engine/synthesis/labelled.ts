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
/** Lines of a name; what is left of a longer one stands on the last. */
const mostLines = 3;
/** Between a name and what is told of it. */
const dot = " · ";
/** A number at the end of a name in short. */
const count = /, (\d+)$/;
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
  const captions = captionsOf(cells, cellWidth, scale);
  const lines = Math.max(...captions.map(({ length }) => length));
  const pitch = { x: cellWidth + apart, y: cellHeight + above + lines * lineHeight(scale) + apart };
  const width = 2 * margin + columns * pitch.x - apart;
  const explained = legend === undefined ? [] : wrapped(legend, width - 2 * margin, scale);
  const bottom = margin + rows * pitch.y;
  const height = explained.length ? bottom + explained.length * lineHeight(scale) + margin : bottom - apart + margin;
  const sheet = { width, height, pixels: new Uint8Array(width * height * channels).fill(brightest) };
  for (const [i, caption] of captions.entries()) {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [left, top] = [margin + column * pitch.x, margin + row * pitch.y];
    for (let y = 0; y < cellHeight; y++) {
      const from = ((row * (cellHeight + gap) + y) * picture.width + column * (cellWidth + gap)) * channels;
      const to = ((top + y) * width + left) * channels;
      sheet.pixels.set(picture.pixels.subarray(from, from + cellWidth * channels), to);
    }
    drawLines(sheet, caption, [left, top + cellHeight + above], scale, ink);
  }
  drawLines(sheet, explained, [margin, bottom], scale, ink);
  return sheet;
}

/**
 * The lines under each picture. Names that something is told of are all written in one way: each on a line where there is
 * room for all, else what is told on a line of its own; what there is no room for at all is left out, but for a number.
 */
export function captionsOf(cells: readonly Cell[], most: number, scale: number): readonly (readonly string[])[] {
  const isShort = (text: string) => textWidth(text, scale) <= most;
  const split = cells.map(({ title, legible = title, short }) => {
    const [name = "", ...told] = lettered(legible).split(dot);
    const brief = lettered(short ?? name);
    const number = count.exec(brief)?.[1] ?? "";
    return { whole: [name, ...told].join(dot), name: brief.replace(count, ""), told: told.join(dot), number };
  });
  if (split.every(({ whole, told }) => told === "" || isShort(whole)))
    return cells.map((cell) => [written(cell, most, scale)]);
  const hasRoom = split.every(({ told }) => isShort(told));
  return split.map(({ name, told, number }) =>
    [...linesOf(name, most, scale), hasRoom ? told : number].filter(Boolean),
  );
}

function linesOf(name: string, most: number, scale: number): readonly string[] {
  const lines = wrapped(name, most, scale);
  if (lines.length <= mostLines) return lines;
  const rest = lines.slice(mostLines - 1).join(" ");
  return [...lines.slice(0, mostLines - 1), shortened(rest, most, scale)];
}

/** What says most in so many pixels: all of it, or in short, or what there is room for; the number at its end stays. */
export function written({ title, legible = title, short }: Cell, most: number, scale: number): string {
  const whole = lettered(legible);
  if (textWidth(whole, scale) <= most) return whole;
  const brief = lettered(short ?? whole.replace(/^Channel (?=\d)/, ""));
  return shortened(brief, most, scale, count.exec(brief)?.[0].length);
}
