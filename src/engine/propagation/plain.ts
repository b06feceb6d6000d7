import type { Propagation } from "./propagation.ts";

/** The gradient: dy · [z > 0] through a ReLU. */
export const plain: Propagation = { name: "plain", rules: {} };
