import type { Area } from "../../src/shared/sheet-gaps.ts";
import type { Drawn } from "../../src/shared/synthesis.ts";
import { opaque } from "./opaque.ts";

/** Paints the picture on the canvas, which takes its size. Of its `gaps` nothing is seen: the page's own colour is. */
export function paint(canvas: HTMLCanvasElement, { width, height, pixels }: Drawn, gaps: readonly Area[] = []): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  context?.putImageData(new ImageData(opaque(pixels), width, height), 0, 0);
  for (const { x, y, wide, high } of gaps) context?.clearRect(x, y, wide, high);
}
