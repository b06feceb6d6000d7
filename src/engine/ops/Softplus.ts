import { unary } from "./op.ts";

export default unary("activation", (x, _y, g) => g.sigmoid(x));
