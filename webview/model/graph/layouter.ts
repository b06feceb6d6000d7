import { planOfChains } from "./chain.ts";
import type { LayoutAnswer, LayoutRequest, LevelPlan, LevelSpec } from "./plan.ts";

/** Lays out beside the page. A wish replaces the one before it, which ends with undefined. */
export class Layouter {
  #worker: Promise<Worker> | undefined;
  #next = 0;
  #waiting: { readonly id: number; settle(plan: LevelPlan | undefined): void; fail(error: Error): void } | undefined;

  /** `source`: the worker's program. */
  constructor(private readonly source: () => Promise<string>) {}

  /** Has the program running before there is a graph: it takes as long to start as to lay out. */
  start(): Promise<Worker> {
    this.#worker ??= this.#started().catch((error: unknown) => {
      this.#worker = undefined;
      throw error;
    });
    return this.#worker;
  }

  async layOut(level: LevelSpec): Promise<LevelPlan | undefined> {
    const id = this.#next++;
    this.#waiting?.settle(undefined);
    this.#waiting = undefined;
    const atOnce = planOfChains(level);
    if (atOnce) return atOnce;
    const answer = new Promise<LevelPlan | undefined>((settle, fail) => (this.#waiting = { id, settle, fail }));
    const request: LayoutRequest = { id, level };
    const worker = await this.start();
    if (id === this.#next - 1) worker.postMessage(request);
    return answer;
  }

  async #started(): Promise<Worker> {
    const url = URL.createObjectURL(new Blob([await this.source()], { type: "text/javascript" }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    worker.addEventListener("message", ({ data }: MessageEvent<LayoutAnswer>) => this.#hear(data));
    worker.addEventListener("error", ({ message }) => this.#fail(message || "it could not be started"));
    const nothing: LevelSpec = { items: [{ width: 1, height: 1 }], links: [], ins: 0, outs: 0, header: 0 };
    worker.postMessage({ id: -1, level: nothing } satisfies LayoutRequest);
    return worker;
  }

  #hear(answer: LayoutAnswer): void {
    if (answer.id !== this.#waiting?.id) return;
    if ("failure" in answer) this.#fail(answer.failure);
    else this.#waiting.settle(answer.plan);
    this.#waiting = undefined;
  }

  #fail(why: string): void {
    this.#waiting?.fail(new Error(`The graph could not be laid out: ${why}.`));
    this.#waiting = undefined;
  }
}
