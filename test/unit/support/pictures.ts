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
