/** Something happened: whoever listens gets all that they have not read yet, one after the other. */
export class News<T> {
  readonly #listeners = new Set<(item: T) => void>();
  /** The last thing that nobody heard, which the next to listen hears first. */
  #missed: T | undefined;

  /** `joined`: what is left of two things that nobody heard. */
  constructor(private readonly joined: (before: T, item: T) => T = (_, item) => item) {}

  tell(item: T): void {
    if (!this.#listeners.size) this.#missed = this.#missed === undefined ? item : this.joined(this.#missed, item);
    for (const listener of this.#listeners) listener(item);
  }

  /** Whoever listens next will know without being told: all, or what is such news. */
  forget(such: (item: T) => boolean = () => true): void {
    if (this.#missed !== undefined && such(this.#missed)) this.#missed = undefined;
  }

  /** Ends when `signal` does, and not before. */
  async *listen(signal: AbortSignal): AsyncGenerator<T, void> {
    const unread: T[] = this.#missed === undefined ? [] : [this.#missed];
    this.forget();
    let wake = (): void => undefined;
    const hear = (item: T) => {
      unread.push(item);
      wake();
    };
    const end = () => wake();
    this.#listeners.add(hear);
    signal.addEventListener("abort", end);
    try {
      while (!signal.aborted) {
        yield* unread.splice(0);
        if (!signal.aborted && !unread.length) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#listeners.delete(hear);
      signal.removeEventListener("abort", end);
    }
  }
}
