import { unary } from "./op.ts";

export default unary("other", (x, _y, g) => g.mul(g.exp(g.neg(g.mul(x, x))), 2 / Math.sqrt(Math.PI)));
