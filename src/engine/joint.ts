/** Work that several wait for: it is left where the last of them no longer does. */
export class Joint<T> {
  readonly #leaving = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#leaving.signal);
  }

  get isLeft(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** What it comes to, or why the signal was aborted. Who has no signal waits to the end. */
  wait(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal?.reason as Error); // a signal's reason is an error unless it was given another
        if (--this.#waiting === 0) this.#leaving.abort(signal?.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      void this.#result.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
    });
  }
}
