import { engine } from "../shared/protocol.ts";
import { connect, failureOf, type Client, type Failure, type Packet, type Port } from "../shared/rpc.ts";
import { Calls, type Call } from "./calls.ts";
import { Crashes } from "./crashes.ts";
import { startEngine, type EngineProcess } from "./engine-process.ts";
import * as faults from "./faults.ts";
import { Listeners } from "./listeners.ts";
import { residentBytes, seesMemory } from "./memory.ts";
import type { Supervisor, SupervisorOptions, SupervisorState } from "./types.ts";

/** Milliseconds between two looks at the silence and the memory of what runs. */
const period = 250;

/** How long the engine has to let go of a call that was cancelled. */
const patience = 350;

export const createSupervisor = (options: SupervisorOptions): Supervisor => new Supervision(options);

/**
 * Stands between the calls and the process, at the level of packets: what comes from `client` is kept until it has been
 * answered, so that it can be sent to the next process when one dies.
 */
class Supervision implements Supervisor {
  readonly client: Client<typeof engine>;
  readonly #calls: Calls;
  readonly #crashes = new Crashes();
  readonly #listeners = new Listeners(() => this.state);
  #process: EngineProcess | undefined;
  #reason: string | undefined;
  #disposed = false;
  #deliver: (packet: Packet) => void = () => undefined;
  #close: () => void = () => undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(private readonly options: SupervisorOptions) {
    this.#calls = new Calls(options.titleOf);
    const port: Port = {
      send: (packet) => this.#accept(packet),
      onPacket: (listener) => (this.#deliver = listener),
      onClose: (listener) => (this.#close = listener),
    };
    this.client = connect(engine, port);
  }

  get state(): SupervisorState {
    return {
      engine: this.#reason !== undefined ? "down" : this.#process ? "running" : "off",
      pid: this.#process?.pid,
      reason: this.#reason,
      jobs: this.#calls.jobs,
    };
  }

  onChange(listener: (state: SupervisorState) => void): () => void {
    return this.#listeners.add(listener);
  }

  restart(setting?: string): void {
    this.#reason = undefined;
    this.#crashes.forget();
    for (const call of this.#calls.sent) this.#fail(call, faults.restarted(call.doing, setting));
    this.#kill("it is to start anew");
    this.#proceed();
  }

  warm(): void {
    if (this.#reason === undefined && !this.#disposed) this.#start();
  }

  cancel(id: number): void {
    this.#cancel(this.#calls.all.filter(({ packet }) => packet.id === id));
  }

  cancelAll(): void {
    this.#cancel(this.#calls.all);
  }

  #cancel(calls: readonly Call[]): void {
    for (const call of calls) {
      if (!call.abandoned) this.#deliver({ id: call.packet.id, failure: { name: "Canceled", message: "Canceled." } });
      this.#abandon(call);
    }
    this.#proceed();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#kill("nobody needs it any more");
    this.#stopLooking();
    this.#listeners.dispose();
    this.#close();
  }

  #accept(packet: Packet): void {
    if ("cancel" in packet) this.#abandon(this.#calls.get(packet.id));
    else if ("call" in packet) {
      const call = this.#calls.add(packet);
      if (call.model && this.#crashes.tooManyOf(call.model)) this.#fail(call, faults.modelDown(call.doing));
    }
    this.#proceed();
  }

  /** Does all that follows from what has just happened: whatever may go to the engine goes. */
  #proceed(): void {
    if (this.#disposed) return;
    if (this.#reason !== undefined) for (const call of this.#calls.all) this.#fail(call, faults.down(this.#reason));
    if (!this.#process?.gone) this.#calls.next.forEach((call) => this.#send(call));
    if (this.#calls.sent.length) this.#looking ??= setInterval(() => this.#look(), period).unref();
    else this.#stopLooking();
    this.#listeners.tell();
  }

  #send(call: Call): void {
    const process = this.#calls.has(call) ? this.#start() : undefined; // gone when the one before it found no engine
    if (!process) return;
    call.sent = true;
    try {
      process.send(call.packet);
    } catch (error) {
      this.#fail(call, failureOf(error));
    }
  }

  #start(): EngineProcess | undefined {
    if (this.#process) return this.#process;
    try {
      const process: EngineProcess = startEngine(this.options, {
        onPacket: (packet) => this.#hear(packet),
        onEnd: (ending) => this.#ended(process, ending),
        onRefusal: (reason) => this.#refused(reason),
      });
      if (process.pid !== undefined) this.options.log(`Engine ${process.pid} started.`);
      this.#process = process;
    } catch (error) {
      this.#refused(failureOf(error).message);
    }
    this.#listeners.tell();
    return this.#process;
  }

  #hear(packet: Packet): void {
    const call = this.#calls.get(packet.id);
    if (!call) return;
    this.#calls.hear(call);
    if (!call.abandoned) this.#deliver(packet);
    if ("next" in packet) follow(call, packet.next);
    else this.#calls.remove(call);
    this.#proceed();
  }

  /** Its caller has gone already. */
  #abandon(call: Call | undefined): void {
    if (!call || call.abandoned) return;
    if (!call.sent || !this.#process) return this.#calls.remove(call);
    call.abandoned = true;
    this.#process.send({ id: call.packet.id, cancel: true });
    this.#awaitEnd(call, this.#process);
  }

  #awaitEnd(call: Call, process: EngineProcess): void {
    const check = () => {
      if (this.#process !== process || !this.#calls.has(call)) return;
      // One that is still loading would have to load again; and a job that is wanted is not thrown away for a request.
      if (!process.ready || (!call.job && this.#calls.running)) return this.#awaitEnd(call, process);
      this.#kill(`it did not let go of ${call.title}`);
      this.#calls.recall(false);
      this.#proceed();
    };
    setTimeout(check, patience).unref();
  }

  #kill(why: string): void {
    if (!this.#process) return;
    this.options.log(`Engine ${this.#process.pid} is ended: ${why}.`);
    this.#process.kill();
    this.#process = undefined;
  }

  #look(): void {
    const seconds = this.options.deadline() || Infinity;
    // Counted in looks and not by the clock, which goes on while the computer sleeps or a debugger holds this process.
    for (const call of this.#calls.sent) call.silence += period;
    const hanging = this.#calls.hanging(seconds * 1000 + period); // the first look may come right after the last sign
    if (hanging) {
      this.#kill(`no sign of life for ${seconds} s while ${hanging.doing}`);
      this.#blame(hanging, (doing) => faults.tooSilent(seconds, doing));
    } else if (seesMemory && this.#process) void this.#weigh(this.#process);
  }

  #stopLooking(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  async #weigh(process: EngineProcess): Promise<void> {
    const limit = this.options.memoryLimit() || Infinity;
    const held = process.pid === undefined ? undefined : await residentBytes(process.pid);
    if (held === undefined || held <= limit || this.#process !== process) return;
    this.#kill(`it held ${held} bytes of memory, and the limit is ${limit}`);
    this.#blame(this.#culprit, (doing) => faults.overLimit(held, limit, doing));
  }

  get #culprit(): Call | undefined {
    return this.#calls.culprit(({ key }) => this.#crashes.knows(key));
  }

  /** Fails the call that the engine ended for, and sends again the others, or all when nobody knows which it was. */
  #blame(culprit: Call | undefined, failureWhile: (doing: string) => Failure): void {
    if (culprit) this.#fail(culprit, failureWhile(culprit.doing));
    this.#calls.recall(true);
    this.#proceed();
  }

  #ended(process: EngineProcess, ending: faults.Ending): void {
    this.#process = undefined;
    const { sent } = this.#calls;
    const outside = faults.fromOutside(ending) && sent.every(isFresh);
    const culprit = outside ? undefined : this.#culprit;
    const doing = (culprit ? [culprit] : sent).map(({ doing }) => doing).join(" and ");
    this.options.log(faults.story(process.pid, ending, doing));

    const held = faults.heldBytes(ending);
    const limit = this.options.memoryLimit();
    if (held !== undefined) return this.#blame(culprit, (doing) => faults.overLimit(held, limit, doing));

    const before = culprit !== undefined && this.#crashes.knows(culprit.key);
    const failureWhile = (doing: string) => faults.crashed(ending, doing, before);
    if (culprit) this.#crashes.blame(culprit.key);
    // Where any of several may be to blame it is counted when, sent alone, one shows that it was; and an end between calls
    // has harmed nobody.
    if (culprit || (outside && sent.length)) this.#crashes.count(process.ready ? openedBy(culprit) : undefined);
    if (this.#crashes.tooMany) this.#reason = faults.downReason(failureWhile(doing).message);
    this.#blame(culprit, failureWhile);
  }

  #refused(reason: string): void {
    this.#process = undefined;
    const failure = faults.notStarted(this.options.nodePath?.() ?? process.execPath, reason);
    this.options.log(failure.message);
    for (const call of this.#calls.all) this.#fail(call, failure);
    this.#proceed();
  }

  #fail(call: Call, failure: Failure): void {
    this.#calls.remove(call);
    if (!call.abandoned) this.#deliver({ id: call.packet.id, failure });
  }
}

/** Sent a moment ago, maybe to a process that was dying already. */
const isFresh = ({ heard, suspect, silence }: Call): boolean => !heard && !suspect && silence < period;

/** The model that a call looks into: a file can be such that it crashes whatever reads it, unlike a job, which was asked for. */
const openedBy = (call: Call | undefined): string | undefined =>
  call?.packet.call === "open" ? call.model : undefined;

function follow(call: Call, next: unknown): void {
  const { kind, done, total } = next as { kind?: unknown; done?: unknown; total?: unknown }; // checked below
  // A picture that grows tells how far it is with each frame.
  if ((kind === "progress" || kind === "frame") && typeof done === "number" && typeof total === "number")
    Object.assign(call, { done, total });
}
