import { blank, sizeOf, type Canvas } from "./canvas.ts";

/** ITU-R BT.601, as photos are turned to grey for a network that sees no colours. */
export const luma = [0.299, 0.587, 0.114] as const;

/** A colour's brightness in its place. */
export function greyed(color: readonly number[]): readonly number[] {
  const brightness = luma.reduce((sum, weight, c) => sum + weight * (color[c] ?? 0), 0);
  return luma.map(() => brightness);
}

/** Each pixel's brightness in place of its colours. */
export function inGrey(canvas: Canvas): Canvas {
  const plane = canvas.data.length / luma.length;
  const grey = { ...canvas, data: new Float32Array(canvas.data.length) };
  for (let p = 0; p < plane; p++) {
    const brightness = luma.reduce((sum, weight, c) => sum + weight * canvas.data[c * plane + p]!, 0);
    for (let c = 0; c < luma.length; c++) grey.data[c * plane + p] = brightness;
  }
  return grey;
}

/** Gatys et al. 2016, "Preserving color": the brightness of one picture, the colours of another of its size. */
export function withColorsOf(canvas: Canvas, { data }: Canvas): Canvas {
  const { height, width } = sizeOf(canvas);
  const plane = height * width;
  const brightness = (values: Float32Array, p: number) =>
    luma[0] * values[p]! + luma[1] * values[plane + p]! + luma[2] * values[2 * plane + p]!;
  const mixed = blank(height, width);
  for (let p = 0; p < plane; p++) {
    const more = brightness(canvas.data, p) - brightness(data, p);
    for (let c = 0; c < luma.length; c++) mixed.data[c * plane + p] = data[c * plane + p]! + more;
  }
  return mixed;
}
