import type { Canvas } from "../../../src/engine/synthesis/canvas.ts";
import type { Program } from "../../../src/engine/synthesis/program.ts";
import { near } from "./asking.ts";

/** The program's worth of a picture is `of` its pixels, and its gradient the central differences of that. */
export async function isDerivedAs(
  program: Program,
  canvas: Canvas,
  of: (pixels: ArrayLike<number>) => number,
): Promise<void> {
  const { objective, gradient } = await program.evaluate(canvas);
  near([objective], [of(canvas.data)], 1e-4);
  const step = 1e-5;
  const slopes = Array.from(canvas.data, (x, i) => {
    const moved = (by: number) => of(Float64Array.from(canvas.data, (v, k) => (k === i ? x + by : v)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  near(gradient.data, slopes, 2e-3);
}
