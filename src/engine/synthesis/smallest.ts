/** The first of growing numbers with which something works, if what works goes on to work: found by bisection. */
export class Smallest {
  #low = 0;
  #high: number;
  #found: number | undefined;

  constructor(private readonly candidates: readonly number[]) {
    this.#high = candidates.length;
  }

  /** How many have to be tried at most. */
  get tries(): number {
    return Math.ceil(Math.log2(this.candidates.length + 1));
  }

  /** What to try next; undefined when it is found, or none works. */
  get next(): number | undefined {
    return this.#low < this.#high ? this.candidates[this.#middle] : undefined;
  }

  get found(): number | undefined {
    return this.#found;
  }

  /** Whether the one to try did it. */
  tell(works: boolean): void {
    const middle = this.#middle;
    if (works) {
      this.#found = this.candidates[middle];
      this.#high = middle;
    } else this.#low = middle + 1;
  }

  get #middle(): number {
    return Math.floor((this.#low + this.#high) / 2);
  }
}
