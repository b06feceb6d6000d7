const block = 8;

/** Vectors of length 1, compared with each other. */
export class UnitVectors {
  readonly #values: Float32Array;
  readonly #length: number;
  readonly #blocks: number;
  /** Length of what is left of each vector after each block of numbers. */
  readonly #rest: Float32Array;

  constructor(vectors: readonly Float32Array[]) {
    this.#blocks = Math.ceil((vectors[0]?.length ?? 0) / block);
    this.#length = this.#blocks * block;
    this.#values = new Float32Array(vectors.length * this.#length);
    this.#rest = new Float32Array(vectors.length * this.#blocks);
    vectors.forEach((vector, v) => {
      this.#values.set(vector, v * this.#length);
      let rest = 0;
      for (let b = this.#blocks - 1; b >= 0; b--) {
        this.#rest[v * this.#blocks + b] = Math.sqrt(rest);
        for (const value of vector.subarray(b * block, (b + 1) * block)) rest += value * value;
      }
    });
  }

  /** Whether the product of two is above `least`. Given up as soon as what is left of both cannot lift it there any more. */
  closer(a: number, b: number, least: number): boolean {
    const [values, rest] = [this.#values, this.#rest];
    let sum = 0;
    for (let k = 0; k < this.#blocks; k++) {
      let [i, j] = [a * this.#length + k * block, b * this.#length + k * block];
      for (const end = i + block; i < end; i++, j++) sum += values[i]! * values[j]!;
      if (sum + rest[a * this.#blocks + k]! * rest[b * this.#blocks + k]! <= least) return false;
    }
    return sum > least;
  }
}
