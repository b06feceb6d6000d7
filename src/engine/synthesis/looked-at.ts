import type { SynthesisRun } from "./technique.ts";

/** The layers that were chosen one by one, or else the one. */
export const lookedAt = ({ layer, layers }: Pick<SynthesisRun, "layer" | "layers">): SynthesisRun["layers"] =>
  layers.length ? layers : [{ name: layer, weight: 1 }];
