/**
 * Looks among growing numbers for the smallest with which something works: upwards from the first until one does, then by
 * bisection between that and the last that did not. That larger ones may fail again does not matter.
 */
export class Smallest {
  /** The places that are tried as long as nothing works. */
  readonly #upwards: readonly number[];
  /** Below it nothing is looked for any more. */
  #low = 0;
  #found: number | undefined;

  /** `upwards`: each at least twice the one before, or all, one after the other. */
  constructor(
    private readonly candidates: readonly number[],
    upwards: "doubling" | "each",
  ) {
    const all = candidates.map((_, i) => i);
    this.#upwards = upwards === "each" ? all : doubling(candidates);
  }

  /** How many have to be tried at most. */
  get tries(): number {
    const worst = this.#upwards.map((at, i) => {
      const between = at - (this.#upwards[i - 1] ?? -1) - 1;
      return i + 1 + Math.ceil(Math.log2(between + 1));
    });
    return Math.max(0, ...worst);
  }

  /** What to try next; undefined when it is found, or none works. */
  get next(): number | undefined {
    return this.#low < (this.#found ?? this.candidates.length) ? this.candidates[this.#place] : undefined;
  }

  get found(): number | undefined {
    return this.#found === undefined ? undefined : this.candidates[this.#found];
  }

  /** Whether the one to try did it. */
  tell(works: boolean): void {
    const place = this.#place;
    if (works) this.#found = place;
    else this.#low = place + 1;
  }

  get #place(): number {
    if (this.#found !== undefined) return Math.floor((this.#low + this.#found) / 2);
    return this.#upwards.find((at) => at >= this.#low) ?? this.candidates.length;
  }
}

/** The first place, then the next of at least twice the number, and in the end the last one. */
function doubling(candidates: readonly number[]): readonly number[] {
  const last = candidates.length - 1;
  const places = [0];
  for (let at = 0; at < last;) {
    const twice = candidates.findIndex((x) => x >= 2 * candidates[at]!);
    at = twice < 0 ? last : twice;
    places.push(at);
  }
  return places;
}
