import { failureOf } from "../../src/shared/rpc.ts";
import type { Failure } from "../../src/shared/rpc.ts";

export type FetchedState<T> =
  | { readonly status: "idle" }
  | { readonly status: "loading"; readonly before: T | undefined }
  | { readonly status: "ready"; readonly value: T }
  | { readonly status: "failed"; readonly failure: Failure; readonly before: T | undefined };

/**
 * The answer to the latest question of a kind. Asking the same again (`key`) does nothing, so that a region may ask whenever
 * it is brought up to date; another question cancels the one before, whose answer stays in sight until the new one is
 * there. What failed is tried again after `forget`.
 */
export class Fetched<T> {
  state: FetchedState<T> = { status: "idle" };
  #key: string | undefined;
  #control = new AbortController();

  constructor(private readonly changed: () => void) {}

  /** The latest answer, be it of an earlier question. */
  get value(): T | undefined {
    const { state } = this;
    return state.status === "ready" ? state.value : state.status === "idle" ? undefined : state.before;
  }

  ask(key: string, question: (signal: AbortSignal) => Promise<T>): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    this.state = { status: "loading", before: this.value };
    this.changed();
    void question(signal).then(
      (value) => this.#settle(signal, { status: "ready", value }),
      (error: unknown) => this.#settle(signal, { status: "failed", failure: failureOf(error), before: this.value }),
    );
  }

  /** The next question is asked whatever it is. What is in sight stays, or goes. */
  forget(all = false): void {
    this.#key = undefined;
    this.#control.abort();
    const { value } = this;
    this.state = all || value === undefined ? { status: "idle" } : { status: "ready", value };
  }

  #settle(signal: AbortSignal, state: FetchedState<T>): void {
    if (signal.aborted) return;
    this.state = state;
    this.changed();
  }
}
