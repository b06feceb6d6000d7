import type { PatchSheetRequest } from "../../shared/examples.ts";
import type { Photo } from "../../shared/protocol.ts";
import { shown } from "../../shared/shown.ts";
import { drawLines, isLegible, lettered, lineHeight, shortened, wrapped } from "../images/lettering.ts";
import type { Picture } from "../images/picture.ts";
import { png } from "../images/png.ts";
import type { Looking } from "../subject.ts";
import { magnified, patchOf } from "./patch.ts";

const cell = 224;
const gap = 8;
/** Neither the black beside a padded photo nor the white of paper. */
const paper = 96;
const ink = [255, 255, 255] as const;
const letter = 2;

/** Patches in a grid, row by row: of nine, three in each row. A place that sees nothing of its photo leaves its cell empty. */
export async function patchSheet(
  looking: Looking,
  { patches, title = [], ...request }: PatchSheetRequest,
  signal: AbortSignal,
): Promise<Photo> {
  if (!patches.length) throw new RangeError("There are no examples to draw.");
  const columns = Math.ceil(Math.sqrt(patches.length));
  const rows = Math.ceil(patches.length / columns);
  const words = linesHeight(Math.max(...patches.map((each) => each.words?.length ?? 0)));
  const pitch = cell + words + gap;
  const width = columns * (cell + gap) + gap;
  const lines = title.flatMap((line) => wrapped(line, width - 2 * gap, letter));
  const head = linesHeight(lines.length);
  const height = head + rows * pitch + gap;
  const sheet = { width, height, pixels: new Uint8Array(width * height * 3).fill(paper) };
  drawLines(sheet, lines, [gap, gap], letter, ink);
  for (const [i, { image, place, words = [] }] of patches.entries()) {
    signal.throwIfAborted();
    const [x, y] = [gap + (i % columns) * (cell + gap), head + gap + Math.floor(i / columns) * pitch];
    const legible = words.map((line) => (isLegible(line) ? lettered(line) : `photo ${i + 1}`));
    const short = legible.map((line) => shortened(shown(line, Infinity), cell, letter));
    drawLines(sheet, short, [x, y + cell + 2 * letter], letter, ink);
    const { picture } = await patchOf(looking, { ...request, image, place });
    if (!picture) continue;
    const large = magnified(picture);
    lay(sheet, large, x + ((cell - large.width) >> 1), y + ((cell - large.height) >> 1));
  }
  return { width, height, png: await png(sheet) };
}

const linesHeight = (count: number): number => (count ? count * lineHeight(letter) + 2 * letter : 0);

function lay(sheet: Picture, { width, height, pixels }: Picture, left: number, top: number): void {
  for (let row = 0; row < height; row++)
    sheet.pixels.set(pixels.subarray(row * width * 3, (row + 1) * width * 3), ((top + row) * sheet.width + left) * 3);
}
