import { blank, channels, sizeOf, type Canvas } from "../canvas.ts";
import type { Size } from "../program.ts";
import type { Transformation } from "./transformation.ts";

export interface Margins {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** A frame of one colour around it; where a margin is negative, that much is cut off. */
export function pad(margins: Margins, color: readonly number[]): Transformation {
  const inwards: Margins = {
    top: -margins.top,
    left: -margins.left,
    bottom: -margins.bottom,
    right: -margins.right,
  };
  return {
    apply: (canvas) => placed(canvas, margins, color),
    adjoint: (gradient) => placed(gradient, inwards, []),
  };
}

/** The part of that size, from `top` and `left` of a picture of size `whole`. */
export const crop = (top: number, left: number, part: Size, whole: Size): Transformation =>
  pad({ top: -top, left: -left, bottom: top + part.height - whole.height, right: left + part.width - whole.width }, []);

function placed(canvas: Canvas, { top, left, bottom, right }: Margins, color: readonly number[]): Canvas {
  const { height, width } = sizeOf(canvas);
  const [tall, wide] = [height + top + bottom, width + left + right];
  const into = blank(tall, wide);
  const [from, to] = [Math.max(0, -left), Math.min(width, width + right)];
  for (let c = 0; c < channels; c++) {
    into.data.fill(color[c] ?? 0, c * tall * wide, (c + 1) * tall * wide);
    for (let y = Math.max(0, -top); y < Math.min(height, height + bottom); y++) {
      const row = (c * height + y) * width;
      into.data.set(canvas.data.subarray(row + from, row + to), (c * tall + y + top) * wide + left + from);
    }
  }
  return into;
}
