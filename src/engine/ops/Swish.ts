import { float, op, sameType } from "./op.ts";

// y = x · σ(αx), so dy/dx = σ + α·y·(1 − σ) (Ramachandran et al. 2017).
export default op({
  kind: "activation",
  attributes: { alpha: float(1) },
  since: 24,
  infer: sameType,
  gradient({ inputs: [x], outputs: [y], attributes: { alpha }, dy, g }) {
    const s = g.sigmoid(g.mul(x, alpha));
    return [g.mul(dy, g.add(s, g.mul(g.mul(y, alpha), g.sub(1, s))))];
  },
  reach: "same",
});
