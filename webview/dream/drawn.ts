import type { Drawn, Sheet } from "../../src/shared/synthesis.ts";
import { opaque } from "./opaque.ts";
import { outsideCells } from "./sheet-gaps.ts";

/** Paints the picture on the canvas, which takes its size. Of a sheet nothing is seen between the cells: the page's own colour is. */
export function paint(canvas: HTMLCanvasElement, { width, height, pixels }: Drawn, sheet?: Sheet): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  context?.putImageData(new ImageData(opaque(pixels), width, height), 0, 0);
  if (!sheet) return;
  for (const { x, y, wide, high } of outsideCells(sheet, { width, height })) context?.clearRect(x, y, wide, high);
}
