import { blank, sizeOf, type Canvas } from "./canvas.ts";

/**
 * Enlarged about its centre by `factor` and cut to its own size: the step of an endless zoom (Mordvintsev et al. 2015).
 * Bilinear between the centres of pixels, along rows and then along columns.
 */
export function zoomed(canvas: Canvas, factor: number): Canvas {
  const { height, width } = sizeOf(canvas);
  const [down, across] = [places(height, factor), places(width, factor)];
  const whole = blank(height, width);
  const line = new Float32Array(width);
  for (let row = 0; row < whole.data.length / width; row++) {
    const { first, second, share } = down[row % height]!;
    const plane = row - (row % height);
    const [above, below] = [(plane + first) * width, (plane + second) * width];
    for (let x = 0; x < width; x++)
      line[x] = canvas.data[above + x]! + share * (canvas.data[below + x]! - canvas.data[above + x]!);
    across.forEach(({ first, second, share }, x) => {
      whole.data[row * width + x] = line[first]! + share * (line[second]! - line[first]!);
    });
  }
  return whole;
}

/** For each pixel of a line the two that it lies between after the zoom, and how far it is from the first. */
const places = (length: number, factor: number) =>
  Array.from({ length }, (_, i) => {
    const middle = (length - 1) / 2;
    const at = Math.min(length - 1, Math.max(0, (i - middle) / factor + middle));
    const first = Math.floor(at);
    return { first, second: Math.min(first + 1, length - 1), share: at - first };
  });
