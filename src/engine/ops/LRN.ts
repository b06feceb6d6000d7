import { size } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { float, int, op, sameType } from "./op.ts";
import { sharing } from "./reach.ts";

// y = x · S^−β with S = bias + α/size · Σ x² over neighbouring channels (Krizhevsky et al. 2012, section 3.3), so
// dx = dy · S^−β − 2αβ/size · x · Σ' (dy · y / S), where Σ' runs over the channels whose window holds this one.
export default op({
  kind: "normalization",
  attributes: { alpha: float(1e-4), beta: float(0.75), bias: float(1), size: int(1) },
  infer: sameType,
  gradient({ inputs: [x], outputs: [y], attributes: { alpha, beta, bias, size: window }, dy, g }) {
    const before = Math.floor((window - 1) / 2);
    const after = window - 1 - before;
    const s = g.add(g.mul(overChannels(g, g.mul(x, x), before, after), alpha / window), bias);
    const back = overChannels(g, g.div(g.mul(dy, y), s), after, before);
    return [g.sub(g.mul(dy, g.pow(s, -beta)), g.mul(x, g.mul(back, (2 * alpha * beta) / window)))];
  },
  reach: ({ inputs: [x] }) => sharing(x.shape, [1]),
});

/** The sum over the channels from `before` below to `after` above each one. */
function overChannels(g: Builder, v: Value, before: number, after: number): Value {
  const [n, c, ...spatial] = v.shape as [number, number, ...number[]];
  const window = before + after + 1;
  const rows = g.reshape(v, [n, 1, c, size(spatial)]);
  const mean = g.one("AveragePool", [rows], {
    kernel_shape: [window, 1],
    pads: [before, 0, after, 0],
    count_include_pad: 1,
  });
  return g.mul(g.reshape(mean, v.shape), window);
}
