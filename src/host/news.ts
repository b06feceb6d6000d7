/** Something happened: whoever listens gets all that they have not read yet, one after the other. */
export class News<T> {
  readonly #listeners = new Set<(item: T) => void>();

  tell(item: T): void {
    for (const listener of this.#listeners) listener(item);
  }

  /** Ends when `signal` does, and not before. */
  async *listen(signal: AbortSignal): AsyncGenerator<T, void> {
    const unread: T[] = [];
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
