import type { Drawn } from "../../src/shared/synthesis.ts";
import { opaque } from "./opaque.ts";

/** Paints the picture on the canvas, which takes its size. */
export function paint(canvas: HTMLCanvasElement, { width, height, pixels }: Drawn): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(opaque(pixels), width, height), 0, 0);
}
