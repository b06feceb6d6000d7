import type { LayerScale } from "../../shared/inside.ts";
import type { Tally } from "./channels.ts";
import { mostDrawn } from "./sheet.ts";

/** How many times as far as is usual for a channel the scale reaches: one that is louder does not leave the others dark. */
const loud = 3;
/** What counts as a channel's usual reach: a single bright place does not. */
const usual = 0.95;
/** Values of one map that are looked at. */
const mostSampled = 1024;

/** One scale for all maps of a layer, or for the bars of a vector; undefined where no value is a number. `order`: most active first. */
export function layerScale(
  maps: Float32Array,
  plane: number,
  order: readonly number[],
  { least, greatest }: Pick<Tally, "least" | "greatest">,
): LayerScale | undefined {
  const low = least.reduce((a, b) => Math.min(a, b), Infinity);
  const high = greatest.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!(low <= high)) return undefined;
  // Bars stand on zero, and can be compared whatever their length; of maps, one loud channel would leave the others dark.
  if (plane === 1) return { low: Math.min(low, 0), high: Math.max(high, 0), clipped: false };
  const samples = order.slice(0, mostDrawn).map((c) => sampled(maps.subarray(c * plane, (c + 1) * plane)));
  const top = loud * median(samples.map((values) => values[Math.floor(usual * (values.length - 1))] ?? 0));
  const bottom = loud * median(samples.map((values) => -(values[Math.ceil((1 - usual) * (values.length - 1))] ?? 0)));
  const scale = {
    low: low < 0 && bottom > 0 ? Math.max(low, -bottom) : low,
    high: high > 0 && top > 0 ? Math.min(high, top) : high,
  };
  return scale.low < scale.high
    ? { ...scale, clipped: scale.low > low || scale.high < high }
    : { low, high, clipped: false };
}

/** Channels by the mean of the magnitude, the greatest first. */
export function mostActive({
  channels,
  magnitude,
  places,
}: Pick<Tally, "channels" | "magnitude" | "places">): readonly number[] {
  const mean = Float64Array.from(magnitude, (sum, c) => (places[c]! > 0 ? sum / places[c]! : -1));
  return Array.from({ length: channels }, (_, c) => c).sort((a, b) => mean[b]! - mean[a]! || a - b);
}

/** Finite values, sorted: every so many. */
function sampled(map: Float32Array): Float32Array {
  const step = Math.max(1, Math.ceil(map.length / mostSampled));
  const values = Float32Array.from({ length: Math.ceil(map.length / step) }, (_, i) => map[i * step]!);
  return values.filter(Number.isFinite).sort();
}

/** Of those above zero: channels that are silent say nothing of the others. 0 where there are none. */
function median(values: readonly number[]): number {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
