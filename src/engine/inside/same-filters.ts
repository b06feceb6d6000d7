import { setImmediate } from "node:timers/promises";
import { random } from "../images/arithmetic.ts";

// Which filters of a layer point the same way. Each is brought to length 1 and sketched: its numbers are added up, with
// random signs, in 256 sums, which keeps the distance of two to about a tenth. Every two sketches are compared, number by
// number until they are too far apart, mostly after a few; those that stay near are compared in full. Ten thousand
// filters take about two seconds so, and what takes longer ends at a fixed number of steps. Only filters that read the same
// inputs are compared: two depthwise ones of the same shape are not the same.

export interface SameFilters {
  readonly a: number;
  readonly b: number;
  readonly cosine: number;
}

export const sameCosine = 0.99;

const sums = 256;
/** On squared distances: in sketches, five deviations above what filters at the limit have; else what rounding makes. */
const slack = { sketched: 1.5, exact: 1.001 };
/** Numbers compared before the rest is left alone: a few seconds. */
const mostSteps = 4e9;
/** Pairs that are named. */
const mostPairs = 1000;
/** Steps between two looks at whether somebody still waits. */
const breath = 2e8;

/** `complete`: every two were compared. */
export async function sameFilters(
  filters: readonly Float32Array[],
  norms: Float32Array,
  groups: number,
  signal: AbortSignal,
): Promise<{ readonly pairs: readonly SameFilters[]; readonly complete: boolean }> {
  const inGroup = filters.length / groups;
  const living = [...filters.keys()].filter((o) => norms[o]! > 0 && Number.isFinite(norms[o]));
  const sketches = sketchesOf(
    living.map((o) => filters[o] as Float32Array),
    living.map((o) => norms[o] as number),
  );
  const isSketched = (sketches[0]?.length ?? 0) < (filters[0]?.length ?? 0);
  const limit = 2 * (1 - sameCosine) * (isSketched ? slack.sketched : slack.exact);
  const pairs: SameFilters[] = [];
  let [steps, next] = [0, breath];
  for (const [i, a] of living.entries()) {
    const end = inGroup * (Math.floor(a / inGroup) + 1);
    for (let j = i + 1; j < living.length && living[j]! < end; j++) {
      const [compared, isNear] = near(sketches[i]!, sketches[j]!, limit);
      steps += compared;
      if (!isNear) continue;
      const b = living[j]!;
      const cosine = cosineOf(filters[a]!, filters[b]!) / (norms[a]! * norms[b]!);
      steps += filters[a]!.length;
      if (cosine > sameCosine) pairs.push({ a, b, cosine: Math.min(cosine, 1) });
      if (pairs.length >= mostPairs) return { pairs, complete: false };
    }
    if (steps > mostSteps) return { pairs, complete: i + 1 === living.length };
    if (steps < next) continue;
    next = steps + breath;
    await setImmediate();
    signal.throwIfAborted();
  }
  return { pairs, complete: true };
}

function near(a: Float32Array, b: Float32Array, limit: number): readonly [number, boolean] {
  let distance = 0;
  for (let k = 0; k < a.length; k++) {
    const difference = a[k]! - b[k]!;
    distance += difference * difference;
    if (distance > limit) return [k + 1, false];
  }
  return [a.length, true];
}

function cosineOf(a: Float32Array, b: Float32Array): number {
  let product = 0;
  for (let k = 0; k < a.length; k++) product += a[k]! * b[k]!;
  return product;
}

/** Of unit length. Short filters are their own sketch. */
function sketchesOf(filters: readonly Float32Array[], norms: readonly number[]): Float32Array[] {
  const length = filters[0]?.length ?? 0;
  if (length <= sums) return filters.map((filter, i) => filter.map((value) => value / norms[i]!));
  const next = random(1);
  const places = Uint8Array.from({ length }, () => next() * sums);
  const signs = Int8Array.from({ length }, () => (next() < 0.5 ? -1 : 1));
  return filters.map((filter, i) => {
    const sketch = new Float32Array(sums);
    for (let k = 0; k < length; k++) sketch[places[k]!]! += (signs[k]! * filter[k]!) / norms[i]!;
    return sketch;
  });
}
