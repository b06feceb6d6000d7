import type { Picture, Rectangle } from "../../../src/engine/images/picture.ts";
import type { Preparation } from "../../../src/shared/preparation.ts";
import type { Sheet } from "../../../src/shared/synthesis.ts";
import { float32, type FloatTensor } from "../../../src/shared/tensor.ts";

/** Of the reference network's picture: numbers go in as they are. */
export const untouched: Preparation = {
  size: [12, 10],
  fit: "stretch",
  color: "RGB",
  range: [0, 255],
  mean: [0],
  deviation: [1],
  layout: "NCHW",
};

/** Of a network that takes so many pixels a side, as numbers from 0 to 1. */
export const upToOne = (side: number): Preparation => ({ ...untouched, size: [side, side], range: [0, 1] });

/** The picture in a cell of a sheet. */
export function cellOf(picture: FloatTensor, { columns, cell: [width, height], gap }: Sheet, i: number): FloatTensor {
  const [, , tall = 1, wide = 1] = picture.shape;
  const [top, left] = [Math.floor(i / columns) * (height + gap), (i % columns) * (width + gap)];
  const data = Array.from({ length: 3 * height * width }, (_, p) => {
    const [c, y, x] = [Math.floor(p / (height * width)), Math.floor(p / width) % height, p % width];
    return picture.data[(c * tall + top + y) * wide + left + x]!;
  });
  return float32([1, 3, height, width], data);
}

/** The mean cosine over all pairs of vectors. */
export function meanCosine(vectors: readonly (readonly number[])[]): number {
  const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const cosines = vectors.flatMap((a, i) =>
    vectors.slice(i + 1).map((b) => product(a, b) / Math.sqrt(product(a, a) * product(b, b))),
  );
  return cosines.reduce((sum, x) => sum + x / cosines.length, 0);
}

/** The definition of antialiasing, slowly and without rounding: every pixel weighs by a triangle around the target's centre. */
export function exactlyResized({ width, height, pixels }: Picture, part: Rectangle, w: number, h: number): number[] {
  const [sx, sy] = [part.width / w, part.height / h];
  const weight = (distance: number, scale: number) => Math.max(0, 1 - Math.abs(distance) / Math.max(1, scale));
  const result: number[] = [];
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let c = 0; c < 3; c++) {
        let [sum, weights] = [0, 0];
        for (let v = 0; v < height; v++)
          for (let u = 0; u < width; u++) {
            const across = weight(u + 0.5 - (part.left + (x + 0.5) * sx), sx);
            const k = across * weight(v + 0.5 - (part.top + (y + 0.5) * sy), sy);
            sum += k * pixels[(v * width + u) * 3 + c]!;
            weights += k;
          }
        result.push(sum / weights);
      }
  return result;
}

/** Red, green and blue of each pixel as three planes. */
export const inPlanes = (numbers: readonly number[]): number[] =>
  [0, 1, 2].flatMap((c) => numbers.filter((_, i) => i % 3 === c));
