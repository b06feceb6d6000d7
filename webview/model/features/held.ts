import type { FeatureMaps, Verdict } from "../../../src/shared/inside.ts";
import { verdicts } from "../../../src/shared/inside.ts";

/** One channel's map in bytes: value = low + byte / 255 · (high − low). */
export interface Plane {
  readonly bytes: Uint8Array;
  readonly low: number;
  readonly high: number;
}

/** A layer's maps through one photo: numbers about all channels, and the maps of those that have arrived. */
export interface Held extends Pick<
  FeatureMaps,
  "layer" | "arrangement" | "statistics" | "scale" | "rectified" | "bound"
> {
  /** What was asked: another layer, photo, or brush gives another one. */
  readonly key: string;
  readonly planes: ReadonlyMap<number, Plane>;
}

export function heldFrom(key: string, maps: FeatureMaps, before?: Held): Held {
  const { layer, arrangement, statistics, scale, rectified, bound } = maps;
  const [, height, width] = arrangement.shape;
  const cells = height * width;
  const planes = new Map(before?.planes);
  maps.channels.forEach((channel, i) =>
    planes.set(channel, {
      bytes: maps.bytes.subarray(i * cells, (i + 1) * cells),
      low: maps.low[i] ?? 0,
      high: maps.high[i] ?? 0,
    }),
  );
  return { key, layer, arrangement, statistics, scale, rectified, bound, planes };
}

export const valueAt = ({ bytes, low, high }: Plane, place: number): number =>
  low + ((bytes[place] ?? 0) / 255) * (high - low);

export const channelsOf = ({ arrangement }: Pick<Held, "arrangement">): number => arrangement.shape[0];

/** Whether a channel is a single number, so that a bar says more than a picture. */
export const isNumbers = ({ arrangement: { shape } }: Pick<Held, "arrangement">): boolean => shape[1] * shape[2] === 1;

export const verdictOf = ({ statistics }: Pick<Held, "statistics">, channel: number): Verdict =>
  verdicts[statistics.verdict[channel] ?? 0] ?? "fine";
