import { op, sameType } from "./op.ts";

export default op({ kind: "shape", attributes: {}, infer: sameType, gradient: ({ dy }) => [dy], reach: "same" });
