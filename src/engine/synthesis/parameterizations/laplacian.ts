import { size } from "../../../shared/tensor.ts";
import type { Builder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { channels } from "../canvas.ts";
import { startValues, type FourierOptions } from "./fourier.ts";
import { linear, matrix } from "./linear.ts";
import type { Parameterization } from "./parameterization.ts";

/** Lucid's: the picture itself, and at a half, a quarter and an eighth of its size. */
const levels = 4;

export type LaplacianOptions = Omit<FourierOptions, "common">;

/**
 * A picture by its Laplacian pyramid: levels from coarse to fine, each enlarged (bilinear, between the centres of pixels)
 * and all added up, so that one number of a coarse level moves a whole patch (Lucid).
 */
export async function laplacian({
  height,
  width,
  threads,
  seed,
  start,
  around,
  mixing,
  margin,
  pictures = 1,
}: LaplacianOptions): Promise<Parameterization> {
  const shapes = Array.from({ length: levels }, (_, level) => {
    const shrunk = (n: number) => Math.max(1, Math.floor(n / 2 ** level));
    return [pictures, channels, shrunk(height), shrunk(width)] as const;
  });
  const count = shapes.reduce((sum, shape) => sum + size(shape), 0);
  const values = start?.slice() ?? startValues(count, seed, around);
  const planes = (g: Builder, all: Value): Value => {
    let from = 0;
    const enlarged = shapes.map((shape) => {
      const to = from + size(shape);
      const own = g.reshape(g.one("Slice", [all], { starts: [from], ends: [to], axes: [0] }), shape);
      from = to;
      const [, , rows, columns] = shape;
      if (rows === height && columns === width) return own;
      const down = matrix(g, height, rows, (y, k) => share(y, k, rows, height));
      const across = matrix(g, columns, width, (k, x) => share(x, k, columns, width));
      return g.matmul(g.matmul(down, own), across);
    });
    return enlarged.reduce((sum, level) => g.add(sum, level));
  };
  return linear({ height, width, threads, kind: "laplacian", shape: [count], values, planes, around, mixing, margin });
}

/** How much of the `from` numbers' k-th is in the i-th of the `to` that the line is enlarged to. */
function share(i: number, k: number, from: number, to: number): number {
  const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
  return Math.max(0, 1 - Math.abs(place - k));
}
