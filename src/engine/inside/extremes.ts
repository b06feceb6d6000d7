import type { Extremes } from "../../shared/examples.ts";

/** For every channel the `count` photos in which it goes furthest, up or down, however many photos there are. */
export class ExtremesOf {
  readonly #photos: Int32Array;
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  /** Times `sign`: the greatest comes first. */
  readonly #values: Float32Array;

  /** `floor`: what does not go beyond it does not count. `before`: what is known from other photos. */
  constructor(
    readonly channels: number,
    private readonly count: number,
    private readonly sign: 1 | -1,
    private readonly floor = -Infinity,
    before?: Extremes,
  ) {
    const length = channels * count;
    this.#photos = before?.photos.slice() ?? new Int32Array(length).fill(-1);
    this.#rows = before?.rows.slice() ?? new Int32Array(length);
    this.#columns = before?.columns.slice() ?? new Int32Array(length);
    this.#values = new Float32Array(length).fill(floor);
    before?.values.forEach((value, i) => {
      if (this.#photos[i]! >= 0) this.#values[i] = sign * value;
    });
  }

  /** The maps of one photo, [channels, h, width]. Of equal ones the photo that came first stays first. */
  take(photo: number, maps: Float32Array, plane: number, width: number): void {
    const { sign, count } = this;
    for (let channel = 0; channel < this.channels; channel++) {
      const start = channel * plane;
      let peak = -1;
      let best = this.#values[(channel + 1) * count - 1] ?? this.floor;
      for (let i = 0; i < plane; i++) {
        const value = sign * maps[start + i]!;
        // NaN is beyond nothing, and infinity is no answer to a photo.
        if (value > best && value < Infinity) [best, peak] = [value, i];
      }
      if (peak >= 0) this.#insert(channel, photo, best, Math.floor(peak / width), peak % width);
    }
  }

  get found(): Extremes {
    return {
      photos: this.#photos.slice(),
      rows: this.#rows.slice(),
      columns: this.#columns.slice(),
      values: this.#values.map((value, i) => (this.#photos[i]! < 0 ? NaN : this.sign * value)),
    };
  }

  #insert(channel: number, photo: number, value: number, row: number, column: number): void {
    const first = channel * this.count;
    let at = first + this.count - 1;
    for (; at > first && !(this.#values[at - 1]! >= value); at--) {
      this.#photos[at] = this.#photos[at - 1]!;
      this.#rows[at] = this.#rows[at - 1]!;
      this.#columns[at] = this.#columns[at - 1]!;
      this.#values[at] = this.#values[at - 1]!;
    }
    this.#photos[at] = photo;
    this.#rows[at] = row;
    this.#columns[at] = column;
    this.#values[at] = value;
  }
}
