/** How far a step is that takes long. */
export interface Beat {
  readonly done: number;
  readonly of: number;
}

/** What is at work in the midst of a step says so: who waits for the step hears that it is alive, and can be cancelled. */
export class Pulse {
  #latest: Beat | undefined;
  #wake: () => void = () => undefined;

  /** Lets others have their turn. */
  beat = async (done: number, of: number): Promise<void> => {
    this.#latest = { done, of };
    this.#wake();
    await new Promise(setImmediate);
  };

  /** What comes from `source`, and what was said while it was awaited, the latest alone. */
  async *during<T extends object>(source: AsyncGenerator<T, void>): AsyncGenerator<T | Beat, void> {
    let next: Promise<IteratorResult<T, void>> | undefined;
    let hasCome = false;
    // What was said of a step that is done by now says nothing of what stands.
    const come = () => {
      hasCome = true;
      this.#latest = undefined;
    };
    const ask = () => {
      hasCome = false;
      const asked = source.next();
      void asked.then(come, come);
      return asked;
    };
    try {
      for (;;) {
        next ??= ask();
        const woken = new Promise<undefined>((resolve) => (this.#wake = () => resolve(undefined)));
        const found = this.#latest && !hasCome ? undefined : await Promise.race([next, woken]);
        if (found?.done) return;
        if (found) {
          next = undefined;
          yield found.value;
        } else if (this.#latest) {
          const beat = this.#latest;
          this.#latest = undefined;
          yield beat;
        }
      }
    } finally {
      // Who has gone does not hear how the step ended.
      void next?.catch(() => undefined);
      await source.return();
    }
  }
}
