import type { Tensor } from "../../shared/tensor.ts";
import { AbsentNumbers, type Graph, type Value } from "../graph/graph.ts";
import { Budget, programBytes, type Kept } from "./budget.ts";
import { Device, type DeviceName } from "./device.ts";
import { Session, type SessionOptions } from "./session.ts";
import { WeightsUnreadable } from "./weights.ts";

/** Sessions kept for the next question, whatever they hold: each has threads of its own. */
const most = 12;

export interface ProgramsOptions extends SessionOptions {
  /** What all programs may hold together with those of other models; no bounds when left out. */
  readonly budget?: Budget;
}

interface Program extends Kept {
  readonly session: Promise<Session>;
  /** Runs under way: a program is released when the last of them has ended. */
  users: number;
  dropped: boolean;
}

/** Compiles what is asked for the first time and keeps it; the one that was not used for longest goes first. */
export class Programs {
  readonly #programs = new Map<string, Program>();
  readonly #graphs = new Map<Graph, number>();
  #closed = false;
  /** Milliseconds that the latest run took, compiling not counted. */
  lastRunMs = 0;

  readonly #device: Device;

  readonly #budget: Budget;

  constructor(private readonly options: ProgramsOptions) {
    this.#device = new Device(options.device);
    this.#budget = options.budget ?? new Budget(Infinity);
  }

  /** What a person should know of where it was computed. */
  get note(): string | undefined {
    return this.#device.note;
  }

  async run(graph: Graph, outputs: readonly Value[], feeds: ReadonlyMap<Value, Tensor>): Promise<Tensor[]> {
    const device = this.#device.name;
    try {
      return await this.#runOn(device, graph, outputs, feeds);
    } catch (error) {
      // What cannot be had cannot be had on the processor either.
      if (device === "cpu" || error instanceof AbsentNumbers || error instanceof WeightsUnreadable) throw error;
      this.#device.fallBack(error);
      return this.#runOn("cpu", graph, outputs, feeds);
    }
  }

  async #runOn(
    device: DeviceName,
    graph: Graph,
    outputs: readonly Value[],
    feeds: ReadonlyMap<Value, Tensor>,
  ): Promise<Tensor[]> {
    const key = `${device}|${this.#keyOf(graph, outputs)}`;
    const program = this.#program(key, device, graph, outputs);
    program.users++;
    try {
      const session = await program.session;
      const start = performance.now();
      const results = await session.run(feeds);
      this.lastRunMs = performance.now() - start;
      return results;
    } catch (error) {
      this.#drop(key, program);
      throw error;
    } finally {
      program.users--;
      if (this.#closed) this.#drop(key, program);
      await released(program);
      await this.#shrink();
    }
  }

  /** From now on nothing is kept: who still asks gets an answer, and its program goes when it is given. */
  async release(): Promise<void> {
    this.#closed = true;
    for (const [key, program] of [...this.#programs]) {
      this.#drop(key, program);
      await released(program);
    }
  }

  #keyOf(graph: Graph, outputs: readonly Value[]): string {
    const number = this.#graphs.get(graph) ?? this.#graphs.size;
    this.#graphs.set(graph, number);
    return [number, ...outputs.map(({ name }) => name)].join("|");
  }

  #program(key: string, device: DeviceName, graph: Graph, outputs: readonly Value[]): Program {
    const program = this.#programs.get(key) ?? this.#opened(key, device, graph, outputs);
    this.#programs.delete(key);
    this.#programs.set(key, program);
    this.#budget.use(program);
    return program;
  }

  #opened(key: string, device: DeviceName, graph: Graph, outputs: readonly Value[]): Program {
    const bytes = programBytes(graph, outputs);
    const program: Program = {
      session: this.#budget.makeRoom(bytes).then(() => Session.open(graph, outputs, { ...this.options, device })),
      users: 0,
      dropped: false,
      bytes,
      get inUse() {
        return this.users > 0;
      },
      release: () => {
        this.#drop(key, program);
        return released(program);
      },
    };
    return program;
  }

  #drop(key: string, program: Program): void {
    program.dropped = true;
    if (this.#programs.get(key) === program) this.#programs.delete(key);
    this.#budget.forget(program);
  }

  async #shrink(): Promise<void> {
    for (const [key, program] of [...this.#programs]) {
      if (this.#programs.size <= most) return;
      this.#drop(key, program);
      await released(program);
    }
  }
}

/** A session that could not be opened has nothing to release; its error went to whoever asked for it. */
async function released(program: Program): Promise<void> {
  if (!program.dropped || program.users > 0) return;
  program.users = Infinity; // released once, whoever comes here next
  const opened = await program.session.catch(() => undefined);
  await opened?.release();
}
