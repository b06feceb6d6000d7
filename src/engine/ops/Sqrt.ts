import { unary } from "./op.ts";

export default unary("other", (_x, y, g) => g.div(0.5, y));
