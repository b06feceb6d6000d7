import { float32, type FloatTensor } from "../../../shared/tensor.ts";

export interface Window {
  readonly row: number;
  readonly column: number;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly windows: readonly Window[];
}

/**
 * As Captum's Occlusion: ⌈(size − window) / stride⌉ + 1 places an axis, and the last window is cut at the border. Captum
 * refuses steps longer than the window; here the windows that would lie outside the picture are left out.
 */
export function gridOf(height: number, width: number, window: number, stride: number): Grid {
  const count = (n: number) => Math.min(Math.max(0, Math.ceil((n - window) / stride)) + 1, Math.ceil(n / stride));
  const [rows, columns] = [count(height), count(width)];
  const windows = Array.from({ length: rows * columns }, (_, i): Window => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [top, left] = [row * stride, column * stride];
    return { row, column, top, left, bottom: Math.min(top + window, height), right: Math.min(left + window, width) };
  });
  return { rows, columns, windows };
}

/** Coarse to fine: every fourth window of both axes first, then every second, then the rest. */
export function coarseToFine({ windows }: Grid): { readonly step: number; readonly windows: readonly Window[] }[] {
  const level = ({ row, column }: Window) =>
    row % 4 === 0 && column % 4 === 0 ? 4 : row % 2 === 0 && column % 2 === 0 ? 2 : 1;
  return [4, 2, 1]
    .map((step) => ({ step, windows: windows.filter((window) => level(window) === step) }))
    .filter(({ windows }) => windows.length > 0);
}

/** Copies of `image` [1, C, H, W], each with a window of `fill` in it: [N, C, H, W]. */
export function covered(image: FloatTensor, fill: FloatTensor, windows: readonly Window[]): FloatTensor {
  const [, channels = 1, height = 1, width = 1] = image.shape;
  const data = new Float32Array(windows.length * image.data.length);
  windows.forEach(({ top, left, bottom, right }, i) => {
    const offset = i * image.data.length;
    data.set(image.data, offset);
    for (let c = 0; c < channels; c++)
      for (let y = top; y < bottom; y++) {
        const line = (c * height + y) * width;
        data.set(fill.data.subarray(line + left, line + right), offset + line + left);
      }
  });
  return float32([windows.length, ...image.shape.slice(1)], data);
}

/** The mean over the windows that cover each pixel, [H, W]; zero where none does. `values`: one per window. */
export function perPixel({ windows }: Grid, values: Float32Array, height: number, width: number): Float32Array {
  const sums = new Float32Array(height * width);
  const counts = new Float32Array(height * width);
  windows.forEach(({ top, left, bottom, right }, i) => {
    const value = values[i]!;
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        sums[y * width + x]! += value;
        counts[y * width + x]!++;
      }
  });
  return sums.map((sum, i) => (counts[i] ? sum / counts[i] : 0));
}

/** A grid of which every `step`th cell of both axes is known, its other cells taken from the known one that stands for them. */
export function filledIn({ rows, columns }: Grid, values: Float32Array, step: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return values[(row - (row % step)) * columns + (column - (column % step))]!;
  });
}
