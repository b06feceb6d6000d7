import { unary } from "./op.ts";

export default unary("other", (x, _y, g) => g.neg(g.one("Sin", [x])));
