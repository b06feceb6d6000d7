import { unary } from "./op.ts";

export default unary("other", (_x, y, g) => g.neg(g.mul(y, y)));
