import { isNumbered } from "../../graph/scopes.ts";
import { aligned } from "./align.ts";
import type { Piece } from "./piece.ts";

export type Pair = readonly [Piece, Piece] | readonly [Piece, undefined] | readonly [undefined, Piece];

/**
 * By name, in the order of the first; what only the second has stands where it stands there. Where names tell little, as
 * where an exporter numbers what it writes and one node more shifts all of them, by what the pieces are and their order.
 */
export function matched(a: readonly Piece[], b: readonly Piece[]): Pair[] {
  const names = new Map(b.map((piece, i) => [piece.name, i]));
  const places = a.map(({ name }) => names.get(name));
  const common = a.filter(({ name }) => names.has(name));
  // Two that are equally long and share few names are one network written twice.
  if (a.length === b.length && common.length < a.length / 2) return a.map((piece, i) => pairOf(piece, b[i]));
  const telling = new Set([...a, ...b].filter(isTelling));
  if (common.length === Math.min(a.length, b.length) && common.every((piece) => telling.has(piece)))
    return inOrder(a, b, places);
  const order = aligned(a, b, (one, other) => likeness(one, other, telling));
  return inOrder(a, b, order ? withNames(order, places) : places);
}

/** Whether a name says what it is and not only how many came before. */
const isTelling = ({ name, steps }: Piece): boolean =>
  !/^\d+$/.test(name) && !steps.some(({ op }) => isNumbered({ name, op }));

/** A name that tells something counts more than kind and shape together; two such that differ are of two things. */
function likeness(one: Piece | undefined, other: Piece | undefined, telling: ReadonlySet<Piece>): number {
  if (!one || !other) return 0;
  const named = telling.has(one) && telling.has(other);
  if (named && one.name !== other.name) return 0;
  return (named ? 3 : 0) + (one.kind !== other.kind ? 0 : one.output === other.output ? 2 : 1);
}

/** What stands in another order goes by its name. */
function withNames(order: readonly (number | undefined)[], places: readonly (number | undefined)[]) {
  const taken = new Set(order);
  return order.map((place, i) => {
    const named = places[i];
    return place ?? (named === undefined || taken.has(named) ? undefined : named);
  });
}

/** `places`: what stands in `b` for each of `a`. */
function inOrder(a: readonly Piece[], b: readonly Piece[], places: readonly (number | undefined)[]): Pair[] {
  const taken = new Set(places);
  const pairs: Pair[] = [];
  let next = 0;
  const addUpTo = (end: number) => {
    for (; next < end; next++) {
      const added = b[next];
      if (added && !taken.has(next)) pairs.push([undefined, added]);
    }
  };
  a.forEach((piece, i) => {
    const place = places[i];
    addUpTo(place ?? 0);
    pairs.push(pairOf(piece, place === undefined ? undefined : b[place]));
  });
  addUpTo(b.length);
  return pairs;
}

const pairOf = (one: Piece, other: Piece | undefined): Pair => (other ? [one, other] : [one, undefined]);
