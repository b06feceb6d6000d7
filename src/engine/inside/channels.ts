import { verdicts, type ChannelStatistics, type Verdict } from "../../shared/inside.ts";
import type { Rectifier } from "./rectifiers.ts";

/** Counts of one layer's channels on one photo, or on many. Values that are NaN or infinite are counted in `broken` only. */
export interface Tally {
  readonly channels: number;
  /** Places of one map; of photos of several sizes, the first one's. */
  readonly plane: number;
  readonly sum: Float64Array;
  /** Σ|v| */
  readonly magnitude: Float64Array;
  readonly least: Float32Array;
  readonly greatest: Float32Array;
  /** Place of the greatest. */
  readonly peak: Int32Array;
  /** Finite values. */
  readonly places: Float64Array;
  readonly zeros: Float64Array;
  readonly active: Float64Array;
  /** At the upper bound. */
  readonly full: Float64Array;
  readonly broken: Float64Array;
}

/** A thousandth of the layer's greatest magnitude: below it a value without a rectifier counts as silent. */
const silent = 1e-3;
/** Bounds are met up to the runtime's rounding. */
const nearBound = 1 - 1e-6;
const nearlyDead = 1e-3;
/** Of fewer places "one in a thousand" says nothing. */
const fewestPlaces = 1000;
const saturated = 0.95;

export const emptyTally = (channels: number, plane: number): Tally => ({
  channels,
  plane,
  sum: new Float64Array(channels),
  magnitude: new Float64Array(channels),
  least: new Float32Array(channels).fill(Infinity),
  greatest: new Float32Array(channels).fill(-Infinity),
  peak: new Int32Array(channels),
  places: new Float64Array(channels),
  zeros: new Float64Array(channels),
  active: new Float64Array(channels),
  full: new Float64Array(channels),
  broken: new Float64Array(channels),
});

/** Of the maps [C, h, w] of one photo. Active is what lies above zero, or beyond a thousandth of the layer's greatest magnitude where nothing rectifies it. */
export function tallyOf(maps: Float32Array, channels: number, { rectified, bound }: Rectifier): Tally {
  const plane = channels ? maps.length / channels : 0;
  const tally = emptyTally(channels, plane);
  const full = bound === undefined ? Infinity : bound * (bound > 0 ? nearBound : 2 - nearBound);
  for (let c = 0; c < channels; c++) {
    let [sum, magnitude, least, greatest] = [0, 0, Infinity, -Infinity];
    let [peak, zeros, above, atBound, broken] = [0, 0, 0, 0, 0];
    for (let p = 0, at = c * plane; p < plane; p++, at++) {
      const value = maps[at]!;
      if (value - value !== 0) {
        broken++;
        continue;
      }
      sum += value;
      magnitude += value < 0 ? -value : value;
      if (value < least) least = value;
      if (value > greatest) [greatest, peak] = [value, p];
      if (value === 0) zeros++;
      else if (value > 0) above++;
      if (value >= full) atBound++;
    }
    [tally.sum[c], tally.magnitude[c], tally.least[c], tally.greatest[c]] = [sum, magnitude, least, greatest];
    [tally.peak[c], tally.zeros[c], tally.active[c], tally.full[c]] = [peak, zeros, above, atBound];
    [tally.broken[c], tally.places[c]] = [broken, plane - broken];
  }
  if (!rectified) countBeyond(maps, plane, tally);
  return tally;
}

function countBeyond(maps: Float32Array, plane: number, { channels, least, greatest, active }: Tally): void {
  let most = 0;
  for (let c = 0; c < channels; c++) if (least[c]! <= greatest[c]!) most = Math.max(most, greatest[c]!, -least[c]!);
  const threshold = silent * most;
  for (let c = 0; c < channels; c++) {
    let count = 0;
    for (let at = c * plane; at < (c + 1) * plane; at++) {
      const value = maps[at]!;
      if ((value > threshold || value < -threshold) && value - value === 0) count++;
    }
    active[c] = count;
  }
}

/** Adds what one photo gave to what is known of the photos before. Places of peaks are of one photo, and are left. */
export function addTo(total: Tally, one: Tally): void {
  for (let c = 0; c < total.channels; c++) {
    for (const field of ["sum", "magnitude", "places", "zeros", "active", "full", "broken"] as const)
      total[field][c]! += one[field][c]!;
    total.least[c] = Math.min(total.least[c]!, one.least[c]!);
    total.greatest[c] = Math.max(total.greatest[c]!, one.greatest[c]!);
  }
}

/**
 * What the finite values of a channel say of it. Dead: every one is zero, which after a rectifier is the same as a sum of
 * zero (keras-contrib's definition), and without one cannot come of values that cancel. A score that nothing rectifies, one
 * number a photo, is not nearly dead for being small beside the others.
 */
export function verdictOf(tally: Tally, c: number, { rectified, bound }: Rectifier): Exclude<Verdict, "broken"> {
  const [places, least, greatest] = [tally.places[c]!, tally.least[c]!, tally.greatest[c]!];
  if (places === 0) return "fine";
  if (least === 0 && greatest === 0) return "dead";
  if (bound !== undefined && tally.full[c]! > saturated * places) return "saturated";
  if (places > 1 && least === greatest) return "constant";
  const canBeTold = places >= fewestPlaces && (rectified || tally.plane > 1);
  return canBeTold && tally.active[c]! < nearlyDead * places ? "nearly dead" : "fine";
}

export function statisticsOf(tally: Tally, rectifier: Rectifier): ChannelStatistics {
  const each = (of: (c: number) => number) => Float32Array.from({ length: tally.channels }, (_, c) => of(c));
  const finite = (value: number) => (Number.isFinite(value) ? value : 0);
  return {
    mean: each((c) => finite(tally.sum[c]! / tally.places[c]!)),
    least: tally.least.map(finite),
    greatest: tally.greatest.map(finite),
    zeros: each((c) => finite(tally.zeros[c]! / tally.places[c]!)),
    peak: tally.peak,
    broken: Int32Array.from(tally.broken),
    verdict: Uint8Array.from({ length: tally.channels }, (_, c) =>
      verdicts.indexOf(tally.broken[c]! > 0 ? "broken" : verdictOf(tally, c, rectifier)),
    ),
  };
}

export const countOf = ({ verdict }: ChannelStatistics, asked: Verdict): number => {
  const index = verdicts.indexOf(asked);
  return verdict.reduce((count, each) => count + (each === index ? 1 : 0), 0);
};
