// How rough convolution kernels are: which share of their energy lies above half of the Nyquist frequency, along rows or
// along columns. The spectrum is that of the kernel with zeros all around it, so that one of 3 × 3 has a spectrum as
// well, and it is summed in closed form. A kernel narrower than 5 is shorter than the shortest wave that counts as low
// (4 cells): without its mean nothing low would be left in it, so there the mean stays; of wider ones it is taken off.

/** From here on a kernel's mean is taken off. */
const wide = 5;

/** Of kernels of one size. `noise`: what white noise comes to on average. */
export class Roughness {
  readonly noise: number;
  readonly #centred: boolean;
  readonly #rows: Band;
  readonly #columns: Band;
  /** Of the low half, seen as a quadratic form of white noise: degrees of freedom, and second and third central moment of its eigenvalues. */
  readonly #freedom: number;
  readonly #scatter: number;
  readonly #third: number;

  constructor(
    private readonly height: number,
    private readonly width: number,
  ) {
    this.#centred = Math.max(height, width) >= wide;
    [this.#rows, this.#columns] = [new Band(height), new Band(width)];
    const n = height * width;
    const [rows, columns] = [this.#rows.powers(), this.#columns.powers()];
    const traces = rows.map(({ trace }, i) => trace * columns[i]!.trace);
    // Of a projection away from the mean, J = 11ᵀ / n: the traces of (M − MJ)ᵖ.
    const [a, b, c] = rows.map(({ sum }, i) => (this.#centred ? (sum * columns[i]!.sum) / n : 0)) as Moments;
    const [once, twice, thrice] = traces as Moments;
    const f = this.#centred ? n - 1 : n;
    const [mean, square, cube] = [
      (once - a) / f,
      (twice - 2 * b + a ** 2) / f,
      (thrice - 3 * c + 3 * a * b - a ** 3) / f,
    ];
    this.#freedom = f;
    this.noise = n > 1 ? 1 - mean : NaN;
    this.#scatter = square - mean ** 2;
    this.#third = cube - 3 * mean * square + 2 * mean ** 3;
  }

  /** Of one filter: its kernels one after the other, weighed together. NaN where there is nothing in it. */
  of(filter: Float32Array): number {
    if (this.height * this.width < 2) return NaN;
    const n = this.height * this.width;
    const kernel = new Float64Array(n);
    let [energy, low] = [0, 0];
    for (let at = 0; at < filter.length; at += n) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += filter[at + i]!;
      const mean = this.#centred ? sum / n : 0;
      for (let i = 0; i < n; i++) {
        kernel[i] = filter[at + i]! - mean;
        energy += kernel[i]! ** 2;
      }
      low += this.#low(kernel);
    }
    return energy > 0 ? 1 - low / energy : NaN;
  }

  /** The deviation from `noise` that filters of white noise have, of so many kernels each. */
  deviation(kernels: number): number {
    return Math.sqrt((2 * this.#scatter) / (kernels * this.#freedom + 2));
  }

  /** Noise's median, which lies beside its mean: filters of few kernels are rarely very rough. To the third moment (Cornish & Fisher 1938). */
  median(kernels: number): number {
    const skew = this.#scatter > 0 ? this.#third / this.#scatter : 0;
    return this.noise + ((2 / 3) * skew) / (kernels * this.#freedom + 4);
  }

  #low(kernel: Float64Array): number {
    const { height, width } = this;
    const across = new Float64Array(kernel.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let i = 0; i < width; i++) across[y * width + x]! += this.#columns.at(x, i) * kernel[y * width + i]!;
    let low = 0;
    for (let y = 0; y < height; y++)
      for (let i = 0; i < height; i++) {
        const weight = this.#rows.at(y, i);
        for (let x = 0; x < width; x++) low += kernel[y * width + x]! * weight * across[i * width + x]!;
      }
    return low;
  }
}

/** The ideal low pass at half of Nyquist between the cells of one axis: sin(π d / 2) / π d. An axis of one has no waves. */
class Band {
  readonly #values: Float64Array;

  constructor(private readonly length: number) {
    this.#values = Float64Array.from({ length }, (_, d) =>
      length === 1 ? 1 : d === 0 ? 1 / 2 : Math.sin((Math.PI * d) / 2) / (Math.PI * d),
    );
  }

  at = (a: number, b: number): number => this.#values[Math.abs(a - b)]!;

  /** Trace, and sum of all entries, of the matrix, of its square and of its cube. */
  powers(): readonly { readonly trace: number; readonly sum: number }[] {
    const all = Array.from({ length: this.length }, (_, i) => i);
    const matrix = all.map((a) => all.map((b) => this.at(a, b)));
    const times = (left: readonly number[][]) =>
      left.map((row) => all.map((b) => row.reduce((sum, value, i) => sum + value * matrix[i]![b]!, 0)));
    const square = times(matrix);
    return [matrix, square, times(square)].map((power) => ({
      trace: all.reduce((sum, i) => sum + power[i]![i]!, 0),
      sum: power.flat().reduce((sum, value) => sum + value, 0),
    }));
  }
}

type Moments = [number, number, number];

/**
 * How far the numbers of kernels of `cells` cells are from being independent of each other: the squared correlations between
 * every two cells over all kernels, summed, in deviations from what independent numbers come to. White noise stays below
 * 4; filters are brought to one length first, since noise may be louder in some.
 */
export function dependence(filters: readonly Float32Array[], cells: number): number {
  const products = new Float64Array(cells * cells);
  let kernels = 0;
  for (const filter of filters) {
    const energy = filter.reduce((sum, value) => sum + value ** 2, 0);
    if (!(energy > 0)) continue;
    for (let at = 0; at < filter.length; at += cells) {
      kernels++;
      for (let a = 0; a < cells; a++)
        for (let b = 0; b <= a; b++) products[a * cells + b]! += (filter[at + a]! * filter[at + b]!) / energy;
    }
  }
  let sum = 0;
  for (let a = 0; a < cells; a++)
    for (let b = 0; b < a; b++)
      sum += (products[a * cells + b]! ** 2 / (products[a * (cells + 1)]! * products[b * (cells + 1)]!)) * kernels;
  const pairs = (cells * (cells - 1)) / 2;
  return (sum - pairs) / Math.sqrt(2 * pairs);
}
