import { blank, brightest, channels, sizeOf, type Canvas } from "./canvas.ts";

/** Pixels between two pictures. */
const gap = 4;

/** Pictures of one size side by side, on white; there is room for `places`. */
export function inRow(canvases: readonly Canvas[], places: number): Canvas {
  const { height, width } = sizeOf(canvases[0] ?? blank(1, 1));
  const whole = blank(height, places * (width + gap) - gap);
  whole.data.fill(brightest);
  const across = sizeOf(whole).width;
  canvases.forEach(({ data }, i) => {
    for (let row = 0; row < channels * height; row++)
      whole.data.set(data.subarray(row * width, (row + 1) * width), row * across + i * (width + gap));
  });
  return whole;
}
