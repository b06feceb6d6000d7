import { unary } from "./op.ts";

export default unary("activation", (_x, y, g) => g.sub(1, g.mul(y, y)));
