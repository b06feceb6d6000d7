import type { Drawn } from "../../shared/synthesis.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import { resizeBilinear } from "../images/arithmetic.ts";
import { resizeNumbers } from "../images/resize.ts";

/**
 * A picture while it is made: [1, 3, h, w], red, green and blue on the scale of 0 to 255, whatever the network takes.
 * Several that are made together are [n, 3, h, w].
 */
export type Canvas = FloatTensor;

export const channels = 3;
export const brightest = 255;

export const blank = (height: number, width: number): Canvas =>
  float32([1, channels, height, width], new Float32Array(channels * height * width));

export const sizeOf = ({ shape }: Canvas): { readonly height: number; readonly width: number } => ({
  height: shape[2] ?? 1,
  width: shape[3] ?? 1,
});

/** The pictures of [n, 3, h, w], each on its own, in the same memory. */
export function picturesOf({ shape, data }: Canvas): readonly Canvas[] {
  const [count = 1, ...own] = shape;
  const each = data.length / count;
  return Array.from({ length: count }, (_, i) => float32([1, ...own], data.subarray(i * each, (i + 1) * each)));
}

/** Pictures of one size as [n, 3, h, w]. */
export function together(canvases: readonly Canvas[]): Canvas {
  const [first = blank(1, 1)] = canvases;
  if (canvases.length === 1) return first;
  const whole = float32(
    [canvases.length, ...first.shape.slice(1)],
    new Float32Array(canvases.length * first.data.length),
  );
  canvases.forEach(({ data }, i) => whole.data.set(data, i * data.length));
  return whole;
}

export function canvasOf({ width, height, pixels }: Drawn): Canvas {
  const canvas = blank(height, width);
  const plane = width * height;
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < plane; p++) canvas.data[c * plane + p] = pixels[p * channels + c]!;
  return canvas;
}

/** Rounded and clipped to 8 bits. */
export function drawn(canvas: Canvas): Drawn {
  const { width, height } = sizeOf(canvas);
  const plane = width * height;
  const pixels = new Uint8ClampedArray(plane * channels);
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < plane; p++) pixels[p * channels + c] = canvas.data[c * plane + p]!;
  return { width, height, pixels: new Uint8Array(pixels.buffer) };
}

/** Bilinear between the centres of pixels, antialiased where it is reduced; the canvas itself where its size is that already. */
export function resized(canvas: Canvas, height: number, width: number): Canvas {
  const size = sizeOf(canvas);
  const isReduced = height < size.height || width < size.width;
  return isReduced ? resizeNumbers(canvas, height, width) : sampled(canvas, height, width);
}

/** The same, without antialiasing: from the four nearest pixels, however much it is reduced. */
export function sampled(canvas: Canvas, height: number, width: number): Canvas {
  const size = sizeOf(canvas);
  return size.height === height && size.width === width ? canvas : resizeBilinear(canvas, height, width);
}
