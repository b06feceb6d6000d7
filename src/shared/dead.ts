import { ofGlassbox } from "./of-glassbox.ts";
import type { Prepared } from "./preparation.ts";
import type { Subject } from "./protocol.ts";

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

/** When each is said of a channel. */
export const faultMeanings: Readonly<Record<FaultKind, string>> = {
  dead: "zero everywhere on all photos",
  nearlyDead: "active at fewer than 1 in 1,000 places, of 1,000 or more",
  saturated: "at the activation's upper bound (6 of a ReLU6) at more than 95 % of places",
  constant: "the same value everywhere on all photos, and not zero",
  duplicates: "correlated with another channel by more than 0.999 over all places of all photos",
  broken: "no finite number at one place of a photo or more",
};

/** What else there is to know of some, in sentences. */
export const faultRemarks: Readonly<Partial<Record<FaultKind, string>>> = {
  dead: "Behind a rectifier that is a sum of zero, as keras-contrib’s dead-ReLU detector has it.",
  nearlyDead: "It is never said of a classifier’s scores, one number a photo that no rectifier follows.",
  duplicates:
    "The correlation is estimated from 256 numbers a channel: near 0.999 it may be told either way. A channel that varies " +
    "in a small part of its map alone, in fewer than 8 cells of a grid of 8 × 8, is not compared, nor is one of fewer than " +
    "16 places in all.",
  broken: "What else is said of such a channel goes by its finite values.",
};

export const activeMeaning =
  "above zero behind a rectifier; elsewhere beyond a thousandth of the layer’s greatest magnitude";

/** Channels of a layer in which duplicates are looked for. */
export const mostCompared = 4096;

/** Of some kinds there is none: a sentence. Those of which there may be some all the same are not named; undefined where no other is left. */
export function noneFound(kinds: readonly FaultKind[], layers: readonly DeadLayer[]): string | undefined {
  const absent = kinds.filter((kind) => kind !== "duplicates" || comparedOf(layers) === undefined);
  const states = absent.filter((kind) => kind !== "broken").map((kind) => faultWords[kind]);
  const clauses = [
    ...(states.length ? [`that is ${alternatives(states)}`] : []),
    ...(absent.includes("broken") ? ["that holds NaN or infinite values"] : []),
  ];
  return clauses.length ? `None found ${clauses.join(", or ")}.` : undefined;
}

/** "saturated, constant or duplicate" */
const alternatives = (words: readonly string[]): string =>
  [words.slice(0, -1).join(", "), ...words.slice(-1)].filter(Boolean).join(" or ");

/** Whether the duplicates of several layers are all known. */
export function comparedOf(layers: readonly Pick<DeadLayer, "compared">[]): DeadLayer["compared"] {
  if (layers.every(({ compared }) => compared === undefined)) return undefined;
  return layers.every(({ compared }) => compared === "none") ? "none" : "some";
}

/** How many channels there are of a kind: of duplicates there may be more than are known. `figure` writes a number. */
export function countOf(
  kind: FaultKind,
  count: number,
  compared: DeadLayer["compared"],
  figure: (count: number) => string = String,
): string {
  const gap = kind === "duplicates" ? compared : undefined;
  if (gap === "none") return "not compared";
  if (gap === "some") return count ? `at least ${figure(count)}` : "not all compared";
  return figure(count);
}

/** What the table says nothing of: sentences. `named` writes a list of layers. */
export function gapsOf(
  { layers, leftOut = [], madeHere = 0 }: Pick<DeadReport, "layers" | "leftOut" | "madeHere">,
  named: (layers: readonly string[]) => string,
): readonly string[] {
  const those = (asked: DeadLayer["compared"]) =>
    layers.filter(({ compared }) => compared === asked).map(({ layer }) => layer);
  const [none, some] = [those("none"), those("some")];
  const channels = mostCompared.toLocaleString("en");
  return [
    ...(none.length ? [`Duplicates are not looked for among more than ${channels} channels: ${named(none)}.`] : []),
    ...(some.length ? [`There are more duplicates than the table has: ${named(some)}.`] : []),
    ...(leftOut.length
      ? [
          `Left out, since their numbers are not laid out over the picture channel by channel (attention): ${named(leftOut)}.`,
        ]
      : []),
    ...(madeHere ? [`Left out: ${ofGlassbox(madeHere)}.`] : []),
  ];
}

export type Faults = Readonly<Record<FaultKind, readonly number[]>>;

/** The channels that each is true of; of duplicates, those that some other channel doubles. */
export function faultsOf({ dead, nearlyDead, saturated, constant, duplicates, broken }: DeadLayer): Faults {
  const doubled = [...new Set(duplicates.flatMap(({ a, b }) => [a, b]))].sort((a, b) => a - b);
  return { dead, nearlyDead, saturated, constant, duplicates: doubled, broken };
}

/** What a channel may be active at, as a share. */
export type ShareKind = "places" | "photos";

/** Those that say something over so many photos: of one, the share of photos says no more than how many channels are dead. */
export const sharesOver = (images: number): readonly ShareKind[] => (images === 1 ? ["places"] : ["places", "photos"]);

export const shareNames: Readonly<Record<ShareKind, string>> = { places: "Active places", photos: "Active photos" };

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

export type DeadRequest = {
  readonly model: string;
  readonly preparation?: Subject["preparation"];
} & PhotoSet;

/** Photos, or `.npy` tensors: by name, or all of a folder and of the folders in it. */
export type PhotoSet = { readonly images: readonly string[] } | { readonly folder: string };

/** The table of dead channels as far as it has come. */
export interface DeadReport {
  readonly kind: "report";
  readonly images: number;
  /** Those that could not be read, and why. */
  readonly refused: readonly { readonly image: string; readonly why: string }[];
  /** How the photos were prepared; left out where all were tensors. */
  readonly prepared?: Prepared;
  readonly layers: readonly DeadLayer[];
  /** Layers that nothing is known of, and why, a sentence each; left out where there are none. */
  readonly uncomputed?: readonly { readonly layer: string; readonly why: string }[];
  /** Layers whose numbers are not laid out over the picture, channel by channel, as attention's; left out where there are none. */
  readonly leftOut?: readonly string[];
  /** Pictures of a folder that were left out, since they were made here; left out where there are none. */
  readonly madeHere?: number;
}

export interface DeadLayer {
  readonly layer: string;
  /** Whether its channels are made here, by weights; those that are handed on are not counted again in sums over layers. */
  readonly own: boolean;
  readonly channels: number;
  /** The sum over the set is zero (keras-contrib's definition). */
  readonly dead: readonly number[];
  /** Active at fewer than one in a thousand places, of a thousand or more; none of numbers that nothing rectifies, one a photo. */
  readonly nearlyDead: readonly number[];
  /** At the activation's upper bound at more than 95 % of places. */
  readonly saturated: readonly number[];
  /** The same value everywhere on all photos, and not zero. */
  readonly constant: readonly number[];
  /** Pairs that say the same: correlation above 0.999 over all places of all photos, told from sketches of 256 numbers. */
  readonly duplicates: readonly { readonly a: number; readonly b: number; readonly correlation: number }[];
  /** "none": of so many channels no two are compared; "some": there are more pairs than `duplicates` has. Left out where all were compared. */
  readonly compared?: "none" | "some";
  /** With NaN or infinite values on a photo; what the other lists say of them goes by their finite values. */
  readonly broken: readonly number[];
  /** Share of places, and of images, at which each channel is active (above zero, or beyond a thousandth of the layer's greatest magnitude where it is not rectified). */
  readonly places: Float32Array;
  readonly photos: Float32Array;
}
