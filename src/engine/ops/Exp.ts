import { unary } from "./op.ts";

export default unary("other", (_x, y) => y);
