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
  const middle = (place: number) => ((first[place] as number) + (last[place] as number)) / 2; // one for each place
  return repeating(first, last, (middle(count - 1) - middle(0)) / (count - 1));
}

/** The exact period, or else all places that there are. */
const periodOf = (exact: number, count: number) => Math.min(exact, Math.max(1, count));

function repeating(first: readonly number[], last: readonly number[], rate: number): Windows {
  const shift = rate * first.length;
  const whole = Math.round(shift);
  return { period: first.length, shift: Math.abs(shift - whole) < 1e-6 ? whole : shift, first, last };
}

/** The window of these places in three numbers; undefined where none of them sees anything. `extent`: of the picture. */
export function typical(windows: Windows, count: number, extent: number) {
  if (isEverything(windows)) return { size: extent, stride: 0, center: (extent - 1) / 2 };
  const [stride, places] = [windows.shift / windows.period, Math.min(windows.period, count)];
  let size = 0;
  let center: number | undefined;
  for (let place = 0; place < places; place++) {
    const [first, last] = [endAt(windows, "first", place), endAt(windows, "last", place)];
    if (last < first) continue;
    size = Math.max(size, last - first + 1);
    // Where the first place sees nothing, its neighbours say where it lies.
    center ??= (first + last) / 2 - place * stride;
  }
  return center === undefined ? undefined : { size, stride, center };
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
