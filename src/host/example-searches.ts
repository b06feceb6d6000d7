import { noExamples, type ChannelExamples, type OfChannel } from "../shared/examples.ts";
import { ExampleSearch, type SearchEngine, type Sought } from "./example-search.ts";

/** Searches that are kept: a person goes back and forth between a few layers. */
const mostKept = 12;

/** What fires the channels of a layer: looked for once over a folder, for all channels and whoever asks. */
export class ExampleSearches {
  /** In order of use, the oldest first; of each layer the latest is the one that is shown. */
  readonly #searches = new Set<ExampleSearch>();
  readonly #listeners = new Set<() => void>();

  /** `trusted`: milliseconds for which a folder that was just listed is taken to be the same. */
  constructor(
    private readonly engine: SearchEngine,
    private readonly trusted = 5000,
  ) {}

  /** What was found in the same state of the folder before is there at once. */
  start(sought: Sought): void {
    const known = [...this.#searches].find((search) => search.isOf(sought));
    const latest = this.#latest(sought);
    if (latest !== known) latest?.stop(); // what is running goes on
    const search = known ?? new ExampleSearch(sought, this.engine, () => this.#tell());
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
        yield (await this.#latest(of)?.shown(of.channel)) ?? noExamples;
      }
    } finally {
      this.#listeners.delete(hear);
      signal.removeEventListener("abort", hear);
    }
  }

  dispose(): void {
    for (const search of this.#searches) search.stop();
  }

  #latest({ model, layer }: Pick<Sought, "model" | "layer">): ExampleSearch | undefined {
    return [...this.#searches].findLast(({ sought }) => sought.model === model && sought.layer === layer);
  }

  #forget(search: ExampleSearch): void {
    search.stop();
    this.#searches.delete(search);
  }

  #tell(): void {
    for (const hear of this.#listeners) hear();
  }
}
