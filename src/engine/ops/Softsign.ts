import { unary } from "./op.ts";

// y = x / (1 + |x|), so dy/dx = (1 − |y|)².
export default unary("activation", (_x, y, g) => {
  const rest = g.sub(1, g.one("Abs", [y]));
  return g.mul(rest, rest);
});
