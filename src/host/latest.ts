/** A value that changes: whoever listens gets it as it is, and again when it is another. What was missed in between is left out. */
export class Latest<T> {
  readonly #wake = new Set<() => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    this.current = value;
    for (const wake of this.#wake) wake();
  }

  /** Ends when `signal` does, and not before. */
  async *listen(signal: AbortSignal): AsyncGenerator<T, void> {
    let isNew = true;
    let wake = (): void => undefined;
    const hear = () => {
      isNew = true;
      wake();
    };
    this.#wake.add(hear);
    signal.addEventListener("abort", hear);
    try {
      while (!signal.aborted) {
        if (isNew) {
          isNew = false;
          yield this.current;
        } else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#wake.delete(hear);
      signal.removeEventListener("abort", hear);
    }
  }
}
