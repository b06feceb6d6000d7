import type { ChannelExamples, ExamplesReport, PhotoFolder } from "../shared/examples.ts";
import type { StateOf } from "./dead-store.ts";
import type { Sought } from "./example-search.ts";
import { KeptFiles } from "./kept-files.ts";

/** A search as it is kept: "running" is one that the window's end broke off. */
export interface KeptSearch {
  readonly sought: Sought;
  readonly phase: Extract<ChannelExamples["phase"], "running" | "stopped" | "found">;
  readonly folder: PhotoFolder;
  readonly report: ExamplesReport | undefined;
}

export type RecalledSearch = KeptSearch & {
  /** The model's when the search began. */
  readonly state: string;
  /** The model's file is another one than it was, or photos are prepared in another way. */
  readonly outdated: boolean;
};

type OfLayer = Pick<Sought, "model" | "layer">;

/** Another version reads nothing of it. */
const version = 1;
const mostKept = 100;

/** The last search for what fires a layer's channels, of each layer: what took minutes outlives the window. */
export class ExampleStore {
  /** One after the other, so that the last that was said is what stands. */
  #writing = Promise.resolve();
  readonly #files: KeptFiles;

  constructor(
    folder: string,
    readonly stateOf: StateOf,
  ) {
    this.#files = new KeptFiles(folder, mostKept);
  }

  /** Never fails: what cannot be kept is looked for again. `began`: the model's state when the search began. */
  keep(search: KeptSearch, began: Promise<string | undefined>): Promise<void> {
    return this.#next(async () => {
      const state = await began;
      // Looked through in part with one model and in part with another, it says nothing of either.
      if (state === undefined || state !== (await this.stateOf(search.sought.model))) return;
      await this.#files.write(keyOf(search.sought), { version, state, search } satisfies Written);
    });
  }

  forget(of: OfLayer): Promise<void> {
    return this.#next(() => this.#files.remove(keyOf(of)));
  }

  async read(of: OfLayer): Promise<RecalledSearch | undefined> {
    await this.#writing;
    try {
      const kept = (await this.#files.read(keyOf(of))) as Partial<Written>; // our own file, or this throws
      const { version: own, state, search } = kept;
      if (own !== version || search?.sought.model !== of.model || search.sought.layer !== of.layer) return undefined;
      if (state === undefined) return undefined;
      return { ...search, state, outdated: state !== (await this.stateOf(of.model)) };
    } catch {
      return undefined; // there is none
    }
  }

  #next(action: () => Promise<void>): Promise<void> {
    // A full disk is no reason to lose what is on the screen.
    return (this.#writing = this.#writing.then(action).catch(() => undefined));
  }
}

const keyOf = ({ model, layer }: OfLayer): string => JSON.stringify([model, layer]);

interface Written {
  readonly version: number;
  readonly state: string;
  readonly search: KeptSearch;
}
