import { colorAt, ember, signedOnDark } from "../../shared/colormaps.ts";
import type { FilterCard, FilterRequest } from "../../shared/inside.ts";
import type { Photo } from "../../shared/protocol.ts";
import { png } from "../images/png.ts";
import type { Looking } from "../subject.ts";
import { drawNumber, numberHeight, numberWidth } from "./digits.ts";
import { filters } from "./filters.ts";

/** Pixels across that a sheet is meant to have, and the most that one weight takes. */
const wanted = 1024;
const largest = 24;
/** Between two filters, and around all. */
const gap = 4;
const paper = 244;
const ink = [40, 40, 40] as const;
/** Pixels for each cell of a digit, as far as a number is no wider than its filter; in smaller cells there is no room for any. */
const inkScales = [2, 1] as const;

/** All filters of a layer side by side, each over its number, in rows that make about a square; a matrix as it is. */
export async function filterSheet(looking: Looking, request: FilterRequest, signal: AbortSignal): Promise<Photo> {
  return drawn(await filters(looking, request, signal));
}

export async function drawn({ kind, pictures }: Pick<FilterCard, "kind" | "pictures">): Promise<Photo> {
  const isMatrix = pictures.shape.length === 2;
  const [count = 1, kernelHeight = 1, kernelWidth = 1] = isMatrix ? [1, ...pictures.shape] : pictures.shape;
  const columns = Math.ceil(Math.sqrt((count * kernelHeight) / kernelWidth));
  const rows = Math.ceil(count / Math.max(columns, 1));
  const across = Math.floor((wanted / columns - gap) / kernelWidth);
  const factor = Math.min(Math.max(across, 1), largest);
  const scale = isMatrix ? undefined : inkScales.find((each) => numberWidth(count - 1, each) <= kernelWidth * factor);
  const label = scale === undefined ? 0 : numberHeight(scale) + 2 * scale;
  const [cellWidth, cellHeight] = [kernelWidth * factor + gap, kernelHeight * factor + label + gap];
  const [width, height] = [columns * cellWidth + gap, rows * cellHeight + gap];
  const pixels = new Uint8Array(width * height * 3).fill(paper);
  const kernel = kernelHeight * kernelWidth;
  const colorOf = painter(kind, pictures.bytes);
  for (let i = 0; i < count; i++) {
    const left = gap + (i % columns) * cellWidth;
    const top = gap + Math.floor(i / columns) * cellHeight;
    for (let y = 0; y < kernelHeight * factor; y++)
      for (let x = 0; x < kernelWidth * factor; x++) {
        const at = i * kernel + Math.floor(y / factor) * kernelWidth + Math.floor(x / factor);
        pixels.set(colorOf(at), ((top + y) * width + left + x) * 3);
      }
    const under = [left, top + kernelHeight * factor + (scale ?? 0)] as const;
    if (scale !== undefined) drawNumber({ width, height, pixels }, i, under, scale, ink);
  }
  return { width, height, png: await png({ width, height, pixels }) };
}

function painter(kind: FilterCard["kind"], bytes: Uint8Array): (at: number) => ArrayLike<number> {
  if (kind === "color") return (at) => bytes.subarray(3 * at, 3 * at + 3);
  const colors = kind === "deep" ? ember : signedOnDark;
  return (at) => colorAt(colors, bytes[at] ?? 0);
}
