import type { Trust } from "../../src/shared/protocol.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import type { Failure } from "../../src/shared/rpc.ts";
import { comparison } from "./comparison.ts";
import type { Comparison } from "./comparison.ts";
import type { Session } from "./session.ts";

/** What is known of the trust in the technique shown: asked once there is enough to compare, and once more when all is there. */
export class Inquiry {
  #known: { readonly about: string; readonly others: number; readonly answer: Trust | Failure } | undefined;

  constructor(readonly session: Session) {}

  /** The answer about what is shown now. */
  get answer(): Trust | Failure | undefined {
    const request = comparison(this.session);
    return request && this.#known?.about === about(request) ? this.#known.answer : undefined;
  }

  /** When to ask: before what waits, where nothing is known yet; after it, where there is only more to compare with. */
  get due(): "next" | "last" | undefined {
    const request = comparison(this.session);
    if (!request) return undefined;
    if (this.#known?.about !== about(request)) return "next";
    return this.#known.others < request.others.length ? "last" : undefined;
  }

  forget(): void {
    this.#known = undefined;
  }

  async ask(signal: AbortSignal): Promise<void> {
    const request = comparison(this.session);
    if (!request) return;
    const question = { about: about(request), others: request.others.length };
    try {
      this.#known = { ...question, answer: await this.session.host.trust(request, signal) };
    } catch (error) {
      if (!signal.aborted) this.#known = { ...question, answer: failureOf(error) };
    }
    this.session.changed();
  }
}

/** What an answer is about: not with how many others it compares. */
const about = ({ others: _others, ...rest }: Comparison): string => JSON.stringify(rest);
