import { colorAt, ember, signedOnDark } from "../../shared/colormaps.ts";
import type { FilterCard, FilterRequest } from "../../shared/inside.ts";
import type { Photo } from "../../shared/protocol.ts";
import { png } from "../images/png.ts";
import type { Looking } from "../subject.ts";
import { filters } from "./filters.ts";

/** Pixels across that a sheet is meant to have, and the most that one weight takes. */
const wanted = 1024;
const largest = 24;
const gap = 2;
const border = 88;

/** All filters of a layer side by side, in rows that make about a square; a matrix as it is. */
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
  const [cellWidth, cellHeight] = [kernelWidth * factor + gap, kernelHeight * factor + gap];
  const [width, height] = [columns * cellWidth + gap, rows * cellHeight + gap];
  const pixels = new Uint8Array(width * height * 3).fill(border);
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
  }
  return { width, height, png: await png({ width, height, pixels }) };
}

function painter(kind: FilterCard["kind"], bytes: Uint8Array): (at: number) => ArrayLike<number> {
  if (kind === "color") return (at) => bytes.subarray(3 * at, 3 * at + 3);
  const colors = kind === "deep" ? ember : signedOnDark;
  return (at) => colorAt(colors, bytes[at] ?? 0);
}
