import { basename, relative } from "node:path";
import type {
  ChannelExamples,
  Example,
  examples,
  ExamplesReport,
  ExamplesRequest,
  Extremes,
  OfChannel,
  PhotoFolder,
} from "../shared/examples.ts";
import type { Photo, Subject } from "../shared/protocol.ts";
import { failureOf, type Client } from "../shared/rpc.ts";
import type { Progress } from "../shared/updates.ts";

export interface SearchEngine {
  readonly client: Pick<Client<typeof examples>, "photoFolder" | "patch">;
  run(request: ExamplesRequest, signal: AbortSignal): AsyncIterable<Progress | ExamplesReport>;
}

export interface Sought {
  readonly model: string;
  readonly layer: string;
  readonly folder: string;
  readonly preparation?: Subject["preparation"];
}

/** Searches that are kept: a person goes back and forth between a few layers. */
const mostKept = 12;
const mostPatches = 200;
/** Milliseconds after which other jobs of the engine come in between. */
const turn = 2000;

/** What fires the channels of a layer: looked for once over a folder, for all channels and whoever asks. */
export class ExampleSearches {
  /** In order of use, the oldest first; of each layer the latest is the one that is shown. */
  readonly #searches = new Set<Search>();
  readonly #listeners = new Set<() => void>();

  /** `trusted`: milliseconds for which a folder that was just listed is taken to be the same. */
  constructor(
    private readonly engine: SearchEngine,
    private readonly trusted = 5000,
  ) {}

  /** What was found in the same state of the folder before is there at once. */
  start(sought: Sought): void {
    const known = [...this.#searches].find((search) => search.isOf(sought));
    this.#latest(sought)?.stop();
    const search = known ?? new Search(sought, this.engine, () => this.#tell());
    this.#searches.delete(search);
    this.#searches.add(search);
    for (const oldest of [...this.#searches].slice(0, -mostKept)) this.#forget(oldest);
    void search.start();
  }

  stop(of: Pick<Sought, "model" | "layer">): void {
    this.#latest(of)?.stop();
  }

  /** What was found with a model no longer holds. */
  outdate(model: string): void {
    for (const search of this.#searches) if (search.sought.model === model) search.outdate();
  }

  /** A photo of the latest search, by its number. */
  photo(of: Pick<Sought, "model" | "layer">, number: number): string | undefined {
    return this.#latest(of)?.images[number];
  }

  /** What is known of a channel, now and whenever there is more. Ends when `signal` does. */
  async *watch(of: Pick<Sought, "model"> & OfChannel, signal: AbortSignal): AsyncGenerator<ChannelExamples, void> {
    let wake = (): void => undefined;
    let isNew = true;
    const hear = () => {
      isNew = true;
      wake();
    };
    this.#listeners.add(hear);
    signal.addEventListener("abort", hear);
    try {
      void this.#latest(of)?.look(this.trusted);
      while (!signal.aborted) {
        if (!isNew) await new Promise<void>((resolve) => (wake = resolve));
        isNew = false;
        if (signal.aborted) return;
        yield (await this.#latest(of)?.shown(of.channel)) ?? nothing;
      }
    } finally {
      this.#listeners.delete(hear);
      signal.removeEventListener("abort", hear);
    }
  }

  dispose(): void {
    for (const search of this.#searches) search.stop();
  }

  #latest({ model, layer }: Pick<Sought, "model" | "layer">): Search | undefined {
    return [...this.#searches].findLast(({ sought }) => sought.model === model && sought.layer === layer);
  }

  #forget(search: Search): void {
    search.stop();
    this.#searches.delete(search);
  }

  #tell(): void {
    for (const hear of this.#listeners) hear();
  }
}

const nothing: ChannelExamples = {
  phase: "none",
  folder: undefined,
  done: 0,
  total: 0,
  images: 0,
  refused: [],
  most: [],
  least: [],
  failure: undefined,
};

/** One layer over one folder. */
class Search {
  #phase: ChannelExamples["phase"] = "none";
  #progress: Pick<Progress, "done" | "total"> = { done: 0, total: 0 };
  #report: ExamplesReport | undefined;
  #failure: string | undefined;
  #folder: PhotoFolder = { images: [], state: "" };
  #looked = 0;
  #control = new AbortController();
  readonly #patches = new Map<string, Promise<Photo | undefined>>();

  constructor(
    readonly sought: Sought,
    private readonly engine: SearchEngine,
    private readonly changed: () => void,
  ) {}

  get images(): readonly string[] {
    return this.#folder.images;
  }

  isOf(other: Sought): boolean {
    return keyOf(this.sought) === keyOf(other);
  }

  async start(): Promise<void> {
    if (this.#phase === "running") return;
    const wasFound = this.#phase === "found";
    const { signal } = (this.#control = new AbortController());
    this.#set("running");
    try {
      const folder = await this.engine.client.photoFolder({ folder: this.sought.folder }, signal);
      this.#looked = performance.now();
      if (signal.aborted) return;
      if (!wasFound || folder.state !== this.#folder.state) await this.#run(folder, signal);
      if (!signal.aborted) this.#set("found");
    } catch (error) {
      if (signal.aborted) return;
      const { name, message } = failureOf(error);
      this.#failure = message;
      this.#set(name === "Canceled" ? "stopped" : "failed");
    }
  }

  async #run(folder: PhotoFolder, signal: AbortSignal): Promise<void> {
    const { model, layer, preparation } = this.sought;
    const { images } = folder;
    this.#folder = folder;
    [this.#report, this.#failure, this.#progress] = [undefined, undefined, { done: 0, total: images.length }];
    this.#patches.clear();
    // Turn by turn: what else is asked of the engine meanwhile does not wait for all the photos.
    let before: ExamplesReport | undefined;
    while (!before || before.next < images.length) {
      const asked = { model, layer, images, turn, ...(preparation && { preparation }), ...(before && { before }) };
      for await (const update of this.engine.run(asked, signal)) {
        if (signal.aborted) return;
        if (update.kind === "progress") this.#progress = update;
        else this.#report = before = update;
        this.changed();
      }
    }
  }

  stop(): void {
    if (this.#phase !== "running") return;
    this.#control.abort();
    this.#set("stopped");
  }

  outdate(): void {
    this.stop();
    if (this.#report) this.#set("outdated");
  }

  /** Finds out whether the folder is still as it was. */
  async look(trusted: number): Promise<void> {
    if (this.#phase !== "found" || performance.now() - this.#looked < trusted) return;
    this.#looked = performance.now();
    const { state } = await this.engine.client
      .photoFolder({ folder: this.sought.folder })
      .catch(() => ({ state: "gone" }));
    if (state !== this.#folder.state && this.#phase === "found") this.#set("outdated");
  }

  async shown(channel: number): Promise<ChannelExamples> {
    const report = this.#report;
    // As all of it is now: patches take their time.
    const now = {
      phase: this.#phase,
      folder: basename(this.sought.folder),
      done: this.#progress.done,
      total: this.#progress.total,
      images: report?.images ?? 0,
      refused: report?.refused ?? [],
      failure: this.#phase === "failed" ? this.#failure : undefined,
    };
    const of = (extremes: Extremes | undefined) =>
      report && extremes ? this.#examplesOf(report, extremes, channel) : [];
    const [most, least] = await Promise.all([of(report?.most), of(report?.least)]);
    return { ...now, most, least };
  }

  async #examplesOf(
    { channels, count }: ExamplesReport,
    extremes: Extremes,
    channel: number,
  ): Promise<readonly Example[]> {
    if (channel >= channels) return [];
    const { images } = this.#folder;
    const places = Array.from({ length: count }, (_, i) => channel * count + i);
    const found = places.map(async (at) => {
      const photo = extremes.photos[at] ?? -1;
      const image = images[photo];
      if (image === undefined) return undefined;
      const place = [extremes.rows[at] ?? 0, extremes.columns[at] ?? 0] as const;
      const patch = await this.#patch(image, place);
      const within = relative(this.sought.folder, image);
      return { photo, name: basename(image), within, place, value: extremes.values[at] ?? NaN, patch };
    });
    return (await Promise.all(found)).filter((example) => example !== undefined);
  }

  /** Undefined where it cannot be had: the photo may be gone by now. */
  #patch(image: string, place: Example["place"]): Promise<Photo | undefined> {
    const { model, layer, preparation } = this.sought;
    const asked = { model, layer, image, place, ...(preparation && { preparation }) };
    const key = JSON.stringify([image, place]);
    const known = this.#patches.get(key);
    const patch =
      known ??
      this.engine.client.patch(asked).then(
        ({ patch }) => patch,
        () => {
          this.#patches.delete(key); // who asks again may be luckier
          return undefined;
        },
      );
    this.#patches.delete(key);
    this.#patches.set(key, patch);
    for (const oldest of [...this.#patches.keys()].slice(0, -mostPatches)) this.#patches.delete(oldest);
    return patch;
  }

  #set(phase: ChannelExamples["phase"]): void {
    this.#phase = phase;
    this.changed();
  }
}

const keyOf = ({ model, layer, folder, preparation }: Sought): string =>
  JSON.stringify([model, layer, folder, preparation]);
