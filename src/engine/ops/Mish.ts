import { unary } from "./op.ts";

// y = x · tanh(softplus(x)), Misra 2019.
export default unary("activation", (x, _y, g) => {
  const t = g.tanh(g.one("Softplus", [x]));
  return g.add(t, g.mul(g.mul(x, g.sigmoid(x)), g.sub(1, g.mul(t, t))));
});
