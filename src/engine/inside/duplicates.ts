import { mostCompared } from "../../shared/dead.ts";
import type { Tally } from "./channels.ts";
import { reducedTo } from "./reduced.ts";
import { UnitVectors } from "./unit-vectors.ts";

// Which channels of a layer say the same on all photos, in constant memory: those whose values at all places of all
// photos correlate by more than 0.999. The values of a channel are kept as a sketch of 256 numbers (a count sketch: each
// value is added to one of them or taken off it, by chance and at the same place for all channels). Sketches are as far
// apart as what they were made of, to within about a tenth of that: two that are the same to the bit correlate by 1, and
// whether others do by 0.9989 or 0.9991 is told roughly. Chance comes from the photo itself, so that the order of the
// photos does not matter. A channel that speaks up in a few cells only of a grid of 8 × 8 (of a padded corner, say)
// resembles others by chance: it is not compared. Over how many cells a channel's deviations d from its mean are spread is
// measured by (Σd²)² / Σd⁴, which is 1 where one stands out and n where all weigh the same.

const length = 256;
const same = 0.999;
/** With fewer, chance correlates. */
const fewest = 16;
/** While photos are still to come. */
const fewestYet = 64;
const side = 8;
const fewestSpread = 8;
const mostPairsPerChannel = 4;

export interface Duplicate {
  readonly a: number;
  readonly b: number;
  readonly correlation: number;
}

export interface Likeness {
  readonly pairs: readonly Duplicate[];
  /** Whether there are more pairs than these. */
  readonly more: boolean;
}

/** Of one layer of [C, h, w]. */
export class Duplicates {
  readonly #sketches: Float32Array;
  /** The sketch of a channel that is 1 everywhere. */
  readonly #ones = new Float32Array(length);
  readonly #cells: Cells;
  /** The first photo's mean is taken off each channel, so that the sums stay exact. */
  #shift: Float64Array | undefined;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  #photos = 0;
  #places = 0;
  #known: Likeness = { pairs: [], more: false };
  /** How many photos `#known` is of. */
  #compared = 0;

  constructor(private readonly channels: number) {
    const compared = this.compares ? channels : 0;
    this.#sketches = new Float32Array(compared * length);
    this.#cells = new Cells(compared);
    this.#sums = new Float64Array(compared);
    this.#counts = new Float64Array(compared);
  }

  /** Comparing each with each takes the square of their number: in wider layers none is. */
  get compares(): boolean {
    return this.channels <= mostCompared;
  }

  /** `tally` is of these maps. */
  add(maps: Float32Array, height: number, width: number, { sum, places }: Tally): void {
    if (!this.compares || this.channels < 2) return;
    this.#shift ??= sum.map((each, c) => each / Math.max(1, places[c]!));
    this.#cells.add(maps, height, width);
    const plane = height * width;
    const { slots, signs } = scattering(plane, checksum(maps));
    for (let p = 0; p < plane; p++) this.#ones[slots[p]!]! += signs[p]!;
    for (let c = 0; c < this.channels; c++) {
      const [shift, into] = [this.#shift[c]!, this.#sketches.subarray(c * length, (c + 1) * length)];
      for (let p = 0, at = c * plane; p < plane; p++, at++) {
        const value = maps[at]! - shift;
        if (value - value === 0) into[slots[p]!]! += signs[p]! * value;
      }
      this.#sums[c]! += sum[c]! - shift * places[c]!;
      this.#counts[c]! += places[c]!;
    }
    this.#photos++;
    this.#places += plane;
  }

  /** `complete`: no further photos come. Until then all are compared anew only when there are twice as many photos. */
  found(complete: boolean): Likeness {
    if (this.#places < (complete ? fewest : fewestYet)) return { pairs: [], more: false };
    const due = complete ? this.#compared < this.#photos : this.#photos >= 2 * this.#compared;
    if (due) [this.#known, this.#compared] = [this.#compare(), this.#photos];
    return this.#known;
  }

  /** Each channel that varies with each. */
  #compare(): Likeness {
    const varying = [...this.#sums.keys()].filter((c) => this.#cells.varies(c));
    const units = varying.map((c) => this.#centered(c));
    const vectors = new UnitVectors(units);
    const pairs: Duplicate[] = [];
    for (const [i, a] of varying.entries())
      for (let j = i + 1; j < varying.length; j++) {
        if (!vectors.closer(i, j, same)) continue;
        if (pairs.length === mostPairsPerChannel * this.channels) return { pairs, more: true };
        pairs.push({ a, b: varying[j]!, correlation: Math.min(1, product(units[i]!, units[j]!)) });
      }
    return { pairs, more: false };
  }

  /** Mean 0, length 1: the product of two is their correlation. */
  #centered(c: number): Float32Array {
    const mean = this.#sums[c]! / Math.max(1, this.#counts[c]!);
    const sketch = this.#sketches.subarray(c * length, (c + 1) * length).map((v, k) => v - mean * this.#ones[k]!);
    const scale = Math.sqrt(product(sketch, sketch)) || 1;
    return sketch.map((v) => v / scale);
  }
}

/** Over how many cells each channel's values are spread, by their sums of powers. */
class Cells {
  #shift: Float64Array | undefined;
  #count = 0;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #cubes: Float64Array;
  readonly #fourths: Float64Array;

  constructor(private readonly channels: number) {
    this.#sums = new Float64Array(channels);
    this.#squares = new Float64Array(channels);
    this.#cubes = new Float64Array(channels);
    this.#fourths = new Float64Array(channels);
  }

  add(maps: Float32Array, height: number, width: number): void {
    const [rows, columns, plane] = [Math.min(side, height), Math.min(side, width), height * width];
    const cells = new Float32Array(rows * columns);
    const means = (c: number) =>
      reducedTo(maps.subarray(c * plane, (c + 1) * plane), height, width, rows, columns, cells);
    this.#shift ??= Float64Array.from({ length: this.channels }, (_, c) => sumOf(means(c)) / cells.length);
    this.#count += cells.length;
    for (let c = 0; c < this.channels; c++) {
      const shift = this.#shift[c]!;
      let [sum, squares, cubes, fourths] = [0, 0, 0, 0];
      for (const mean of means(c)) {
        const value = mean - shift;
        const square = value * value;
        sum += value;
        squares += square;
        cubes += square * value;
        fourths += square * square;
      }
      this.#sums[c]! += sum;
      this.#squares[c]! += squares;
      this.#cubes[c]! += cubes;
      this.#fourths[c]! += fourths;
    }
  }

  /** More than rounding makes of a channel that is the same everywhere, and in more than a few cells. */
  varies(c: number): boolean {
    const n = this.#count;
    const [sum, squares, cubes, fourths] = [this.#sums[c]!, this.#squares[c]!, this.#cubes[c]!, this.#fourths[c]!];
    const mean = sum / n;
    const variance = squares - n * mean ** 2;
    if (!(variance > 1e-10 * n * (this.#shift?.[c] ?? 0) ** 2)) return false;
    const fourth = fourths - 4 * mean * cubes + 6 * mean ** 2 * squares - 3 * n * mean ** 4;
    return variance ** 2 >= fewestSpread * fourth;
  }
}

/** Where in a sketch each place is added, and with which sign. */
function scattering(places: number, seed: number) {
  const [slots, signs] = [new Uint16Array(places), new Float32Array(places)];
  let state = seed || 1;
  for (let p = 0; p < places; p++) {
    // Marsaglia's xorshift
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    slots[p] = (state >>> 8) % length;
    signs[p] = state < 0 ? -1 : 1;
  }
  return { slots, signs };
}

/** FNV-1a over a few thousand of the values. */
function checksum(maps: Float32Array): number {
  const bits = new Uint32Array(maps.buffer, maps.byteOffset, maps.length);
  const step = Math.max(1, Math.floor(bits.length / 4096));
  let sum = 0x811c9dc5;
  for (let i = 0; i < bits.length; i += step) sum = Math.imul(sum ^ bits[i]!, 0x01000193);
  return sum;
}

const sumOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
