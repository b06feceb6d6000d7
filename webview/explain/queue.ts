interface Job {
  readonly id: string;
  readonly control: AbortController;
}

/** Jobs by name, one at a time and each at most once; what a person waits for goes first. */
export class Queue {
  #waiting: string[] = [];
  #running: Job | undefined;
  readonly #onIdle: (() => void)[] = [];

  /** `run` settles soon after its signal is aborted, and never rejects. */
  constructor(readonly run: (id: string, signal: AbortSignal) => Promise<void>) {}

  /** What runs; one that was told to leave counts no longer. */
  get running(): string | undefined {
    return this.#running?.control.signal.aborted ? undefined : this.#running?.id;
  }
  get waiting(): readonly string[] {
    return this.#waiting;
  }
  get busy(): boolean {
    return this.#running !== undefined || this.#waiting.length > 0;
  }

  /** After all that waits. */
  last(...ids: readonly string[]): void {
    const isNew = (id: string) => !this.#waiting.includes(id) && this.running !== id;
    this.#waiting.push(...new Set(ids.filter(isNew)));
    this.#wake();
  }

  /** As soon as what runs has ended. */
  next(id: string): void {
    if (this.running === id) return;
    this.#waiting = [id, ...this.#without(id)];
    this.#wake();
  }

  /** At once and from its beginning; what it interrupts comes next, from its beginning too. */
  now(id: string): void {
    const interrupted = this.running === undefined || this.running === id ? [] : [this.running];
    this.#waiting = [id, ...interrupted, ...this.#without(id, ...interrupted)];
    this.#running?.control.abort();
    this.#wake();
  }

  /** Leaves all that runs and waits; answers what that was. */
  stop(): readonly string[] {
    const left = [...(this.running === undefined ? [] : [this.running]), ...this.#waiting];
    this.#waiting = [];
    this.#running?.control.abort();
    return left;
  }

  idle(): Promise<void> {
    return this.busy ? new Promise((resolve) => this.#onIdle.push(resolve)) : Promise.resolve();
  }

  #without(...ids: readonly string[]): string[] {
    return this.#waiting.filter((id) => !ids.includes(id));
  }

  #wake(): void {
    if (!this.#running) void this.#work();
  }

  async #work(): Promise<void> {
    for (let id = this.#waiting.shift(); id !== undefined; id = this.#waiting.shift()) {
      const job = { id, control: new AbortController() };
      this.#running = job;
      await this.run(id, job.control.signal);
      this.#running = undefined;
    }
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}
