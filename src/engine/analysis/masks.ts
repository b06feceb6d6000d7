import { inside, type Taps } from "../ops/reach.ts";

/** Something of the rows, and of the columns. */
export type Pair<T> = readonly [T, T];
export const both = <T>(of: (p: 0 | 1) => T): Pair<T> => [of(0), of(1)];

/** Places along one axis that are meant: 1 for each. */
export type Mask = Uint8Array;
export type Ends = readonly [first: number, last: number];

/** Places of a map: those of each of these rows that lie in its columns. A cross is two of them. */
export type Area = readonly Pair<Mask>[];

/** More parts than this become one that holds them all. */
const mostParts = 64;

/** The places of an input that these places of an output depend on. */
export function pull(mask: Mask, taps: Taps): Mask {
  const result = new Uint8Array(taps.count);
  for (let place = mask.indexOf(1); place >= 0; place = mask.indexOf(1, place + 1)) {
    const turn = Math.floor(place / taps.period);
    const moved = Math.round(turn * taps.shift);
    for (const tap of taps.at[place - turn * taps.period] ?? []) {
      const within = inside(tap + moved, taps);
      if (within !== undefined) result[within] = 1;
    }
  }
  return result;
}

/** The places of an output, of as many as it has, that depend on these places of an input. */
export function push(mask: Mask, steps: readonly Taps[], count: number): Mask {
  return steps.reduceRight((seen, taps, i) => {
    const result = new Uint8Array(steps[i - 1]?.count ?? count);
    for (let place = 0; place < result.length; place++) {
      const turn = Math.floor(place / taps.period);
      const moved = Math.round(turn * taps.shift);
      for (const tap of taps.at[place - turn * taps.period] ?? []) {
        const within = inside(tap + moved, taps);
        if (within !== undefined && seen[within]) result[place] = 1;
      }
    }
    return result;
  }, mask);
}

/** Both together, without what another part holds already. */
export function joined(a: Area, b: Area): Area {
  let all = a;
  for (const part of b) {
    if (!part[0].includes(1) || !part[1].includes(1) || all.some((other) => holds(other, part))) continue;
    all = [...all.filter((other) => !holds(part, other)), part];
  }
  return all.length > mostParts ? [both((p) => all.map((part) => part[p]).reduce(either))] : all;
}

const holds = (outer: Pair<Mask>, inner: Pair<Mask>) =>
  outer.every((mask, p) => mask === inner[p === 0 ? 0 : 1] || inner[p === 0 ? 0 : 1].every((n, i) => !n || mask[i]));

const either = (a: Mask, b: Mask): Mask => a.map((seen, place) => seen | (b[place] ?? 0));

/** The first and the last row, and column. */
export function endsOf(area: Area): Pair<Ends> | undefined {
  if (!area.length) return undefined;
  return both((p) => [
    Math.min(...area.map((part) => part[p].indexOf(1))),
    Math.max(...area.map((part) => part[p].lastIndexOf(1))),
  ]);
}
