import type { RunRequest } from "../shared/protocol.ts";
import type { FloatTensor } from "../shared/tensor.ts";
import type { Finding } from "../shared/updates.ts";
import { findings } from "./run.ts";
import type { Looking } from "./subject.ts";

type HeatMap = Extract<Finding, { kind: "heatmap" }>;
/** The heat maps of one run, by key. */
export type Maps = ReadonlyMap<string, HeatMap>;

/** Bytes of floats kept: what a person looks at, saves or compares is usually what was computed last. */
const most = 128e6;

/** Keeps the floats of finished runs; what is no longer at hand is computed again. */
export class Results {
  readonly #kept = new Map<string, Maps>();

  constructor(private readonly looking: Looking) {}

  /** Runs a technique and keeps its maps when it has come to its end. */
  async *run(request: RunRequest, signal: AbortSignal): AsyncGenerator<Finding> {
    const before = await this.#keyOf(request);
    const maps = new Map<string, HeatMap>();
    for await (const finding of findings(this.looking, request, signal)) {
      if (finding.kind === "heatmap") maps.set(finding.key, finding);
      yield finding;
    }
    // Of files that changed meanwhile nobody can say which state it shows.
    if ((await this.#keyOf(request)) === before) this.#keep(before, maps);
  }

  async maps(request: RunRequest, signal: AbortSignal): Promise<Maps> {
    const key = await this.#keyOf(request);
    const known = this.#kept.get(key);
    if (known) return known;
    const maps = new Map<string, HeatMap>();
    for await (const finding of this.run(request, signal))
      if (finding.kind === "heatmap") maps.set(finding.key, finding);
    return maps;
  }

  /** The floats behind one map: [1, C, H, W], or [1, 1, h, w] at a layer's grid. */
  async raw(request: RunRequest & { readonly key?: string }, signal: AbortSignal): Promise<FloatTensor> {
    const { key = "map", ...run } = request;
    const found = (await this.maps(run, signal)).get(key);
    if (!found) throw new RangeError(`${request.technique} gives no map called ${key}.`);
    return found.raw;
  }

  /** The request, and the state of its files: a photo that was edited has other results. */
  async #keyOf(request: RunRequest): Promise<string> {
    const { version } = await this.looking.library.open(request.model);
    const { technique, image, model, preparation, target, against, layer, parameters } = request;
    const photo = await this.looking.identity(image);
    return JSON.stringify([version, photo, technique, model, preparation, target, against, layer, parameters]);
  }

  #keep(key: string, maps: Maps): void {
    this.#kept.delete(key);
    this.#kept.set(key, maps);
    let bytes = [...this.#kept.values()].reduce((sum, each) => sum + bytesOf(each), 0);
    for (const [oldest, each] of this.#kept) {
      if (bytes <= most) return;
      bytes -= bytesOf(each);
      this.#kept.delete(oldest);
    }
  }
}

const bytesOf = (maps: Maps) =>
  [...maps.values()].reduce((sum, { raw, values }) => sum + raw.data.byteLength + values.data.byteLength, 0);
