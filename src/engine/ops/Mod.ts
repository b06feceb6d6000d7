import { elementwise, int, op } from "./op.ts";

export default op({ kind: "other", attributes: { fmod: int(0) }, infer: elementwise() });
