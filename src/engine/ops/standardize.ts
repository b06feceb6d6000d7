import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/**
 * The gradient through `(x − mean) / deviation`, statistics taken over `axes` of x itself: with n = (x − μ)/σ,
 * dx = (d − mean(d) − n · mean(d · n)) / σ (Ioffe & Szegedy 2015, section 3).
 */
export function standardized(g: Builder, x: Value, d: Value, axes: readonly number[], epsilon: number): Value {
  const centred = g.sub(x, g.mean(x, axes));
  const deviation = g.sqrt(g.add(g.mean(g.mul(centred, centred), axes), epsilon));
  const normal = g.div(centred, deviation);
  const shifted = g.sub(g.sub(d, g.mean(d, axes)), g.mul(normal, g.mean(g.mul(d, normal), axes)));
  return g.div(shifted, deviation);
}
