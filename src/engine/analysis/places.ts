import type { Shape } from "../../shared/tensor.ts";
import { isSame, taps as tapsOf, type Link, type Reach, type Taps } from "../ops/reach.ts";
import { cut, isLike, joined, refined, spread, type Digit } from "./digits.ts";
import { compose, everything, union, type Windows } from "./windows.ts";

/** The places of a value along the rows, or along the columns, of the picture. */
export interface Along {
  readonly count: number;
  /** By which axes they are told apart, the highest first; none where there is a single place. */
  readonly digits: readonly Digit[];
  readonly windows: Windows;
}

/** Which places of an input each place of the output depends on, in steps that each end at a border of their own. */
export type Steps = readonly Taps[];
export interface Passage {
  readonly along: Along;
  readonly steps: Steps;
}

const none: Steps = [];
const allOf = (count: number) => tapsOf([[...Array(count).keys()]], count, { shift: 0 });
const single = (count: number) => tapsOf([[0]], count, { shift: 0 });

/** What becomes of the places of an input of shape `from` in an output of shape `to`. */
export function passed(along: Along, reach: Reach, from: Shape, to: Shape): Passage {
  if (reach === "everywhere") return kept(along, []);
  if (reach === "regroup") return regrouped(along, from, to);
  if (reach !== "same") return linked(along, reach, from, to);
  const added = to.length - from.length;
  if (added === 0 && along.digits.every(({ axis }) => from[axis] === to[axis])) return { along, steps: none };
  const links = from.map((_, axis) => ({ to: axis + added }));
  return linked(along, links, from, to);
}

/** Axes of more places than this are not followed place by place: a file of a hundred bytes can ask for any number. */
const mostPlaces = 2 ** 18;

/** Follows each axis; along those that are mixed, places can no longer be told apart. */
function linked(along: Along, links: readonly (Link | undefined)[], from: Shape, to: Shape): Passage {
  const isFollowed = ({ axis }: Digit) => {
    const link = links[axis];
    return link !== undefined && Math.max(from[axis] ?? 1, to[link.to ?? -1] ?? 1) <= mostPlaces;
  };
  let result: Passage = along.digits.every(isFollowed)
    ? { along, steps: none }
    : kept(along, along.digits.filter(isFollowed));
  const { digits } = result.along;
  for (const [i, { axis }] of digits.entries()) {
    if (i > 0 && digits.findIndex((digit) => digit.axis === axis) < i) continue;
    const link = links[axis] as Link; // the others are no longer there
    const [n, count] = [from[axis] ?? 1, link.to === undefined ? 1 : (to[link.to] ?? 1)];
    const taps = link.all ? allOf(n) : (link.taps?.() ?? (n === count ? undefined : single(n)));
    if (taps && !isSame(taps, count)) result = after(result, settled(result.along, axis, n, taps, count));
  }
  return relabelled(result, links);
}

function relabelled({ along, steps }: Passage, links: readonly (Link | undefined)[]): Passage {
  if (along.digits.every(({ axis }) => links[axis]?.to === axis)) return { along, steps };
  const digits = along.digits.flatMap((digit) => {
    const axis = links[digit.axis]?.to;
    return axis === undefined ? [] : [{ ...digit, axis }];
  });
  return { along: { ...along, digits }, steps };
}

/** The same path, and one more step at its end. */
const after = (first: Passage, second: Passage): Passage => ({
  along: second.along,
  steps: second.steps.length ? [...second.steps, ...first.steps] : first.steps,
});

/** Places along an axis of `n` that others look at through `taps`: what comes out are plain places, one per index. */
function settled(along: Along, axis: number, n: number, taps: Taps, count: number): Passage {
  const own = along.digits.filter((digit) => digit.axis === axis);
  // Places that another axis tells apart as well: of this one, all that it has.
  if (own.length < along.digits.length)
    return kept(
      along,
      along.digits.filter((digit) => digit.axis !== axis),
    );
  const index = indexTaps(own, n, along.count);
  const before = index ? compose(along.windows, index, n) : along.windows;
  const isGlobal = taps.shift === 0 && taps.count > 1 && taps.at.every((each) => each.length === taps.count);
  return {
    along: {
      count,
      digits: [{ axis, stride: 1, extent: count, weight: 1 }],
      windows: isGlobal ? everything : compose(before, taps, count),
    },
    steps: index ? [taps, index] : [taps],
  };
}

/** The place that each index along an axis stands for; undefined: they are the same. */
function indexTaps(digits: readonly Digit[], n: number, count: number): Taps | undefined {
  const [first] = digits;
  if (digits.length === 1 && first && first.stride * first.extent === n)
    return first.stride === 1 ? undefined : tapsOf(Array<readonly number[]>(first.stride).fill([0]), count);
  const place = (index: number) =>
    digits.reduce((sum, { stride, extent, weight }) => sum + (Math.floor(index / stride) % extent) * weight, 0);
  return tapsOf(
    Array.from({ length: n }, (_, index) => [place(index)]),
    count,
    { shift: count },
  );
}

/** Elements in their row-major order, with other axes: digits are cut where an axis ends, and joined where it goes on. */
function regrouped(along: Along, from: Shape, to: Shape): Passage {
  const digits: Digit[] = [];
  const expressible: Digit[] = [];
  for (const digit of along.digits) {
    const parts = cut(digit, from, to);
    if (!parts) continue;
    expressible.push(digit);
    digits.push(...parts);
  }
  if (expressible.length < along.digits.length) {
    const rest = kept(along, expressible);
    return after(rest, regrouped(rest.along, from, to));
  }
  return { along: { ...along, digits: joined(digits) }, steps: none };
}

/** Only these digits still tell places apart; a place is now all that differed in the others. */
export function kept(along: Along, digits: readonly Digit[]): Passage {
  if (digits.length === along.digits.length) return { along, steps: none };
  const count = digits.reduce((product, { extent }) => product * extent, 1);
  const lost = along.digits.filter((digit) => !digits.includes(digit));
  let weight = count;
  const renumbered = digits.map((digit) => ({ ...digit, weight: (weight /= digit.extent) }));
  if (count === along.count) return { along: { ...along, digits: renumbered }, steps: none };

  const together = lost.reduce<readonly number[]>((places, digit) => spread(places, digit), [0]);
  const own = digits.reduce<readonly number[]>((places, digit) => spread(places, digit), [0]);
  const step = (own[1] ?? 0) - (own[0] ?? 0);
  const even = own.every((place, i) => place === i * step);
  const at = even ? [together] : own.map((place) => together.map((other) => place + other));
  const taps = tapsOf(at, along.count, { shift: even ? step : along.count });
  const windows = count === 1 ? everything : compose(along.windows, taps, count);
  return { along: { count, digits: renumbered, windows }, steps: [taps] };
}

interface Merged {
  readonly along: Along;
  readonly steps: readonly Steps[];
}

/** Where several inputs meet: a place sees what it sees through any of them. */
export function merged(parts: readonly Passage[]): Merged {
  const [first, ...others] = parts as readonly [Passage, ...Passage[]]; // nothing meets where nothing came
  if (!others.length) return { along: first.along, steps: [first.steps] };
  const lead = others.reduce((most, part) => (isFiner(part.along, most.along) ? part : most), first).along;
  const alike = parts.map((part) => (haveSame(part.along, lead) ? part : after(part, stretched(part.along, lead))));
  const windows = alike.map(({ along }) => along.windows).reduce((a, b) => union(a, b, lead.count));
  return {
    along: windows === lead.windows ? lead : { ...lead, windows },
    steps: alike.map(({ steps }) => steps),
  };
}

const isFiner = (a: Along, b: Along) =>
  a.count > b.count || (a.count === b.count && a.digits.length > 0 && b.digits.length === 0);
const haveSame = (a: Along, b: Along) =>
  a.digits === b.digits ||
  (a.digits.length === b.digits.length &&
    a.digits.every((digit, i) => isLike(digit, b.digits[i] as Digit) && digit.weight === b.digits[i]?.weight));

/** Places that are told apart as those of another value are; in what the two have not in common, all together. */
function stretched(along: Along, like: Along): Passage {
  const fine = refined(like.digits, along.digits);
  const digits = refined(along.digits, like.digits);
  const common = digits.filter((digit) => fine.some((other) => isLike(digit, other)));
  const told = kept({ ...along, digits }, common);
  const ways = told.along.digits.flatMap(({ weight, ...own }) => {
    const theirs = fine.find((digit) => isLike(digit, { weight, ...own }));
    return theirs ? [{ from: theirs.weight, extent: own.extent, weight }] : [];
  });
  const place = (p: number) =>
    ways.reduce((sum, { from, extent, weight }) => sum + (Math.floor(p / from) % extent) * weight, 0);
  const taps = ways.length
    ? tapsOf(
        Array.from({ length: like.count }, (_, p) => [place(p)]),
        told.along.count,
        { shift: told.along.count },
      )
    : single(told.along.count);
  const windows = compose(told.along.windows, taps, like.count);
  return after(told, { along: { ...like, windows }, steps: [taps] });
}

/** One place per index of the axis that tells them apart; as it was where there is none, or several do. */
function plain(along: Along, shape: Shape): Passage {
  const [first] = along.digits;
  const n = shape[first?.axis ?? -1] ?? 0;
  if (!first || n > mostPlaces || along.digits.some(({ axis }) => axis !== first.axis)) return { along, steps: none };
  const index = indexTaps(along.digits, n, along.count);
  if (!index) return { along, steps: none };
  const digits = [{ axis: first.axis, stride: 1, extent: n, weight: 1 }];
  return { along: { count: n, digits, windows: compose(along.windows, index, n) }, steps: [index] };
}

/**
 * The places that a person can point at: rows and columns of a map as they are counted along its axes, tokens in the
 * grid that they come from. An axis that counts something else before places (the 25,088 of a flattened map) is one of
 * channels, and a unit is all channels of its place.
 */
export function pointable(along: Along, other: Along, shape: Shape): Passage {
  const top = (axis: number) =>
    Math.max(...[...along.digits, ...other.digits].map((d) => (d.axis === axis ? d.stride * d.extent : 0)));
  const told = kept(
    along,
    along.digits.filter(({ axis }) => top(axis) === shape[axis]),
  );
  const shared = told.along.digits.some(({ axis }) => other.digits.some((digit) => digit.axis === axis));
  return shared ? told : after(told, plain(told.along, shape));
}
