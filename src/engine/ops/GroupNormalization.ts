import { float, int, op, sameType } from "./op.ts";
import { size } from "../../shared/tensor.ts";
import { standardized } from "./standardize.ts";
import { axesFrom, sharing, ofFirst } from "./reach.ts";

// From opset 21 on scale and bias are per channel; the importer repeats the older ones, per group.
export default op({
  kind: "normalization",
  attributes: { epsilon: float(1e-5), num_groups: int(1), stash_type: int(1) },
  infer: sameType,
  gradient({ inputs: [x, scale], attributes: { epsilon, num_groups }, dy, g }) {
    const [n, c] = x.shape as [number, number];
    const grouped = [n, num_groups, (c / num_groups) * size(x.shape.slice(2))];
    const d = g.reshape(g.mul(dy, g.perChannel(scale!, x)), grouped);
    return [g.reshape(standardized(g, g.reshape(x, grouped), d, [2], epsilon), x.shape)];
  },
  reach: ofFirst(({ inputs: [{ shape }] }) => sharing(shape, axesFrom(shape, 1))),
});
