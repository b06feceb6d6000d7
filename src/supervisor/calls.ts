import { engine } from "../shared/protocol.ts";
import type { Packet } from "../shared/rpc.ts";
import type { Job } from "./types.ts";
import { wordingOf, type Wording } from "./wording.ts";

export type CallPacket = Extract<Packet, { readonly call: string }>;

/** A call that has not ended: it waits here, or the engine has it. */
export interface Call extends Wording {
  readonly packet: CallPacket;
  /** Streams are jobs: one at a time. Requests pass them, at the engine's awaits. */
  readonly job: boolean;
  sent: boolean;
  /** Its caller has gone: it is here until the engine has let go of it. */
  abandoned: boolean;
  /** It was in the engine when that died of something. It is sent alone the next time, so that guilt is plain. */
  suspect: boolean;
  /** Milliseconds since the engine gave a sign of life about it, as far as somebody looked. */
  silence: number;
  /** Whether the engine has said anything of it. */
  heard: boolean;
  done: number;
  total: number;
}

/** All calls, in the order of their arrival, and the rules of who is next and who is to blame. */
export class Calls {
  readonly #calls = new Map<number, Call>();

  constructor(private readonly titleOf?: (technique: string) => string) {}

  add(packet: CallPacket): Call {
    const job = Object.hasOwn(engine, packet.call) && engine[packet.call as keyof typeof engine].shape === "stream"; // hasOwn has just said so
    const fresh = { sent: false, abandoned: false, suspect: false, silence: 0, heard: false, done: 0, total: 0 };
    const call: Call = { packet, job, ...wordingOf(packet.call, packet.params, this.titleOf), ...fresh };
    this.#calls.set(packet.id, call);
    return call;
  }

  get(id: number): Call | undefined {
    return this.#calls.get(id);
  }

  has(call: Call): boolean {
    return this.#calls.get(call.packet.id) === call;
  }

  remove({ packet }: Call): void {
    this.#calls.delete(packet.id);
  }

  get all(): readonly Call[] {
    return [...this.#calls.values()];
  }

  get sent(): readonly Call[] {
    return this.all.filter(({ sent }) => sent);
  }

  get waiting(): readonly Call[] {
    return this.all.filter(({ sent }) => !sent);
  }

  get jobs(): readonly Job[] {
    return this.all
      .filter(({ job, abandoned }) => job && !abandoned)
      .map(({ packet: { id, params }, title, sent, done, total }) => {
        return { id, params, title, state: sent ? "running" : "waiting", done, total };
      });
  }

  /** The job that the engine is at, if somebody still wants it. */
  get running(): Call | undefined {
    return this.sent.find(({ job, abandoned }) => job && !abandoned);
  }

  /** What may go to the engine now. */
  get next(): readonly Call[] {
    if (this.all.some(({ suspect }) => suspect)) {
      return this.sent.length ? [] : this.waiting.filter(({ suspect }) => suspect).slice(0, 1);
    }
    const busy = this.sent.some(({ job }) => job);
    const job = busy ? undefined : this.waiting.find((call) => call.job);
    return this.waiting.filter((call) => !call.job || call === job);
  }

  /**
   * The call that the engine died of, as far as can be told from outside: one that is known for it, else the job, else a
   * request that was alone. Undefined where several requests were in it: sent again one by one, they will show.
   */
  culprit(known: (call: Call) => boolean): Call | undefined {
    const { sent } = this;
    return sent.find(known) ?? sent.find(({ job }) => job) ?? (sent.length === 1 ? sent[0] : undefined);
  }

  /** What hangs, after `limit` milliseconds: rather what nobody wants any more, then the job, then the requests. */
  hanging(limit: number): Call | undefined {
    const silent = this.sent.filter(({ silence }) => silence >= limit);
    return silent.find(({ abandoned }) => abandoned) ?? silent.find(({ job }) => job) ?? silent[0];
  }

  /** A sign of life about `call`. While a job shows that the engine is well, the requests beside it only wait their turn. */
  hear(call: Call): void {
    for (const other of call.job ? this.sent : [call]) other.silence = 0;
    call.heard = true;
    call.suspect = false;
  }

  /** Everything in the engine waits again, at its old place. What was abandoned is gone with the engine. */
  recall(suspect: boolean): void {
    for (const call of this.sent) {
      if (call.abandoned) this.remove(call);
      else
        Object.assign(call, {
          sent: false,
          suspect: suspect || call.suspect,
          silence: 0,
          heard: false,
          done: 0,
          total: 0,
        });
    }
  }
}
