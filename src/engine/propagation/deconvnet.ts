import type { Propagation } from "./propagation.ts";

/** Zeiler & Fergus 2014: pass on what is positive on the way back, whatever it was on the way forward. */
export const deconvnet: Propagation = {
  name: "deconvnet",
  rules: { rectifier: ({ dy, g }) => [g.relu(dy)] },
};
