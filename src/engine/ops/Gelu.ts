import { op, sameType, text } from "./op.ts";

// Hendrycks & Gimpel 2016: x · Φ(x), or its approximation by tanh.
export default op({
  kind: "activation",
  attributes: { approximate: text("none") },
  infer: sameType,
  gradient({ inputs: [x], attributes: { approximate }, dy, g }) {
    const square = g.mul(x, x);
    if (approximate === "tanh") {
      const c = Math.sqrt(2 / Math.PI);
      const t = g.tanh(g.mul(g.add(x, g.mul(g.mul(square, x), 0.044715)), c));
      const inner = g.mul(g.add(g.mul(square, 3 * 0.044715), 1), c);
      const slope = g.add(g.mul(g.add(t, 1), 0.5), g.mul(g.mul(x, 0.5), g.mul(g.sub(1, g.mul(t, t)), inner)));
      return [g.mul(dy, slope)];
    }
    const cumulative = g.mul(g.add(g.one("Erf", [g.mul(x, Math.SQRT1_2)]), 1), 0.5);
    const density = g.mul(g.exp(g.mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [g.mul(dy, g.add(cumulative, g.mul(x, density)))];
  },
  reach: "same",
});
