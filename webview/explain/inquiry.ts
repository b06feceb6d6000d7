import type { Trust } from "../../src/shared/protocol.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import type { Failure } from "../../src/shared/rpc.ts";
import { comparison } from "./comparison.ts";
import type { Comparison } from "./comparison.ts";
import type { Session } from "./session.ts";

/** What is known of the trust in the technique shown: asked once all methods are in. */
export class Inquiry {
  #known: { readonly about: string; readonly answer: Trust | Failure } | undefined;

  constructor(readonly session: Session) {}

  /** The answer about what is shown now. */
  get answer(): Trust | Failure | undefined {
    const request = comparison(this.session);
    return request && this.#known?.about === about(request) ? this.#known.answer : undefined;
  }

  /** Whether there is something to ask. */
  get due(): boolean {
    const request = comparison(this.session);
    return request !== undefined && this.#known?.about !== about(request);
  }

  forget(): void {
    this.#known = undefined;
  }

  async ask(signal: AbortSignal): Promise<void> {
    const request = comparison(this.session);
    if (!request) return;
    try {
      this.#known = { about: about(request), answer: await this.session.host.trust(request, signal) };
    } catch (error) {
      if (!signal.aborted) this.#known = { about: about(request), answer: failureOf(error) };
    }
    this.session.changed();
  }
}

/** What an answer is about: the question itself. */
const about = (request: Comparison): string => JSON.stringify(request);
