import { basename, relative } from "node:path";
import type {
  ChannelExamples,
  Example,
  examples,
  ExamplesReport,
  ExamplesRequest,
  Extremes,
  PhotoFolder,
} from "../shared/examples.ts";
import type { Photo, Subject } from "../shared/protocol.ts";
import { failureOf, type Client } from "../shared/rpc.ts";
import type { Progress } from "../shared/updates.ts";
import type { FaultName } from "../supervisor/types.ts";
import type { ExampleStore, KeptSearch, RecalledSearch } from "./example-store.ts";

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

const mostPatches = 200;
/** Milliseconds after which other jobs of the engine come in between. */
const turn = 2000;

/** Failures of the engine's process: they say nothing of the folder or the model. */
const ofEngine: ReadonlySet<string> = new Set<FaultName | "Disconnected">([
  "EngineCrashed",
  "OutOfMemory",
  "DeadlineExceeded",
  "EngineNotStarted",
  "EngineRestarted",
  "EngineDown",
  "Disconnected",
]);

/** What a place saw of a photo; "unread" where that could not be had. */
type Patch = Photo | "unread" | undefined;

/** One layer over one folder. */
export class ExampleSearch {
  #phase: ChannelExamples["phase"] = "none";
  /** While the folder is listed: what it was until then. */
  #before: ChannelExamples["phase"] | undefined;
  #progress: Pick<Progress, "done" | "total"> = { done: 0, total: 0 };
  #report: ExamplesReport | undefined;
  #failure: string | undefined;
  #folder: PhotoFolder = { images: [], state: "" };
  #looked = 0;
  #control = new AbortController();
  /** The model's when the photos began to be looked through. */
  #state: Promise<string | undefined> = Promise.resolve(undefined);
  readonly #patches = new Map<string, Promise<Patch>>();

  constructor(
    readonly sought: Sought,
    private readonly engine: SearchEngine,
    private readonly changed: () => void,
    private readonly store?: ExampleStore,
  ) {}

  /** One of an earlier window, as it was left. */
  static recalled(
    { sought, phase, folder, report, state, outdated }: RecalledSearch,
    engine: SearchEngine,
    changed: () => void,
    store: ExampleStore,
  ): ExampleSearch {
    const search = new ExampleSearch(sought, engine, changed, store);
    search.#phase = outdated ? "outdated" : phase === "running" ? "interrupted" : phase;
    search.#folder = folder;
    search.#report = report;
    search.#state = Promise.resolve(state);
    search.#progress = { done: report?.next ?? 0, total: folder.images.length };
    search.#looked = -Infinity;
    return search;
  }

  /** It was left before it was over, or no longer holds: who looks again means its folder. */
  get isUnfinished(): boolean {
    return unfinished.has(this.#phase);
  }

  get images(): readonly string[] {
    return this.#folder.images;
  }

  isOf(other: Sought): boolean {
    return keyOf(this.sought) === keyOf(other);
  }

  async start(): Promise<void> {
    if (this.#phase === "running") return;
    const before = (this.#before = this.#phase);
    const { signal } = (this.#control = new AbortController());
    this.#phase = "running";
    this.changed();
    try {
      const folder = await this.engine.client.photoFolder({ folder: this.sought.folder }, signal);
      this.#looked = performance.now();
      const isSame = folder.state === this.#folder.state && (await this.#isOfSameModel());
      if (signal.aborted) return;
      this.#before = undefined;
      if (before !== "found" || !isSame)
        await this.#run(folder, signal, before !== "outdated" && isSame ? this.#report : undefined);
      if (!signal.aborted) this.#set("found");
    } catch (error) {
      if (signal.aborted) return;
      const { name, message } = failureOf(error);
      this.#failure = message;
      const phase = name === "Canceled" ? "stopped" : "failed";
      this.#set(phase);
      // What the engine's process died of may pass: then it can be gone on with.
      if (phase === "failed" && !ofEngine.has(name)) void this.store?.forget(this.sought);
    }
  }

  /** Unknown of a model that cannot be found again, whose changes are told to `outdate` alone. */
  async #isOfSameModel(): Promise<boolean> {
    return (await this.#state) === (await this.store?.stateOf(this.sought.model));
  }

  /** `before`: what is known of the very same photos. */
  async #run(folder: PhotoFolder, signal: AbortSignal, before?: ExamplesReport): Promise<void> {
    const { model, layer, preparation } = this.sought;
    const { images } = folder;
    this.#folder = folder;
    const done = before?.next ?? 0;
    [this.#report, this.#failure, this.#progress] = [before, undefined, { done, total: images.length }];
    if (!before) {
      this.#patches.clear();
      this.#state = this.store?.stateOf(model) ?? Promise.resolve(undefined);
    }
    this.#keep();
    this.changed(); // the numbers of what was found before are those of other photos now
    // Turn by turn: what else is asked of the engine meanwhile does not wait for all the photos.
    while (!before || before.next < images.length) {
      const asked = { model, layer, images, turn, ...(preparation && { preparation }), ...(before && { before }) };
      for await (const update of this.engine.run(asked, signal)) {
        if (signal.aborted) return;
        if (update.kind === "progress") this.#progress = update;
        else this.#report = before = update;
        this.changed();
      }
      if (!signal.aborted) this.#keep();
    }
  }

  stop(): void {
    if (this.#phase !== "running") return;
    this.#control.abort();
    const before = this.#before;
    this.#set(before === "found" || before === "outdated" ? before : "stopped"); // what was known still holds, or still does not
  }

  /** The window is closed: what runs can be gone on with in the next. */
  leave(): void {
    this.#control.abort();
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
      ...(report && this.#folder.madeHere && { madeHere: this.#folder.madeHere }),
      ...(report?.prepared && { prepared: report.prepared }),
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
      const found = { photo, name: basename(image), within, place, value: extremes.values[at] ?? NaN };
      return patch === "unread" ? { ...found, patch: undefined, unread: true } : { ...found, patch };
    });
    return (await Promise.all(found)).filter((example) => example !== undefined);
  }

  /** The photo may be gone by now. */
  #patch(image: string, place: Example["place"]): Promise<Patch> {
    const { model, layer, preparation } = this.sought;
    const asked = { model, layer, image, place, ...(preparation && { preparation }) };
    const key = JSON.stringify([image, place]);
    const known = this.#patches.get(key);
    const patch: Promise<Patch> =
      known ??
      this.engine.client.patch(asked).then(
        ({ patch }) => patch,
        () => {
          this.#patches.delete(key); // who asks again may be luckier
          return "unread";
        },
      );
    this.#patches.delete(key);
    this.#patches.set(key, patch);
    for (const oldest of [...this.#patches.keys()].slice(0, -mostPatches)) this.#patches.delete(oldest);
    return patch;
  }

  #keep(): void {
    const [phase, folder, report] = [this.#phase, this.#folder, this.#report];
    if (!isKept(phase) || !folder.images.length) return;
    void this.store?.keep({ sought: this.sought, phase, folder, report }, this.#state);
  }

  #set(phase: ChannelExamples["phase"]): void {
    this.#phase = phase;
    this.#keep();
    this.changed();
  }
}

const unfinished: ReadonlySet<ChannelExamples["phase"]> = new Set([
  "stopped",
  "interrupted",
  "failed",
  "outdated",
] as const);

const isKept = (phase: ChannelExamples["phase"]): phase is KeptSearch["phase"] =>
  phase === "running" || phase === "stopped" || phase === "found";

const keyOf = ({ model, layer, folder, preparation }: Sought): string =>
  JSON.stringify([model, layer, folder, preparation]);
