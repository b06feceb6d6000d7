import { op } from "./op.ts";
import { completeAxes, reducedType, reduction } from "./reduce.ts";

export default op({ kind: "other", attributes: reduction, normalize: completeAxes, infer: reducedType });
