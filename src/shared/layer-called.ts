import type { LayerCard } from "./protocol.ts";

/** The layer of this name, its own or that of the value that leaves it: files and recipes have either. */
export const layerCalled = <L extends Pick<LayerCard, "name" | "value">>(
  layers: readonly L[],
  wanted: string | undefined,
): L | undefined => layers.find(({ name, value }) => name === wanted || value === wanted);
