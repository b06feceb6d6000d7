import type { Ahead, CallPacket } from "../../src/shared/ahead.ts";
import type { Packet, Port } from "../../src/shared/rpc.ts";

/** An answer that the host gives before it is asked; `taken`: by the page's call of this id. */
interface Answer {
  readonly call: CallPacket;
  readonly early: Packet[];
  taken: number | undefined;
}

/**
 * The page's end of the wire. What the host answers ahead of the page's questions lies here until the page asks; what is
 * not asked in the turn of the next question is cancelled.
 */
export class AnsweredAhead implements Port {
  readonly #answers = new Map<number, Answer>();
  readonly #listeners: ((packet: Packet) => void)[] = [];
  #heard = (): void => undefined;
  #asking: "not yet" | "now" | "over" = "not yet";
  /** Settles with the first word of the host: from then on it is known what need not be asked. */
  readonly heard = new Promise<void>((resolve) => (this.#heard = resolve));

  constructor(private readonly post: (packet: Packet) => void) {}

  send(packet: Packet): void {
    if ("cancel" in packet) return this.post({ ...packet, id: this.#theirs(packet.id) });
    if (!("call" in packet)) return this.post(packet);
    if (this.#asking === "not yet") {
      this.#asking = "now";
      setTimeout(() => this.#decline());
    }
    const same = keyOf(packet);
    const answer = [...this.#answers.values()].find(({ call, taken }) => taken === undefined && keyOf(call) === same);
    if (!answer) return this.post(packet);
    answer.taken = packet.id;
    for (const each of answer.early.splice(0)) this.#deliver({ ...each, id: packet.id });
  }

  /** Whatever the host posted to this page. */
  hear(message: unknown): void {
    if (isAhead(message)) {
      for (const call of message.ahead) this.#answers.set(call.id, { call, early: [], taken: undefined });
      if (message.again) this.#asking = "not yet";
      else if (this.#asking === "over") this.#decline();
    } else if (isPacket(message)) this.#take(message);
    else return;
    this.#heard();
  }

  onPacket(listener: (packet: Packet) => void): void {
    this.#listeners.push(listener);
  }

  /** A page is gone together with its port: there is nothing left to be told. */
  onClose(): void {
    return undefined;
  }

  #take(packet: Packet): void {
    const answer = this.#answers.get(packet.id);
    if (!answer) this.#deliver(packet);
    else if (answer.taken === undefined) answer.early.push(packet);
    else this.#deliver({ ...packet, id: answer.taken });
  }

  #deliver(packet: Packet): void {
    for (const listener of this.#listeners) listener(packet);
  }

  #decline(): void {
    this.#asking = "over";
    for (const [id, { taken }] of this.#answers) {
      if (taken !== undefined) continue;
      this.#answers.delete(id);
      this.post({ id, cancel: true });
    }
  }

  #theirs(id: number): number {
    return [...this.#answers].find(([, { taken }]) => taken === id)?.[0] ?? id;
  }
}

const keyOf = ({ call, params }: CallPacket) => JSON.stringify([call, params ?? null]);

const isAhead = (message: unknown): message is Ahead =>
  typeof message === "object" && message !== null && "ahead" in message && Array.isArray(message.ahead);

const isPacket = (message: unknown): message is Packet =>
  typeof message === "object" && message !== null && "id" in message && typeof message.id === "number";
