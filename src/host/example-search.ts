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

/** What a place saw of a photo; "unread" where that could not be had. */
type Patch = Photo | "unread" | undefined;

/** One layer over one folder. */
export class ExampleSearch {
  #phase: ChannelExamples["phase"] = "none";
  #progress: Pick<Progress, "done" | "total"> = { done: 0, total: 0 };
  #report: ExamplesReport | undefined;
  #failure: string | undefined;
  #folder: PhotoFolder = { images: [], state: "" };
  #looked = 0;
  #control = new AbortController();
  readonly #patches = new Map<string, Promise<Patch>>();

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
    this.changed(); // the numbers of what was found before are those of other photos now
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

  #set(phase: ChannelExamples["phase"]): void {
    this.#phase = phase;
    this.changed();
  }
}

const keyOf = ({ model, layer, folder, preparation }: Sought): string =>
  JSON.stringify([model, layer, folder, preparation]);
