import { reducedTo } from "./reduced.ts";
import { UnitVectors } from "./unit-vectors.ts";

// Which channels of a layer say the same on all photos, in constant memory. A channel's samples are the means of its map
// over the cells of a grid of at most 8 × 8, of every photo. Pairs come into question whose correlation over the first
// samples, 64 of them or more where there are so many, is above 0.99; of these alone the sums go on over all photos. They
// are duplicates when the correlation over all samples is above 0.999. A channel that speaks up in a few cells only (of a
// padded corner, say) resembles others by chance: it is not compared. Over how many samples a channel's deviations d from
// its mean are spread is measured by (Σd²)² / Σd⁴, which is 1 where one stands out and n where all weigh the same.

const side = 8;
const firstSamples = 64;
/** With fewer, chance correlates. */
const fewest = 16;
const promising = 0.99;
const same = 0.999;
/** Comparing each with each takes the square of their number: wider layers are not compared. */
const mostChannels = 4096;
const mostPairsPerChannel = 4;
const fewestSpread = 8;

export interface Duplicate {
  readonly a: number;
  readonly b: number;
  readonly correlation: number;
}

interface Pair {
  readonly a: number;
  readonly b: number;
  product: number;
}

/** Of one layer of [C, h, w]. */
export class Duplicates {
  readonly #rows: number;
  readonly #columns: number;
  /** Samples of the first photos, photo by photo: [channels, cells]. */
  #first: Float32Array[] = [];
  #samples = 0;
  /** The first photo's mean is taken off each channel, so that the sums stay exact. */
  #shift: Float64Array | undefined;
  #pairs: Pair[] | undefined;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #cubes: Float64Array;
  readonly #fourths: Float64Array;

  constructor(
    private readonly channels: number,
    private readonly height: number,
    private readonly width: number,
  ) {
    [this.#rows, this.#columns] = [Math.min(side, height), Math.min(side, width)];
    this.#sums = new Float64Array(channels);
    this.#squares = new Float64Array(channels);
    this.#cubes = new Float64Array(channels);
    this.#fourths = new Float64Array(channels);
  }

  add(maps: Float32Array): void {
    if (this.channels > mostChannels || this.channels < 2) return;
    const cells = this.#rows * this.#columns;
    const plane = this.height * this.width;
    const samples = new Float32Array(this.channels * cells);
    for (let c = 0; c < this.channels; c++) {
      const map = maps.subarray(c * plane, (c + 1) * plane);
      const into = samples.subarray(c * cells, (c + 1) * cells);
      reducedTo(map, this.height, this.width, this.#rows, this.#columns, into);
    }
    this.#shift ??= Float64Array.from({ length: this.channels }, (_, c) => meanOf(samples, c * cells, cells));
    this.#samples += cells;
    for (let c = 0; c < this.channels; c++)
      for (let i = 0; i < cells; i++) {
        const value = samples[c * cells + i]! - this.#shift[c]!;
        this.#sums[c]! += value;
        this.#squares[c]! += value * value;
        this.#cubes[c]! += value ** 3;
        this.#fourths[c]! += value ** 4;
      }
    if (this.#pairs) for (const pair of this.#pairs) pair.product += this.#product(pair.a, pair.b, samples, cells);
    else {
      this.#first.push(samples);
      if (this.#samples < firstSamples) return;
      this.#pairs = this.#candidates();
      this.#first = [];
    }
  }

  /** `complete`: no further photos come. Until then nothing is said that rests on a few samples. */
  found(complete: boolean): readonly Duplicate[] {
    const early = complete && this.#samples >= fewest ? this.#candidates() : [];
    return (this.#pairs ?? early).flatMap(({ a, b, product }) => {
      const correlation = this.#correlation(a, b, product);
      return correlation > same && this.#varies(a) && this.#varies(b) ? [{ a, b, correlation }] : [];
    });
  }

  #product(a: number, b: number, samples: Float32Array, cells: number): number {
    const [shiftA, shiftB] = [this.#shift?.[a] ?? 0, this.#shift?.[b] ?? 0];
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += (samples[a * cells + i]! - shiftA) * (samples[b * cells + i]! - shiftB);
    return sum;
  }

  #variance(c: number): number {
    return this.#squares[c]! - this.#sums[c]! ** 2 / this.#samples;
  }

  #correlation(a: number, b: number, product: number): number {
    const covariance = product - (this.#sums[a]! * this.#sums[b]!) / this.#samples;
    const scale = Math.sqrt(this.#variance(a) * this.#variance(b));
    return scale > 0 ? Math.min(1, covariance / scale) : 0;
  }

  /** Compares each channel that varies with each. */
  #candidates(): Pair[] {
    const each = this.#samples / this.#first.length;
    const varying = Array.from({ length: this.channels }, (_, c) => c).filter((c) => this.#varies(c));
    const units = new UnitVectors(varying.map((c) => this.#standardized(c, each)));
    const pairs: Pair[] = [];
    for (let i = 0; i < varying.length; i++)
      for (let j = i + 1; j < varying.length && pairs.length < mostPairsPerChannel * this.channels; j++) {
        if (!units.closer(i, j, promising)) continue;
        const [a, b] = [varying[i]!, varying[j]!];
        const product = this.#first.reduce((sum, samples) => sum + this.#product(a, b, samples, each), 0);
        pairs.push({ a, b, product });
      }
    return pairs;
  }

  /** More than rounding makes of a channel that is the same everywhere, and in more than a few cells. */
  #varies(c: number): boolean {
    const [n, variance] = [this.#samples, this.#variance(c)];
    if (!(variance > 1e-10 * n * (this.#shift?.[c] ?? 0) ** 2)) return false;
    const mean = this.#sums[c]! / n;
    const fourth =
      this.#fourths[c]! - 4 * mean * this.#cubes[c]! + 6 * mean ** 2 * this.#squares[c]! - 3 * n * mean ** 4;
    return variance ** 2 >= fewestSpread * fourth;
  }

  /** Mean 0, length 1: the product of two is their correlation. */
  #standardized(c: number, each: number): Float32Array {
    const mean = this.#sums[c]! / this.#samples + (this.#shift?.[c] ?? 0);
    const length = Math.sqrt(this.#variance(c));
    const values = new Float32Array(this.#samples);
    this.#first.forEach((samples, n) => {
      for (let i = 0; i < each; i++) values[n * each + i] = (samples[c * each + i]! - mean) / length;
    });
    return values;
  }
}

function meanOf(values: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i]!;
  return sum / count;
}
