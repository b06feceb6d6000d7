import type { Raster } from "./raster.ts";

export function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  return canvas;
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This view cannot draw: the browser gives it no canvas.");
  return context;
}

export function canvasOfRaster({ width, height, pixels }: Raster): HTMLCanvasElement {
  const canvas = canvasOf(width, height);
  if (width > 0 && height > 0)
    contextOf(canvas).putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
  return canvas;
}

export async function pngOf(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The picture is too large to be written as PNG.");
  return new Uint8Array(await blob.arrayBuffer());
}

/** A colour of the theme, as the element sees it. */
export const themeColor = (element: Element, property: string): string =>
  getComputedStyle(element).getPropertyValue(property);
