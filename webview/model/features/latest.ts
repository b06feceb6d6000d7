import { failureOf } from "../../../src/shared/rpc.ts";
import type { Failure } from "../../../src/shared/rpc.ts";

interface Asked<Q> {
  readonly key: string;
  readonly question: Q;
}

/**
 * Asks as fast as answers come: one question is under way, and after it comes the newest, never those between. What is
 * drawn with a brush is followed so, where cancelling each question for the next would leave all without an answer.
 */
export class Latest<Q, A> {
  #running: Asked<Q> | undefined;
  #next: Asked<Q> | undefined;
  #answered: string | undefined;
  #control = new AbortController();
  /** Why the latest question has no answer. */
  failure: Failure | undefined;

  constructor(
    private readonly ask: (question: Q, signal: AbortSignal) => Promise<A>,
    private readonly answered: (answer: A, question: Q) => void,
    private readonly changed: () => void,
  ) {}

  get waiting(): boolean {
    return this.#running !== undefined;
  }

  /** The same question (`key`) is asked once. */
  put(key: string, question: Q): void {
    const latest = this.#next ?? this.#running;
    if (latest ? latest.key === key : this.#answered === key) return;
    const asked = { key, question };
    if (this.#running?.key === key) this.#next = undefined;
    else if (this.#running) this.#next = asked;
    else void this.#start(asked);
  }

  /** Nobody waits for an answer any more: the next question is asked at once, whatever it is. */
  drop(): void {
    this.#control.abort();
    this.#control = new AbortController();
    this.#running = this.#next = this.#answered = this.failure = undefined;
  }

  async #start(asked: Asked<Q>): Promise<void> {
    this.#running = asked;
    const { signal } = this.#control;
    try {
      const answer = await this.ask(asked.question, signal);
      if (signal.aborted) return;
      this.failure = undefined;
      this.answered(answer, asked.question);
    } catch (error) {
      if (signal.aborted) return;
      this.failure = failureOf(error);
    }
    this.#running = undefined;
    this.#answered = asked.key;
    const next = this.#next;
    this.#next = undefined;
    if (next) void this.#start(next);
    this.changed();
  }
}
