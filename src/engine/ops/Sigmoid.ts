import { unary } from "./op.ts";

export default unary("activation", (_x, y, g) => g.mul(y, g.sub(1, y)));
