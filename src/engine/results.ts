import type { RunRequest } from "../shared/protocol.ts";
import type { FloatTensor } from "../shared/tensor.ts";
import type { Finding, FloatHeatmap, Progress } from "../shared/updates.ts";
import { findings } from "./run.ts";
import type { Looking } from "./subject.ts";

/** What one run came to in the end, by key, in the order in which it came; and how long it took, in milliseconds. */
interface Kept {
  readonly found: ReadonlyMap<string, Exclude<Finding, Progress>>;
  readonly ms: number;
}

/** Bytes of floats kept: what a person looks at, saves or compares is usually what was computed last. */
const most = 128e6;

/** Keeps what finished runs found, floats and all; what is no longer at hand is computed again. */
export class Results {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly looking: Looking) {}

  /** Runs a technique and keeps what it found when it has come to its end; what is kept is given again at once. */
  async *run(request: RunRequest, signal: AbortSignal): AsyncGenerator<Finding> {
    const key = await this.#keyOf(request);
    const known = this.#kept.get(key);
    if (known) {
      this.#keep(key, known);
      yield* known.found.values();
      yield over(known);
      return;
    }
    const started = performance.now();
    const found = new Map<string, Exclude<Finding, Progress>>();
    for await (const finding of findings(this.looking, request, signal)) {
      if (finding.kind !== "progress") found.set(`${finding.kind} ${finding.key}`, finding);
      yield finding;
    }
    // Of files that changed meanwhile nobody can say which state it shows.
    const run = { found, ms: performance.now() - started };
    if ((await this.#keyOf(request)) === key) this.#keep(key, run);
    yield over(run);
  }

  /** One of the heat maps of a run, by its key. */
  async map(request: RunRequest, key: string, signal: AbortSignal): Promise<FloatHeatmap> {
    let map: FloatHeatmap | undefined;
    for await (const finding of this.run(request, signal))
      if (finding.kind === "heatmap" && finding.key === key) map = finding;
    if (!map) throw new RangeError(`${request.technique} gives no map called ${key}.`);
    return map;
  }

  /** The floats behind one map: [1, C, H, W], or [1, 1, h, w] at a layer's grid. */
  async raw(
    { key = "map", ...request }: RunRequest & { readonly key?: string },
    signal: AbortSignal,
  ): Promise<FloatTensor> {
    return (await this.map(request, key, signal)).raw;
  }

  /** The request, and the state of its files: a photo that was edited has other results. */
  async #keyOf(request: RunRequest): Promise<string> {
    const version = await this.looking.stateOf(await this.looking.library.open(request.model));
    const { technique, image, model, preparation, target, against, layer, parameters } = request;
    const { photo } = parameters;
    const photos = [image, ...(typeof photo === "string" && photo ? [photo] : [])];
    const states = await Promise.all(photos.map((path) => this.looking.identity(path)));
    // A number that is none would be written as one that was left out.
    const classes = [target, against].map(String);
    return JSON.stringify([version, states, technique, model, preparation, classes, layer, parameters]);
  }

  #keep(key: string, found: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, found);
    let bytes = [...this.#kept.values()].reduce((sum, each) => sum + bytesOf(each), 0);
    for (const [oldest, each] of this.#kept) {
      if (bytes <= most) return;
      bytes -= bytesOf(each);
      this.#kept.delete(oldest);
    }
  }
}

const over = ({ ms }: Kept): Progress => ({ kind: "progress", done: 1, total: 1, ms });

const bytesOf = ({ found }: Kept) =>
  [...found.values()].reduce(
    (sum, each) => (each.kind === "heatmap" ? sum + each.raw.data.byteLength + each.values.data.byteLength : sum),
    0,
  );
