import type { ChannelStatistics, Verdict } from "../../../src/shared/inside.ts";
import { verdicts } from "../../../src/shared/inside.ts";
import type { ShownChannels, Sort } from "../remembered.ts";
import { channelsOf, valueAt } from "./held.ts";
import type { Held, Plane } from "./held.ts";

const shows: Readonly<Record<Exclude<ShownChannels, "doubled" | "listed">, (verdict: Verdict) => boolean>> = {
  all: () => true,
  dead: (verdict) => verdict === "dead",
  "nearly dead": (verdict) => verdict === "nearly dead",
  saturated: (verdict) => verdict === "saturated",
  constant: (verdict) => verdict === "constant",
  broken: (verdict) => verdict === "broken",
  alive: (verdict) => verdict !== "dead" && verdict !== "nearly dead",
};

export interface Ordering {
  readonly sort: Sort;
  readonly shown: ShownChannels;
  /** What "most alike" is alike to. */
  readonly chosen: number | undefined;
  /** What "most different" differs from. */
  readonly other?: Held | undefined;
  /** What "listed" shows; without a list, all. */
  readonly listed?: readonly number[] | undefined;
}

/** The channels that are asked for, in the order that is asked for; equals by their number. */
export function ordered(held: Held, { sort, shown, chosen, other, listed }: Ordering): readonly number[] {
  const { verdict } = held.statistics;
  const all = Array.from({ length: channelsOf(held) }, (_, c) => c);
  const only = shown === "doubled" ? doubledIn(held) : shown === "listed" && listed ? new Set(listed) : undefined;
  const fits = shown === "doubled" || shown === "listed" ? shows.all : shows[shown];
  const channels = all.filter((c) => (only ? only.has(c) : fits(verdicts[verdict[c] ?? 0] ?? "fine")));
  const rank = rankBy(held, sort, chosen, other);
  if (!rank) return channels;
  const ranks = new Map(channels.map((c) => [c, rank(c)]));
  return channels.sort((a, b) => ranks.get(b)! - ranks.get(a)! || a - b);
}

/** The higher, the earlier; undefined: by number. */
function rankBy(
  held: Held,
  sort: Sort,
  chosen: number | undefined,
  other: Held | undefined,
): ((channel: number) => number) | undefined {
  const { statistics, planes } = held;
  switch (sort) {
    case "channel":
      return undefined;
    case "most active":
      return (c) => activityOf(held, c);
    case "sparsest":
      return (c) => sparsenessOf(statistics, c);
    case "most alike": {
      const one = chosen === undefined ? undefined : planes.get(chosen);
      if (!one) return undefined;
      return (c) => (c === chosen ? Infinity : alike(one, planes.get(c)));
    }
    case "most different":
      return other ? (c) => differenceOf(held, other, c) : undefined;
  }
}

/** Mean activation; without a rectifier, where signs cancel, the greatest magnitude. */
export function activityOf({ statistics, rectified }: Held, channel: number): number {
  const { mean, least, greatest } = statistics;
  return rectified ? mean[channel]! : Math.max(Math.abs(least[channel]!), Math.abs(greatest[channel]!));
}

/** Silent places first of all; where none is exactly zero, how far the mean lies below the greatest value. */
function sparsenessOf({ zeros, mean, least, greatest }: ChannelStatistics, channel: number): number {
  const reach = greatest[channel]! - least[channel]!;
  return zeros[channel]! + (reach > 0 ? 1e-3 * (1 - (mean[channel]! - least[channel]!) / reach) : 0);
}

/** What never varies, and what is not at hand, resembles nothing: it comes after what is the very opposite. */
const alike = (one: Plane, another: Plane | undefined): number => (another ? (correlation(one, another) ?? -2) : -3);

/** Pearson's; undefined where one of them is the same everywhere. */
export function correlation({ bytes: a }: Plane, { bytes: b }: Plane): number | undefined {
  const n = a.length;
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i]!, b[i]!];
    sumA += x;
    sumB += y;
    sumAA += x * x;
    sumBB += y * y;
    sumAB += x * y;
  }
  const [varianceA, varianceB] = [sumAA - (sumA * sumA) / n, sumBB - (sumB * sumB) / n];
  return varianceA > 0 && varianceB > 0 ? (sumAB - (sumA * sumB) / n) / Math.sqrt(varianceA * varianceB) : undefined;
}

/** As the table of dead filters has it: what is that alike says the same. */
const same = 0.999;
/** Bytes of a map that is the same up to its scale differ by no more than their rounding, and so do its statistics. */
const rounding = 0.01;

/** Channels that say the same as another on this photo. Their strongest place is one; maps that are at hand are compared. */
export function doubledIn({ statistics, planes }: Held): ReadonlySet<number> {
  const { mean, least, greatest, zeros, peak } = statistics;
  const level = (c: number) => (mean[c]! - least[c]!) / (greatest[c]! - least[c]!);
  const byPeak = new Map<number, number[]>();
  peak.forEach((place, c) => {
    if (greatest[c]! > least[c]!) byPeak.set(place, [...(byPeak.get(place) ?? []), c]);
  });
  const found = new Set<number>();
  for (const group of byPeak.values())
    for (const [i, a] of group.entries())
      for (const b of group.slice(i + 1)) {
        if (Math.abs(level(a) - level(b)) > rounding || Math.abs(zeros[a]! - zeros[b]!) > rounding) continue;
        const [one, another] = [planes.get(a), planes.get(b)];
        if (one && another && (correlation(one, another) ?? 0) > same) found.add(a).add(b);
      }
  return found;
}

/** Mean of |a − b| over the places; of channels whose maps are not at hand, the difference of the means, which is no greater. */
export function differenceOf(a: Held, b: Held, channel: number): number {
  const [one, another] = [a.planes.get(channel), b.planes.get(channel)];
  if (!one || !another || one.bytes.length !== another.bytes.length)
    return Math.abs((a.statistics.mean[channel] ?? 0) - (b.statistics.mean[channel] ?? 0));
  let sum = 0;
  for (let i = 0; i < one.bytes.length; i++) sum += Math.abs(valueAt(one, i) - valueAt(another, i));
  return sum / Math.max(1, one.bytes.length);
}
