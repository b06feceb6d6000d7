/** Runs that can be asked to pause, by the names that their callers gave them. */
export class Pauses {
  readonly #running = new Map<string, AbortController>();

  /** What `run` gives, which hears by its signal that it is to pause. */
  async *during<T>(
    name: string | undefined,
    run: (pausing: AbortSignal) => AsyncGenerator<T, void>,
  ): AsyncGenerator<T, void> {
    const control = new AbortController();
    if (name !== undefined) this.#running.set(name, control);
    try {
      yield* run(control.signal);
    } finally {
      if (name !== undefined) this.#running.delete(name);
    }
  }

  /** Where there is none of this name it has ended by itself. */
  ask(name: string): void {
    this.#running.get(name)?.abort();
  }
}
