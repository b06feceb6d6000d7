import type { DeadLayer } from "../../../src/shared/dead.ts";

/** A layer of which nothing is wrong but what is given. */
export const layerWith = (layer: string, channels: number, faults: Partial<DeadLayer> = {}): DeadLayer => ({
  layer,
  own: true,
  channels,
  dead: [],
  nearlyDead: [],
  saturated: [],
  constant: [],
  duplicates: [],
  broken: [],
  places: new Float32Array(channels).fill(0.5),
  photos: new Float32Array(channels).fill(1),
  ...faults,
});
