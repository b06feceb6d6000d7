import type { Tally } from "./channels.ts";
import type { Scale } from "./sheet.ts";

export interface SheetScale extends Scale {
  /** Some values that are drawn lie beyond; they get the colour of the end. */
  readonly clipped: boolean;
}

/** How many times as far as is usual for a channel the scale reaches: one that is louder does not leave the others dark. */
const loud = 3;
/** What counts as a channel's usual reach: a single bright place does not. */
const usual = 0.95;
/** Values of one map that are looked at. */
const mostSampled = 1024;

/** One scale for maps that are drawn together; undefined where no value is a number. */
export function sheetScale(
  maps: Float32Array,
  plane: number,
  drawn: readonly number[],
  { least, greatest }: Pick<Tally, "least" | "greatest">,
): SheetScale | undefined {
  const low = drawn.reduce((a, c) => Math.min(a, least[c]!), Infinity);
  const high = drawn.reduce((a, c) => Math.max(a, greatest[c]!), -Infinity);
  if (!(low <= high)) return undefined;
  const samples = drawn.map((c) => sampled(maps.subarray(c * plane, (c + 1) * plane)));
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
