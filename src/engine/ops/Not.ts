import { flat, op, sameType } from "./op.ts";

export default op({ kind: "other", attributes: {}, infer: sameType, gradient: flat, reach: "same" });
