import { blank, brightest, sizeOf, type Canvas } from "./canvas.ts";

/** A difference about mid-grey, its largest number brought to black or white, and how many times it was enlarged. */
export function enlarged(canvas: Canvas, from: Canvas): { readonly canvas: Canvas; readonly times: number } {
  const { height, width } = sizeOf(canvas);
  const shown = blank(height, width);
  const largest = canvas.data.reduce((most, x, i) => Math.max(most, Math.abs(x - from.data[i]!)), 0);
  const middle = brightest / 2;
  const times = largest > 0 ? middle / largest : 1;
  canvas.data.forEach((x, i) => (shown.data[i] = middle + times * (x - from.data[i]!)));
  return { canvas: shown, times };
}
