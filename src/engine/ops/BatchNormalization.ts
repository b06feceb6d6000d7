import { float, int, op, sameType } from "./op.ts";
import { ofFirst } from "./reach.ts";

// In inference the statistics are constants: a scale and a shift per channel.
export default op({
  kind: "normalization",
  attributes: { epsilon: float(1e-5), training_mode: int(0) },
  infer: sameType,
  gradient({ inputs: [x, scale, , , variance], attributes: { epsilon }, dy, g }) {
    const slope = g.div(scale!, g.sqrt(g.add(variance!, epsilon)));
    return [g.mul(dy, g.perChannel(slope, x))];
  },
  reach: ofFirst("same"),
  statistics: [3, 4],
});
