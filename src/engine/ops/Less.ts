import { elementwise, flat, op } from "./op.ts";

export default op({ kind: "other", attributes: {}, infer: elementwise("bool"), gradient: flat, reach: "same" });
