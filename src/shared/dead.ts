import type { DeadLayer } from "./inside.ts";

/** What may be wrong with a channel over a set of photos, in the order of the tables' columns. */
export const faultKinds = ["dead", "nearlyDead", "saturated", "constant", "duplicates", "broken"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What each kind is called of one channel. */
export const faultWords: Readonly<Record<FaultKind, string>> = {
  dead: "dead",
  nearlyDead: "nearly dead",
  saturated: "saturated",
  constant: "constant",
  duplicates: "duplicate",
  broken: "NaN or infinite",
};

export type Faults = Readonly<Record<FaultKind, readonly number[]>>;

/** The channels that each is true of; of duplicates, those that some other channel doubles. */
export function faultsOf({ dead, nearlyDead, saturated, constant, duplicates, broken }: DeadLayer): Faults {
  const doubled = [...new Set(duplicates.flatMap(({ a, b }) => [a, b]))].sort((a, b) => a - b);
  return { dead, nearlyDead, saturated, constant, duplicates: doubled, broken };
}

/** One channel over a set of photos. */
export interface ChannelCount {
  readonly channel: number;
  readonly faults: readonly FaultKind[];
  /** Shares of places and of photos at which it is active. */
  readonly places: number;
  readonly photos: number;
}

/** All channels of a layer, by number. */
export function channelCounts(layer: DeadLayer): readonly ChannelCount[] {
  const faults = faultsOf(layer);
  const found = new Map<number, FaultKind[]>();
  for (const kind of faultKinds)
    for (const channel of faults[kind]) found.set(channel, [...(found.get(channel) ?? []), kind]);
  return Array.from({ length: layer.channels }, (_, channel) => ({
    channel,
    faults: found.get(channel) ?? [],
    places: layer.places[channel] ?? 0,
    photos: layer.photos[channel] ?? 0,
  }));
}

/** The mean over a layer's channels; of none, 0. */
export const meanOf = (shares: Float32Array): number =>
  shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
