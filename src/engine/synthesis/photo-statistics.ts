import { complexSquare, powerOfTwoFrom, transform } from "../analysis/fourier-transform.ts";
import { eigenOf } from "../analysis/eigen.ts";
import { channels, sizeOf, type Canvas } from "./canvas.ts";

/** What photos have in common: their colours, and how much of each frequency there is in them. */
export interface PhotoStatistics {
  readonly photos: number;
  /** Red, green and blue, from 0 to 255. */
  readonly mean: readonly number[];
  /** Of the colours of all pixels, [3, 3]. */
  readonly covariance: readonly number[];
  /** From components that vary independently, each with variance 1, to colours, [3, 3]: covariance = mixing · mixingᵀ. */
  readonly mixing: Float32Array;
  /** Of each component: how much its mean varies from photo to photo. */
  readonly variancesOfMeans: readonly number[];
  /** Of each component: variance per unit of frequency², of waves of ring / `side` per pixel, over all directions. */
  readonly densities: readonly Float64Array[];
  readonly side: number;
}

const pairs = [0, 1, 2].flatMap((i) => [0, 1, 2].flatMap((j) => (j >= i ? [[i, j] as const] : [])));

/** Takes photos of one size, one after the other, and keeps sums alone. */
export class Statistician {
  #count = 0;
  readonly #sums = new Float64Array(channels);
  readonly #products = new Float64Array(channels * channels);
  readonly #productsOfMeans = new Float64Array(channels * channels);
  readonly #side: number;
  readonly #rings: readonly Float64Array[];
  readonly #ringSizes: Float64Array;
  readonly #window: Float64Array;

  constructor(
    private readonly height: number,
    private readonly width: number,
  ) {
    this.#side = powerOfTwoFrom(Math.max(height, width));
    const rings = Math.round(this.#side * Math.SQRT1_2) + 1;
    this.#rings = pairs.map(() => new Float64Array(rings));
    this.#ringSizes = new Float64Array(rings);
    this.#eachFrequency((_, ring) => this.#ringSizes[ring]!++);
    // Photos do not go on at their other edge: faded out, their edges are no waves. Σ window² is 1.
    const bell = Float64Array.from(
      { length: height * width },
      (_, i) => hann(Math.floor(i / width), height) * hann(i % width, width),
    );
    const length = Math.sqrt(bell.reduce((sum, w) => sum + w * w, 0));
    this.#window = bell.map((w) => w / length);
  }

  take(photo: Canvas): void {
    const { height, width } = sizeOf(photo);
    if (height !== this.height || width !== this.width) throw new RangeError("Photos of one size are needed.");
    const plane = height * width;
    const planes = [0, 1, 2].map((c) => photo.data.subarray(c * plane, (c + 1) * plane));
    const means = planes.map((colors) => colors.reduce((sum, x) => sum + x, 0) / plane);
    this.#count++;
    for (let i = 0; i < channels; i++) {
      this.#sums[i]! += means[i]!;
      for (let j = 0; j < channels; j++) {
        let product = 0;
        for (let p = 0; p < plane; p++) product += planes[i]![p]! * planes[j]![p]!;
        this.#products[i * channels + j]! += product / plane;
        this.#productsOfMeans[i * channels + j]! += means[i]! * means[j]!;
      }
    }
    this.#takeSpectra(planes, means);
  }

  /** Undefined before the first photo, and where all are of one and the same colour. */
  get statistics(): PhotoStatistics | undefined {
    const n = this.#count;
    if (!n) return undefined;
    const mean = Array.from(this.#sums, (sum) => sum / n);
    const centered = (products: Float64Array) =>
      Array.from(products, (sum, at) => sum / n - mean[Math.floor(at / channels)]! * mean[at % channels]!);
    const covariance = centered(this.#products);
    const ofMeans = centered(this.#productsOfMeans);
    const { values, vectors } = eigenOf(covariance, channels);
    if (!(values[0]! > smallest)) return undefined;
    // Grey photos vary in one direction only: in the others there is nothing to scale up.
    const deviations = values.map((value) => Math.sqrt(Math.max(value, 0)));
    const perVariance = values.map((value) => (value > smallest * values[0]! ? 1 / value : 0));
    const along = (k: number, entry: (i: number, j: number) => number) =>
      perVariance[k]! *
      [0, 1, 2].reduce(
        (sum, i) => sum + [0, 1, 2].reduce((row, j) => row + vectors[k]![i]! * vectors[k]![j]! * entry(i, j), 0),
        0,
      );
    const ring = (r: number) => (i: number, j: number) =>
      this.#rings[pairs.findIndex(([a, b]) => a === Math.min(i, j) && b === Math.max(i, j))]![r]! /
      (n * this.#ringSizes[r]!);
    return {
      photos: n,
      mean,
      covariance,
      mixing: Float32Array.from({ length: 9 }, (_, at) => vectors[at % 3]![Math.floor(at / 3)]! * deviations[at % 3]!),
      variancesOfMeans: [0, 1, 2].map((k) =>
        Math.max(
          0,
          along(k, (i, j) => ofMeans[i * channels + j]!),
        ),
      ),
      densities: [0, 1, 2].map((k) => Float64Array.from(this.#ringSizes, (_, r) => Math.max(0, along(k, ring(r))))),
      side: this.#side,
    };
  }

  #takeSpectra(planes: readonly Float32Array[], means: readonly number[]): void {
    const spectra = planes.map((colors, c) => {
      const square = complexSquare(this.#side);
      for (let y = 0; y < this.height; y++)
        for (let x = 0; x < this.width; x++) {
          const p = y * this.width + x;
          square.real[y * this.#side + x] = this.#window[p]! * (colors[p]! - means[c]!);
        }
      transform(square);
      return square;
    });
    pairs.forEach(([i, j], pair) => {
      const [a, b, rings] = [spectra[i]!, spectra[j]!, this.#rings[pair]!];
      this.#eachFrequency((at, ring) => {
        rings[ring]! += a.real[at]! * b.real[at]! + a.imaginary[at]! * b.imaginary[at]!;
      });
    });
  }

  #eachFrequency(visit: (at: number, ring: number) => void): void {
    const n = this.#side;
    for (let row = 0; row < n; row++)
      for (let column = 0; column < n; column++)
        visit(row * n + column, Math.round(Math.hypot(Math.min(row, n - row), Math.min(column, n - column))));
  }
}

/** Of the largest variance of a colour, or of 255²: less is rounding. */
const smallest = 1e-6;

/** Hann's window, between the edges of pixels. */
const hann = (i: number, length: number): number => Math.sin((Math.PI * (i + 0.5)) / length) ** 2;

/** A component's variance per unit of frequency² at so many waves per pixel, between the rings' own. */
export function densityAt({ densities, side }: PhotoStatistics, component: number, wavesPerPixel: number): number {
  const rings = densities[component]!;
  // Ring 0 is what was taken off as the photos' means.
  const place = Math.min(rings.length - 1, Math.max(1, wavesPerPixel * side));
  const first = Math.min(Math.floor(place), rings.length - 2);
  return rings[first]! + (place - first) * (rings[first + 1]! - rings[first]!);
}
