import type { LayerOverview } from "../../../src/shared/inside.ts";
import { failureOf } from "../../../src/shared/rpc.ts";
import type { Failure } from "../../../src/shared/rpc.ts";
import type { Progress } from "../../../src/shared/updates.ts";
import type { Session } from "../session.ts";

/** The lines of the whole net, as they come. The last photo's stay until the new one's replace them, each in its turn. */
export class Reading {
  lines: readonly LayerOverview[] = [];
  progress: Progress | undefined;
  failure: Failure | undefined;
  #key: string | undefined;
  #control = new AbortController();

  constructor(private readonly session: Session) {}

  get running(): boolean {
    return this.progress !== undefined && this.progress.done < this.progress.total;
  }

  ask(key: string): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#control.abort();
    this.#control = new AbortController();
    this.failure = undefined;
    void this.#read(this.#control.signal);
  }

  again(): void {
    this.#key = undefined;
    this.session.changed();
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { strokes } = this.session.remembered;
    this.progress = { kind: "progress", done: 0, total: Math.max(1, this.lines.length) };
    let place = 0;
    try {
      for await (const update of this.session.host.overview({ strokes }, signal)) {
        if (signal.aborted) return;
        if (update.kind === "progress") this.progress = update;
        else this.#put(place++, update.overview);
        this.session.changed();
      }
      this.lines = this.lines.slice(0, place); // another model may have fewer
    } catch (error) {
      if (signal.aborted) return;
      this.failure = failureOf(error);
    }
    if (signal.aborted) return;
    this.progress = undefined;
    this.session.changed();
  }

  #put(place: number, line: LayerOverview): void {
    const replaces = this.lines[place]?.layer === line.layer;
    this.lines = replaces ? this.lines.with(place, line) : [...this.lines.slice(0, place), line];
  }
}
