import type { CountedDead } from "../../../src/shared/model-panel.ts";
import { failureOf } from "../../../src/shared/rpc.ts";
import type { Failure } from "../../../src/shared/rpc.ts";
import type { Progress } from "../../../src/shared/updates.ts";

export type Over = "photo" | "folder";
type Asked = Over | "running";
type Updates = (over: Asked, signal: AbortSignal) => AsyncIterable<Progress | CountedDead>;

/** The count of dead channels that runs, or ran last. What is there stays until another count has something to show. */
export class Count {
  report: CountedDead | undefined;
  /** What `report` is over. */
  over: Over | undefined;
  running: Over | undefined;
  progress: Progress | undefined;
  failure: Failure | undefined;
  /** The count ended before it had seen all. */
  partial = false;
  #control = new AbortController();

  constructor(
    private readonly updates: Updates,
    private readonly changed: () => void,
  ) {}

  /** "running": takes part in the count over a folder that runs already. */
  async start(asked: Asked): Promise<void> {
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    const over = asked === "running" ? "folder" : asked;
    [this.running, this.progress, this.failure] = [over, undefined, undefined];
    this.changed();
    let counted = false;
    try {
      for await (const update of this.updates(asked, signal)) {
        if (signal.aborted) return;
        if (update.kind === "progress") this.progress = update;
        else [this.report, this.over, this.partial, counted] = [update, over, true, true];
        this.changed();
      }
      if (signal.aborted) return;
      // A dialog that was left counts nothing.
      if (counted) this.partial = false;
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      if (failure.name !== "Canceled") this.failure = failure;
    }
    this.running = undefined;
    this.changed();
  }

  /** A whole count of earlier, in place of the one that runs. */
  show(report: CountedDead): void {
    this.#control.abort();
    this.running = undefined;
    [this.report, this.over, this.partial, this.failure] = [report, "folder", false, undefined];
    this.changed();
  }

  /** Leaves what has been counted so far. */
  cancel(): void {
    this.#control.abort();
    this.running = undefined;
    this.changed();
  }
}
