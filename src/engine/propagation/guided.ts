import type { Propagation } from "./propagation.ts";

/** Springenberg et al. 2015: pass on what is positive on the way forward and on the way back. */
export const guided: Propagation = {
  name: "guided",
  rules: { rectifier: ({ dy, g, gradient }) => gradient(g.relu(dy)) },
};
