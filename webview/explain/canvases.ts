import { colorAt, otherColor } from "../../src/shared/colormaps.ts";
import { colorMapOf, paintClasses, paintHeatmap } from "../shared/paint.ts";
import type { Pixels } from "../shared/paint.ts";
import { rangeOf } from "../shared/quantized.ts";
import { entryOf, legendOf } from "./legend.ts";
import type { Picture } from "./result.ts";

/** A photo, ready to be drawn and read. */
export interface DrawnPhoto {
  readonly color: HTMLCanvasElement;
  /** What maps are laid over: with its colours it would change theirs. */
  readonly gray: HTMLCanvasElement;
  /** False for a copy with losses, whose colours are nearly the photo's. */
  readonly exact: boolean;
  /** Red, green and blue at a place, both coordinates from 0 to 1. */
  rgbAt(u: number, v: number): readonly [number, number, number];
}

export async function drawPhoto(file: Blob, exact: boolean): Promise<DrawnPhoto> {
  const bitmap = await createImageBitmap(file);
  const copy = (filter: string) => {
    const canvas = canvasOf(bitmap.width, bitmap.height);
    const context = contextOf(canvas);
    context.filter = filter;
    context.drawImage(bitmap, 0, 0);
    return canvas;
  };
  const color = copy("none");
  const gray = copy("grayscale(1)");
  bitmap.close();
  let pixels: ImageData | undefined;
  const rgbAt = (u: number, v: number): readonly [number, number, number] => {
    const { data } = (pixels ??= contextOf(color).getImageData(0, 0, color.width, color.height));
    const x = Math.min(Math.floor(u * color.width), color.width - 1);
    const y = Math.min(Math.floor(v * color.height), color.height - 1);
    const offset = (y * color.width + x) * 4;
    return [data[offset] ?? 0, data[offset + 1] ?? 0, data[offset + 2] ?? 0];
  };
  return { color, gray, exact, rgbAt };
}

interface Painted {
  readonly onDark: boolean;
  readonly through: boolean;
  readonly canvas: HTMLCanvasElement;
}
const painted = new WeakMap<Picture, Painted>();

/** The map in its colours; painted once per kind of theme. `through`: for where it lies over the photo. */
export function canvasOfPicture(picture: Picture, onDark: boolean, through = false): HTMLCanvasElement {
  const before = painted.get(picture);
  if (before?.onDark === onDark && before.through === through) return before.canvas;
  const canvas = canvasOfPixels(
    picture.kind === "heatmap" ? paintHeatmap(picture, rangeOf(picture), onDark, through) : classPixels(picture),
  );
  painted.set(picture, { onDark, through, canvas });
  return canvas;
}

function classPixels(picture: Extract<Picture, { kind: "classes" }>): Pixels {
  const legend = legendOf(picture);
  return paintClasses(picture, (index) => entryOf(legend, index)?.color ?? otherColor);
}

/** The colours of a map's scale, from its low to its high end. */
export function stripOf(map: Extract<Picture, { kind: "heatmap" }>, onDark: boolean): HTMLCanvasElement {
  const rgba = new Uint8ClampedArray(256 * 4);
  const colors = colorMapOf(map, onDark);
  for (let i = 0; i < 256; i++) rgba.set([...colorAt(colors, i), 255], i * 4);
  return canvasOfPixels({ width: 256, height: 1, rgba });
}

function canvasOfPixels({ width, height, rgba }: Pixels): HTMLCanvasElement {
  const canvas = canvasOf(Math.max(width, 1), Math.max(height, 1));
  if (width > 0 && height > 0) contextOf(canvas).putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas;
}

export function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This view cannot draw: the browser gives it no canvas.");
  return context;
}
