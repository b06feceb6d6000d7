import { noExamples, type ChannelExamples, type OfChannel } from "../shared/examples.ts";
import type { ExampleStore } from "./example-store.ts";
import { ExampleSearch, type SearchEngine, type Sought } from "./example-search.ts";
import { Latest } from "./latest.ts";

type OfLayer = Pick<Sought, "model" | "layer">;

const layerKey = ({ model, layer }: OfLayer): string => JSON.stringify([model, layer]);

/** Searches that are kept: a person goes back and forth between a few layers. */
const mostKept = 12;

/** What fires the channels of a layer: looked for once over a folder, for all channels and whoever asks. */
export class ExampleSearches {
  /** In order of use, the oldest first; of each layer the latest is the one that is shown. */
  readonly #searches = new Set<ExampleSearch>();
  readonly #changes = new Latest(undefined);
  /** What was asked of the store already, by layer. */
  readonly #recalled = new Map<string, Promise<void>>();

  /** `trusted`: milliseconds for which a folder that was just listed is taken to be the same. `store`: where searches outlive the window. */
  constructor(
    private readonly engine: SearchEngine,
    private readonly trusted = 5000,
    private readonly store?: ExampleStore,
  ) {}

  /** Brings back what an earlier window found for the layer, or was about to find. */
  async recall({ model, layer }: OfLayer): Promise<void> {
    const { store } = this;
    if (!store || this.#latest({ model, layer })) return;
    const key = layerKey({ model, layer });
    const asked = this.#recalled.get(key) ?? this.#recall({ model, layer }, store);
    this.#recalled.set(key, asked);
    await asked;
  }

  async #recall(of: OfLayer, store: ExampleStore): Promise<void> {
    const kept = await store.read(of);
    if (!kept || this.#latest(of)) return;
    this.#add(ExampleSearch.recalled(kept, this.engine, () => this.#tell(), store));
    this.#tell();
  }

  /** The folder of a search that was left before it was over, or that no longer holds. */
  unfinished(of: OfLayer): string | undefined {
    const latest = this.#latest(of);
    return latest?.isUnfinished ? latest.sought.folder : undefined;
  }

  /** What was found in the same state of the folder before is there at once. */
  start(sought: Sought): void {
    const known = [...this.#searches].find((search) => search.isOf(sought));
    const latest = this.#latest(sought);
    if (latest !== known) latest?.stop(); // what is running goes on
    const search = known ?? new ExampleSearch(sought, this.engine, () => this.#tell(), this.store);
    this.#add(search);
    void search.start();
  }

  #add(search: ExampleSearch): void {
    this.#searches.delete(search);
    this.#searches.add(search);
    for (const oldest of [...this.#searches].slice(0, -mostKept)) this.#forget(oldest);
  }

  stop(of: OfLayer): void {
    this.#latest(of)?.stop();
  }

  /** What was found with a model no longer holds. */
  outdate(model: string): void {
    for (const search of this.#searches) if (search.sought.model === model) search.outdate();
  }

  /** A photo of the latest search, by its number. */
  photo(of: OfLayer, number: number): string | undefined {
    return this.#latest(of)?.images[number];
  }

  /** What is known of a channel, now and whenever there is more. Ends when `signal` does. */
  async *watch(of: Pick<Sought, "model"> & OfChannel, signal: AbortSignal): AsyncGenerator<ChannelExamples, void> {
    await this.recall(of);
    void this.#latest(of)?.look(this.trusted);
    for await (const _ of this.#changes.listen(signal)) yield (await this.#latest(of)?.shown(of.channel)) ?? noExamples;
  }

  dispose(): void {
    for (const search of this.#searches) search.leave();
  }

  #latest({ model, layer }: OfLayer): ExampleSearch | undefined {
    return [...this.#searches].findLast(({ sought }) => sought.model === model && sought.layer === layer);
  }

  #forget(search: ExampleSearch): void {
    search.stop();
    this.#searches.delete(search);
    this.#recalled.delete(layerKey(search.sought));
  }

  #tell(): void {
    this.#changes.set(undefined);
  }
}
