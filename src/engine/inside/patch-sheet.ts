import type { PatchPlace } from "../../shared/examples.ts";
import type { Photo, Subject } from "../../shared/protocol.ts";
import type { Picture } from "../images/picture.ts";
import { png } from "../images/png.ts";
import type { Looking } from "../subject.ts";
import { magnified, patchOf } from "./patch.ts";

const cell = 224;
const gap = 8;
/** Neither the black beside a padded photo nor the white of paper. */
const paper = 96;

type SheetRequest = Omit<Subject, "image"> & { readonly layer: string; readonly patches: readonly PatchPlace[] };

/** Patches in a grid, row by row: of nine, three in each row. A place that sees nothing of its photo leaves its cell empty. */
export async function patchSheet(
  looking: Looking,
  { patches, ...request }: SheetRequest,
  signal: AbortSignal,
): Promise<Photo> {
  if (!patches.length) throw new RangeError("There are no examples to draw.");
  const columns = Math.ceil(Math.sqrt(patches.length));
  const rows = Math.ceil(patches.length / columns);
  const [width, height] = [columns * (cell + gap) + gap, rows * (cell + gap) + gap];
  const sheet = { width, height, pixels: new Uint8Array(width * height * 3).fill(paper) };
  for (const [i, { image, place }] of patches.entries()) {
    signal.throwIfAborted();
    const { picture } = await patchOf(looking, { ...request, image, place });
    if (!picture) continue;
    const large = magnified(picture);
    const left = gap + (i % columns) * (cell + gap) + ((cell - large.width) >> 1);
    const top = gap + Math.floor(i / columns) * (cell + gap) + ((cell - large.height) >> 1);
    lay(sheet, large, left, top);
  }
  return { width, height, png: await png(sheet) };
}

function lay(sheet: Picture, { width, height, pixels }: Picture, left: number, top: number): void {
  for (let row = 0; row < height; row++)
    sheet.pixels.set(pixels.subarray(row * width * 3, (row + 1) * width * 3), ((top + row) * sheet.width + left) * 3);
}
