import type { SupervisorState } from "./types.ts";

/** The least time between two words: progress comes faster than anybody reads. */
const pause = 30;

export class Listeners {
  readonly #listeners = new Set<(state: SupervisorState) => void>();
  #telling: NodeJS.Timeout | undefined;

  constructor(private readonly state: () => SupervisorState) {}

  add(listener: (state: SupervisorState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(): void {
    if (!this.#listeners.size) return;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      const state = this.state();
      for (const listener of this.#listeners) listener(state);
    }, pause).unref();
  }

  dispose(): void {
    clearTimeout(this.#telling);
    this.#listeners.clear();
  }
}
