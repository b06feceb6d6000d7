import type { Shape } from "../../shared/tensor.ts";

/**
 * One digit of a place's number, as on a clock: the index along `axis` is divided by `stride`, taken modulo `extent`
 * and counts `weight` times. A map has one digit per direction; patches and tokens have several, on one axis or two.
 */
export interface Digit {
  readonly axis: number;
  readonly stride: number;
  readonly extent: number;
  readonly weight: number;
}

export const isLike = (a: Digit, b: Digit) => a.axis === b.axis && a.stride === b.stride && a.extent === b.extent;

/** One digit's parts, the highest first; undefined where an axis ends in the midst of a step of it. */
export function cut({ axis, stride, extent, weight }: Digit, from: Shape, to: Shape): Digit[] | undefined {
  const low = stride * from.slice(axis + 1).reduce((product, n) => product * n, 1);
  const high = low * extent;
  const parts: Digit[] = [];
  let end = to.reduce((product, n) => product * n, 1);
  for (const [other, n] of to.entries()) {
    const start = end / n;
    const [bottom, top] = [Math.max(low, start), Math.min(high, end)];
    if (top > bottom) {
      if (bottom % start || bottom % low || top % bottom) return undefined;
      parts.push({ axis: other, stride: bottom / start, extent: top / bottom, weight: (weight * bottom) / low });
    }
    end = start;
  }
  return parts;
}

/** Digits that count on where the one before ends become one. */
export const joined = (digits: readonly Digit[]): Digit[] =>
  digits.reduce<Digit[]>((all, digit) => {
    const before = all.at(-1);
    const goesOn =
      before?.axis === digit.axis &&
      before.stride === digit.stride * digit.extent &&
      before.weight === digit.weight * digit.extent;
    if (goesOn) all[all.length - 1] = { ...digit, extent: before.extent * digit.extent };
    else all.push(digit);
    return all;
  }, []);

/** The same digits, each cut where one of the others begins or ends. */
export const refined = (digits: readonly Digit[], others: readonly Digit[]): Digit[] =>
  digits.flatMap((digit) => {
    const { axis, stride, extent, weight } = digit;
    const top = stride * extent;
    const ends = others.flatMap((other) => (other.axis === axis ? [other.stride, other.stride * other.extent] : []));
    const within = [...new Set(ends)].filter((end) => end > stride && end < top).sort((a, b) => b - a);
    const bounds = [top, ...within, stride];
    if (!bounds.every((bound, i) => i === 0 || (bounds[i - 1] as number) % bound === 0)) return [digit];
    return bounds.slice(1).map((low, i) => ({
      axis,
      stride: low,
      extent: (bounds[i] as number) / low,
      weight: (weight * low) / stride,
    }));
  });

/** Places, and what is added to each of them by every value of a digit. */
export const spread = (places: readonly number[], { extent, weight }: Digit): number[] =>
  places.flatMap((place) => Array.from({ length: extent }, (_, i) => place + i * weight));
