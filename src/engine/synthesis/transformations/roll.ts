import { blank, channels, sizeOf, type Canvas } from "../canvas.ts";
import type { Transformation } from "./transformation.ts";

/** Jitter as google/deepdream does it: moved down and to the right, and what leaves comes in again on the other side. */
export const roll = (down: number, right: number): Transformation => ({
  apply: (canvas) => rolled(canvas, down, right),
  adjoint: (gradient) => rolled(gradient, -down, -right),
  moved: { down, right },
});

function rolled(canvas: Canvas, down: number, right: number): Canvas {
  const { height, width } = sizeOf(canvas);
  const into = blank(height, width);
  const [shift, turn] = [modulo(down, height), modulo(right, width)];
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const from = (c * height + y) * width;
      const to = (c * height + ((y + shift) % height)) * width;
      into.data.set(canvas.data.subarray(from, from + width - turn), to + turn);
      into.data.set(canvas.data.subarray(from + width - turn, from + width), to);
    }
  return into;
}

export const modulo = (n: number, length: number): number => ((n % length) + length) % length;
