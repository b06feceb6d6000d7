import type { Range } from "../../shared/quantized.ts";
import type { Held } from "./held.ts";
import { valueAt } from "./held.ts";

/** From the least to the greatest value of these, or the same to both sides of zero. */
export function spanning(lows: Iterable<number>, highs: Iterable<number>, signed: boolean): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const value of lows) low = Math.min(low, value);
  for (const value of highs) high = Math.max(high, value);
  if (low > high) [low, high] = [0, 0];
  const reach = Math.max(Math.abs(low), Math.abs(high));
  return signed ? { low: -reach, high: reach, clipped: false } : { low, high, clipped: false };
}

/** One scale for a whole layer, and for what it is compared with. */
export function layerRange(helds: readonly Held[], signed: boolean): Range {
  const scales = helds.flatMap(({ scale }) => scale ?? []);
  const range = spanning(
    scales.map(({ low }) => low),
    scales.map(({ high }) => high),
    signed,
  );
  const isBeyond = ({ statistics: { least, greatest } }: Held) =>
    least.some((value) => value < range.low) || greatest.some((value) => value > range.high);
  return { ...range, clipped: helds.some(isBeyond) };
}

export function channelRange(helds: readonly Held[], channel: number, signed: boolean): Range {
  const each = helds.map(({ statistics }) => statistics);
  return spanning(
    each.map(({ least }) => least[channel] ?? 0),
    each.map(({ greatest }) => greatest[channel] ?? 0),
    signed,
  );
}

/** b − a at every place; undefined where the two do not fit each other. */
export function difference(a: Held, b: Held, channel: number): Float32Array | undefined {
  const [one, another] = [a.planes.get(channel), b.planes.get(channel)];
  if (!one || !another || one.bytes.length !== another.bytes.length) return undefined;
  return Float32Array.from(one.bytes, (_, i) => valueAt(another, i) - valueAt(one, i));
}

/** To both sides of zero, as far as the greatest difference of these channels. */
export function differenceRange(a: Held, b: Held, channels: Iterable<number>): Range {
  let reach = 0;
  for (const channel of channels)
    for (const value of difference(a, b, channel) ?? []) reach = Math.max(reach, Math.abs(value));
  return { low: -reach, high: reach, clipped: false };
}
