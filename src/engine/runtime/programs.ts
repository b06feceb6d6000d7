import type { Tensor } from "../../shared/tensor.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { Session, type SessionOptions } from "./session.ts";

/** Sessions kept for the next question. Each holds what the runtime made of the weights, so not too many. */
const most = 12;

/** Compiles what is asked for the first time and keeps it; the one that was not used for longest goes first. */
export class Programs {
  readonly #sessions = new Map<string, Promise<Session>>();
  /** Milliseconds that the latest run took, compiling not counted. */
  lastRunMs = 0;
  readonly #graphs = new Map<Graph, number>();

  constructor(private readonly options: SessionOptions) {}

  async run(graph: Graph, outputs: readonly Value[], feeds: ReadonlyMap<Value, Tensor>): Promise<Tensor[]> {
    const session = await this.#session(graph, outputs);
    const start = performance.now();
    const results = await session.run(feeds);
    this.lastRunMs = performance.now() - start;
    return results;
  }

  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await release(session);
  }

  async #session(graph: Graph, outputs: readonly Value[]): Promise<Session> {
    const number = this.#graphs.get(graph) ?? this.#graphs.size;
    this.#graphs.set(graph, number);
    const key = [number, ...outputs.map(({ name }) => name)].join("|");
    let session = this.#sessions.get(key);
    if (session) this.#sessions.delete(key);
    else session = Session.open(graph, outputs, this.options);
    this.#sessions.set(key, session);
    try {
      await session;
    } catch (error) {
      this.#sessions.delete(key);
      throw error;
    }
    await this.#shrink();
    return session;
  }

  async #shrink(): Promise<void> {
    for (const [key, session] of this.#sessions) {
      if (this.#sessions.size <= most) return;
      this.#sessions.delete(key);
      await release(session);
    }
  }
}

/** A session that could not be opened has nothing to release; its error went to whoever asked for it. */
async function release(session: Promise<Session>): Promise<void> {
  const opened = await session.catch(() => undefined);
  await opened?.release();
}
