import { unary } from "./op.ts";

export default unary("other", (x, _y, g) => g.one("Cos", [x]));
