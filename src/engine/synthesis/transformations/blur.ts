import { blank, channels, sizeOf, type Canvas } from "../canvas.ts";
import type { Transformation } from "./transformation.ts";

/** A Gaussian of `sigma` pixels, cut at three sigma, what lies outside left out: a symmetric map, its own adjoint. */
export function blur(sigma: number): Transformation {
  if (!(sigma > 0)) return { apply: (canvas) => canvas, adjoint: (gradient) => gradient };
  const kernel = bell(sigma);
  const both = (canvas: Canvas) => along(along(canvas, kernel, "rows"), kernel, "columns");
  return { apply: both, adjoint: both };
}

/** The same, with its weights adding up to 1 at the edges too: a flat picture stays as it is. */
export function smoothed(canvas: Canvas, sigma: number): Canvas {
  if (!(sigma > 0)) return canvas;
  const { apply } = blur(sigma);
  const ones = blank(sizeOf(canvas).height, sizeOf(canvas).width);
  ones.data.fill(1);
  const [sums, cover] = [apply(canvas), apply(ones)];
  sums.data.forEach((sum, i) => (sums.data[i] = sum / cover.data[i]!));
  return sums;
}

function bell(sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const heights = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = heights.reduce((a, b) => a + b, 0);
  return heights.map((h) => h / sum);
}

function along(canvas: Canvas, kernel: Float32Array, what: "rows" | "columns"): Canvas {
  const { height, width } = sizeOf(canvas);
  const radius = (kernel.length - 1) / 2;
  const into = blank(height, width);
  const { data } = canvas;
  const [step, length] = what === "rows" ? [1, width] : [width, height];
  for (let k = -radius; k <= radius; k++) {
    const weight = kernel[k + radius]!;
    // From where to where the tap stays inside, for each row or in whole rows.
    const [first, last] = [Math.max(0, -k), Math.min(length, length - k)];
    for (let row = 0; row < channels * height; row++) {
      const isOutside = what === "columns" && (row % height < first || row % height >= last);
      if (isOutside) continue;
      const [begin, end] = what === "rows" ? [first, last] : [0, width];
      for (let at = row * width + begin; at < row * width + end; at++) into.data[at]! += weight * data[at + k * step]!;
    }
  }
  return into;
}
