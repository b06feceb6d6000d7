import { float32, size } from "../../shared/tensor.ts";
import type { Objective } from "./objectives.ts";
import { lengthOf } from "./sums.ts";

/** Keeps the cosine of what is zero finite. */
const tiny = 1e-6;
/** Below it a cosine does not count for less: Lucid's, so that what points elsewhere has a way back. */
const leastCosine = 0.1;

/**
 * Along one direction of a layer after the other: the mean over the map of the product with the direction, times the square
 * of their cosine, so that what else a place holds does not help (Carter et al. 2019). `choose` says which direction, and is
 * no other program.
 */
export function directionInTurn(
  layer: string,
  channels: number,
): { readonly objective: Objective; choose(direction: ArrayLike<number>): void } {
  const chosen = new Float32Array(channels);
  return {
    objective({ g, maps, given }) {
      const value = maps(layer);
      const places = size(value.shape.slice(2));
      const along = given(float32([1, channels, ...value.shape.slice(2).map(() => 1)], chosen));
      const product = g.sum(g.mul(value, along), [1]);
      const lengths = g.sqrt(g.add(g.sum(g.mul(value, value), [1]), tiny));
      const cosine = g.one("Max", [g.div(product, lengths), g.full([], leastCosine)]);
      const worth = g.mul(product, g.mul(cosine, cosine));
      const axes = worth.shape.map((_, axis) => axis);
      return g.reshape(g.div(g.sum(worth, axes), places), []);
    },
    choose(direction) {
      const length = lengthOf(direction) || 1;
      chosen.set(Array.from(direction, (x) => x / length));
    },
  };
}
