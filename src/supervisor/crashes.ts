const tolerated = 3;
const memory = 5 * 60_000;

/** What crashed lately, and whether that is too much to go on. */
export class Crashes {
  readonly #keys = new Set<string>();
  #times: readonly number[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  count(): void {
    this.#times = [...this.#recent, this.now()];
  }

  blame(key: string): void {
    this.#keys.add(key);
  }

  knows(key: string): boolean {
    return this.#keys.has(key);
  }

  get tooMany(): boolean {
    return this.#recent.length >= tolerated;
  }

  get #recent(): readonly number[] {
    return this.#times.filter((time) => time > this.now() - memory);
  }

  forget(): void {
    this.#keys.clear();
    this.#times = [];
  }
}
