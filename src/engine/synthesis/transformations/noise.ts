import { random } from "../../images/arithmetic.ts";
import type { Transformation } from "./transformation.ts";

/** Adds to each number one of its own, even about zero, of that deviation: the same for the same seed. */
export function noise(deviation: number, seed: number): Transformation {
  const width = deviation * Math.sqrt(12);
  return {
    apply(canvas) {
      const next = random(seed);
      const data = canvas.data.slice();
      for (let i = 0; i < data.length; i++) data[i]! += width * (next() - 0.5);
      return { ...canvas, data };
    },
    adjoint: (gradient) => gradient,
  };
}
