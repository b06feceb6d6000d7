import type { Drawn, Sheet } from "../../shared/synthesis.ts";
import { drawLines, lettered, lettersIn } from "../images/lettering.ts";
import { brightest, channels } from "./canvas.ts";
import type { Cell } from "./sheet.ts";

/** Cells from this width on have letters twice as large. */
const wide = 160;
/** Of a line with its margins, and of the one above its letters, in the letters' own cells. */
const [lineCells, margin] = [12, 2];
const black = [0, 0, 0] as const;
const ellipsis = "…";

/** The sheet with each cell's name under it: black on white, as far as there is room for it. Without names, as it is. */
export function labelled(picture: Drawn, { columns, rows, cell, gap, cells }: Sheet): Drawn {
  if (cells.every(({ title }) => !title)) return picture;
  const [cellWidth, cellHeight] = cell;
  const scale = cellWidth < wide ? 1 : 2;
  const line = lineCells * scale;
  const { width } = picture;
  const height = rows * (cellHeight + line + gap) - gap;
  const pixels = new Uint8Array(width * height * channels).fill(brightest);
  for (let row = 0; row < rows; row++) {
    const from = row * (cellHeight + gap) * width * channels;
    const to = row * (cellHeight + line + gap) * width * channels;
    pixels.set(picture.pixels.subarray(from, from + cellHeight * width * channels), to);
  }
  const labelledSheet = { width, height, pixels };
  const most = lettersIn(cellWidth, scale);
  for (const [i, cell] of cells.entries()) {
    const left = (i % columns) * (cellWidth + gap);
    const top = Math.floor(i / columns) * (cellHeight + line + gap) + cellHeight + margin * scale;
    drawLines(labelledSheet, [written(cell, most)], [left, top], scale, black);
  }
  return labelledSheet;
}

/** What says most in so many letters. */
function written({ title, legible = title, short }: Cell, most: number): string {
  const whole = lettered(legible);
  return fitting(short === undefined || [...whole].length <= most ? whole : lettered(short), most);
}

/** "Channel 12: dead here", or "12: dead here"; of a longer name its beginning and its end. */
export function fitting(title: string, most: number): string {
  const short = [...title].length <= most ? title : title.replace(/^Channel (?=\d)/, "");
  const all = [...short];
  if (all.length <= most) return short;
  const kept = Math.max(0, most - 1);
  const front = Math.ceil(kept / 2);
  return [...all.slice(0, front), ellipsis, ...all.slice(all.length - (kept - front))].join("");
}
