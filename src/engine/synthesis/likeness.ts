import type { FloatTensor } from "../../shared/tensor.ts";
import type { Objective } from "./objectives.ts";

/** Keeps the cosine of what is zero finite. */
const tiny = 1e-6;
/** Lucid's floor: while nothing fits yet, there is still a slope. */
const leastCosine = 0.1;

/** Lucid's dot product with a picture's values, over their own square, times the cosine to a power. */
export const likeness =
  (layer: string, reference: FloatTensor, power: number): Objective =>
  ({ g, layer: valueOf, given }) => {
    const value = valueOf(layer);
    const axes = value.shape.map((_, axis) => axis);
    const square = reference.data.reduce((sum, x) => sum + x * x, 0);
    const dot = g.sum(g.mul(value, given(reference)), axes);
    const length = g.sqrt(g.add(g.sum(g.mul(value, value), axes), tiny));
    const cosine = g.div(g.div(dot, length), Math.sqrt(square));
    const least = g.where(g.greater(cosine, leastCosine), cosine, leastCosine);
    return g.reshape(g.mul(g.div(dot, square), g.pow(least, power)), []);
  };
