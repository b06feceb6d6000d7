import type { DeadReport } from "../shared/dead.ts";
import { firstOf } from "../shared/first-of.ts";
import type { CountedDead } from "../shared/model-panel.ts";
import { Canceled } from "../shared/rpc.ts";
import type { Progress } from "../shared/updates.ts";
import { DeadStore, type KeptCount, type StateOf } from "./dead-store.ts";
import { Refused } from "./requests.ts";

export type CountUpdate = Progress | CountedDead;

/** A folder's path, or a photo's name. */
type CountedOver = { readonly folder: string } | { readonly photo: string };

/** What the engine counts, as tables over those photos. Where none of them can be read there is no table: why not is told instead. */
export async function* tablesOver(
  over: CountedOver,
  updates: AsyncIterable<Progress | DeadReport>,
): AsyncGenerator<CountUpdate, void> {
  let unread: DeadReport["refused"] = [];
  for await (const found of updates)
    if (found.kind === "progress") yield found;
    else if (found.images > 0) {
      unread = [];
      yield { folder: undefined, photo: undefined, ...over, when: Date.now(), ...found };
    } else unread = found.refused;
  if (unread.length) throw new Refused(noneRead(over, unread));
}

/** Photos that are named one by one. */
const mostNamed = 3;

function noneRead(over: CountedOver, unread: DeadReport["refused"]): string {
  const reasons = firstOf(
    unread.map(({ why }) => why), // each begins with its photo's path
    mostNamed,
  );
  return "photo" in over
    ? `${reasons}. Choose another photo.`
    : `None of the photos in ${over.folder} can be read: ${reasons}. Mend them, or choose another folder.`;
}

/** A count over a folder. It goes on whoever listens, until it has come to its end or is cancelled. */
export class FolderCount {
  readonly #cancel = new AbortController();
  readonly #done: Promise<CountedDead | undefined>;
  #progress: Progress | undefined;
  #report: CountedDead | undefined;
  readonly #wake = new Set<() => void>();
  #over = false;
  #heard = 0;
  #failedUnheard = false;

  constructor(
    readonly folder: string,
    updates: (signal: AbortSignal) => AsyncIterable<CountUpdate>,
  ) {
    this.#done = this.#run(updates(this.#cancel.signal));
    this.#done.catch(() => undefined); // told to those who listen
  }

  /** What was counted, all of it: undefined when it was cancelled. Who waits for it hears of a failure. */
  async whole(): Promise<CountedDead | undefined> {
    this.#heard++;
    return this.#done;
  }

  /** The same for who tells nobody. */
  get done(): Promise<CountedDead | undefined> {
    return this.#done;
  }

  /** It broke off, and nobody listened who would tell the person. */
  get failedUnheard(): boolean {
    return this.#failedUnheard;
  }

  cancel(): void {
    this.#cancel.abort();
    this.#tell();
  }

  get cancelled(): boolean {
    return this.#cancel.signal.aborted;
  }

  /** Where it stands, and every step from here on; ends with it, or fails with it, as with having been cancelled. Steps that were missed are left out. */
  async *listen(signal: AbortSignal): AsyncGenerator<CountUpdate, void> {
    this.#heard++;
    try {
      yield* this.steps(signal);
    } finally {
      this.#heard--;
    }
  }

  /** The same for who tells nobody of a failure. */
  async *steps(signal: AbortSignal): AsyncGenerator<CountUpdate, void> {
    let [progress, report]: [Progress?, CountedDead?] = [];
    const wake = () => this.#tell();
    signal.addEventListener("abort", wake);
    try {
      for (;;) {
        if (signal.aborted) return;
        if (this.#report && this.#report !== report) yield (report = this.#report);
        if (this.#progress && this.#progress !== progress) yield (progress = this.#progress);
        if (this.#cancel.signal.aborted) break;
        if (this.#report !== report || this.#progress !== progress) continue; // it came while those were looked at
        if (this.#over) break;
        await new Promise<void>((resolve) => this.#wake.add(resolve));
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
    if (this.#cancel.signal.aborted) throw new Canceled();
    await this.#done;
  }

  async #run(updates: AsyncIterable<CountUpdate>): Promise<CountedDead | undefined> {
    try {
      for await (const update of updates) {
        if (update.kind === "report") this.#report = update;
        else this.#progress = update;
        this.#tell();
      }
      return this.#cancel.signal.aborted ? undefined : this.#report;
    } catch (error) {
      if (this.#cancel.signal.aborted) return undefined;
      this.#failedUnheard = this.#heard === 0;
      throw error;
    } finally {
      this.#over = true;
      this.#tell();
    }
  }

  #tell(): void {
    const waiting = [...this.#wake];
    this.#wake.clear();
    for (const wake of waiting) wake();
  }
}

/** The tables of dead channels: those over folders, running or kept, and the last one over a photo. One of each for a model. */
export class DeadCounts {
  readonly #running = new Map<string, FolderCount>();
  readonly #onPhoto = new Map<string, CountedDead>();
  readonly #onFolder = new Map<string, CountedDead>();
  readonly #store: DeadStore;

  constructor(
    folder: string,
    private readonly stateOf: StateOf,
  ) {
    this.#store = new DeadStore(folder, stateOf);
  }

  /** Not one that was cancelled, though its last step may take a while yet. */
  running(model: string): FolderCount | undefined {
    const count = this.#running.get(model);
    return count?.cancelled ? undefined : count;
  }

  /** In place of the one that runs already. */
  start(model: string, folder: string, updates: (signal: AbortSignal) => AsyncIterable<CountUpdate>): FolderCount {
    this.cancel(model);
    const before = this.stateOf(model);
    const finish = async (counted: CountedDead) => {
      this.#learnOnFolder(model, counted);
      await this.#store.keep(model, await before, counted);
    };
    const count: FolderCount = new FolderCount(folder, async function* (signal) {
      let latest: CountedDead | undefined;
      for await (const update of updates(signal)) {
        if (update.kind === "report") latest = update;
        yield update;
      }
      // What was broken off is no table of the folder.
      if (latest && !signal.aborted) await finish(latest);
    });
    this.#running.set(model, count);
    const leave = () => void (this.#running.get(model) === count && this.#running.delete(model));
    void count.done.then(leave, leave);
    return count;
  }

  cancel(model: string): void {
    this.#running.get(model)?.cancel();
    this.#running.delete(model);
  }

  async kept(model: string): Promise<KeptCount | undefined> {
    const kept = await this.#store.read(model);
    if (kept) this.#learnOnFolder(model, kept.counted);
    return kept;
  }

  learnOnPhoto(model: string, counted: CountedDead): void {
    this.#onPhoto.set(model, counted);
  }

  /** The last one over a photo in this window. */
  onPhoto(model: string): CountedDead | undefined {
    return this.#onPhoto.get(model);
  }

  /** The last whole one over a folder, whether it could be kept or not. */
  async onFolder(model: string): Promise<CountedDead | undefined> {
    return this.#onFolder.get(model) ?? (await this.kept(model))?.counted;
  }

  #learnOnFolder(model: string, counted: CountedDead): void {
    const known = this.#onFolder.get(model);
    if (!known || known.when <= counted.when) this.#onFolder.set(model, counted);
  }
}
