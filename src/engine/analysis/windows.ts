import { greatestCommonDivisor, type Taps } from "../ops/reach.ts";

/**
 * What each place along an axis sees of the input: pixels from first to last, as if the picture had no border. It
 * repeats: place o + period sees what o does, `shift` pixels further on. A place that sees nothing has first > last.
 */
export interface Windows {
  readonly period: number;
  readonly shift: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/** Each place is a pixel. */
export const pixels: Windows = { period: 1, shift: 1, first: [0], last: [0] };

/** Every place sees the whole picture: a window that nothing can widen. */
export const everything: Windows = { period: 1, shift: 0, first: [-Infinity], last: [Infinity] };
export const isEverything = ({ first }: Windows): boolean => first[0] === -Infinity;

/** The first pixel, or the last, that a place sees. */
export function endAt(windows: Windows, end: "first" | "last", place: number): number {
  const { period, shift } = windows;
  const rounds = period === 1 ? place : Math.floor(place / period);
  return (windows[end][place - rounds * period] as number) + Math.round(rounds * shift); // as many as the period
}

/** What places see that depend on others as `taps` says. `count`: how many there are. */
export function compose(windows: Windows, taps: Taps, count: number): Windows {
  if (isEverything(windows)) return everything;
  const rounds = taps.shift === 0 ? 1 : windows.period / greatestCommonDivisor(windows.period, Math.abs(taps.shift));
  const exact = Number.isInteger(rounds) ? taps.period * rounds : Infinity;
  const rate = (windows.shift / windows.period) * (taps.shift / taps.period);
  const [first, last]: [number[], number[]] = [[], []];
  for (let place = 0; place < periodOf(exact, count); place++) {
    const turn = Math.floor(place / taps.period);
    const moved = Math.round(turn * taps.shift);
    let [low, high] = [Infinity, -Infinity];
    for (const tap of taps.at[place - turn * taps.period] ?? []) {
      low = Math.min(low, endAt(windows, "first", tap + moved));
      high = Math.max(high, endAt(windows, "last", tap + moved));
    }
    first.push(low);
    last.push(high);
  }
  return repeating(first, last, rate);
}

/** What places see through two branches. */
export function union(a: Windows, b: Windows, count: number): Windows {
  if (a === b || isEverything(a)) return a;
  if (isEverything(b)) return b;
  const [rateA, rateB] = [a.shift / a.period, b.shift / b.period];
  const same = Math.abs(rateA - rateB) < 1e-9;
  // Branches that run at different rates are told place by place.
  const exact = same ? (a.period * b.period) / greatestCommonDivisor(a.period, b.period) : Infinity;
  const places = [...Array(periodOf(exact, count)).keys()];
  const first = places.map((place) => Math.min(endAt(a, "first", place), endAt(b, "first", place)));
  const last = places.map((place) => Math.max(endAt(a, "last", place), endAt(b, "last", place)));
  if (same || count < 2) return repeating(first, last, rateA);
  return repeating(first, last, rateOf(first, last));
}

/** In the mean of those that see something. */
function rateOf(first: readonly number[], last: readonly number[]): number {
  const seeing = [...first.keys()].filter((place) => (last[place] as number) >= (first[place] as number));
  const [low, high] = [seeing[0] ?? 0, seeing.at(-1) ?? 0];
  const middle = (place: number) => ((first[place] as number) + (last[place] as number)) / 2; // one for each place
  return high > low ? (middle(high) - middle(low)) / (high - low) : 0;
}

/** The exact period, or else all places that there are. */
const periodOf = (exact: number, count: number) => Math.min(exact, Math.max(1, count));

function repeating(first: readonly number[], last: readonly number[], rate: number): Windows {
  const shift = rate * first.length;
  const whole = Math.round(shift);
  return { period: first.length, shift: Math.abs(shift - whole) < 1e-6 ? whole : shift, first, last };
}

interface Seen {
  readonly place: number;
  readonly first: number;
  readonly last: number;
}

/** The window of these places in three numbers. */
export interface Typical {
  readonly size: number;
  readonly stride: number;
  readonly center: number;
  /** Each sees the whole picture. */
  readonly whole: boolean;
  /** Whether `stride` is how far most are apart, and not just the mean. */
  readonly even: boolean;
}

/** Undefined where none of the places sees anything. `extent`: of the picture. */
export function typical(windows: Windows, count: number, extent: number): Typical | undefined {
  const everywhere = { size: extent, stride: 0, center: (extent - 1) / 2, whole: true, even: true };
  if (isEverything(windows)) return everywhere;
  const places = Math.min(windows.period, count);
  const seen: Seen[] = [];
  for (let place = 0; place < places; place++) {
    const [first, last] = [endAt(windows, "first", place), endAt(windows, "last", place)];
    if (last >= first) seen.push({ place, first, last });
  }
  const [one] = seen;
  if (!one) return undefined;
  const repeats = windows.period < count;
  const standStill = count > 1 && (!repeats || windows.shift === 0);
  if (standStill && seen.length === places && seen.every(({ first, last }) => first === 0 && last === extent - 1))
    return everywhere;
  const size = seen.reduce((most, { first, last }) => Math.max(most, last - first + 1), 0);
  const mean = windows.shift / windows.period;
  const usual = repeats || goesOn(seen, mean) ? mean : usualStep(seen);
  const stride = usual ?? mean;
  // Where the first place sees nothing, its neighbours say where it lies.
  const center = (one.first + one.last) / 2 - one.place * stride;
  return { size, stride, center, whole: false, even: usual !== undefined };
}

/** Whether no place looks back behind the one before. */
const goesOn = (seen: readonly Seen[], rate: number): boolean =>
  seen.every((each, i) => {
    const [from, to] = rate < 0 ? [each, seen[i - 1]] : [seen[i - 1], each];
    return !from || !to || (to.first >= from.first && to.last >= from.last);
  });

/** How far most neighbours are apart, as where a map was rolled; undefined where most are not, or see the same. */
function usualStep(seen: readonly Seen[]): number | undefined {
  const counts = new Map<number, number>();
  for (const [i, { place, first, last }] of seen.entries()) {
    const before = seen[i - 1];
    if (!before) continue;
    const step = (first + last - before.first - before.last) / 2 / (place - before.place);
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  for (const [step, count] of counts) if (step !== 0 && 2 * count > seen.length - 1) return step;
  return undefined;
}

/** Places in a line that are the cells of a grid row by row, others before and behind them that see nothing (a class token): the windows of its rows and of its columns. */
export function inGrid(rows: Windows, columns: Windows, count: number): readonly [Windows, Windows] | undefined {
  const at = (windows: Windows, place: number) =>
    [endAt(windows, "first", place), endAt(windows, "last", place)] as const;
  const sees = (place: number) => [rows, columns].every((each) => at(each, place)[1] >= at(each, place)[0]);
  let [start, end] = [0, count];
  while (start < end && !sees(start)) start++;
  while (end > start && !sees(end - 1)) end--;
  const cells = end - start;
  const same = (windows: Windows, a: number, b: number) =>
    at(windows, a).every((pixel, i) => pixel === at(windows, b)[i]);
  const hasWidth = (width: number) => {
    for (let cell = 0; cell < cells; cell++) {
      const column = cell % width;
      if (!same(rows, start + cell, start + cell - column) || !same(columns, start + cell, start + column))
        return false;
    }
    return true;
  };
  for (let width = 1; width <= cells; width++) {
    if (cells % width !== 0 || !hasWidth(width)) continue;
    return [listed(rows, start, width, cells / width), listed(columns, start, 1, width)];
  }
  return undefined;
}

/** Of so many places, each `apart` from the one before. */
function listed(windows: Windows, start: number, apart: number, count: number): Windows {
  const every = (end: "first" | "last") =>
    Array.from({ length: count }, (_, i) => endAt(windows, end, start + i * apart));
  const [first, last] = [every("first"), every("last")];
  return repeating(first, last, rateOf(first, last));
}

/** The first and the last pixel that the places from `low` to `high` see, as if there were no border. */
export function seenBetween(windows: Windows, low: number, high: number, extent: number) {
  if (isEverything(windows)) return [0, extent - 1] as const;
  let [first, last] = [Infinity, -Infinity];
  for (let place = low; place <= high; place++) {
    first = Math.min(first, endAt(windows, "first", place));
    last = Math.max(last, endAt(windows, "last", place));
  }
  return last < first ? undefined : ([first, last] as const);
}
