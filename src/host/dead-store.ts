import type { CountedDead } from "../shared/model-panel.ts";
import { KeptFiles } from "./kept-files.ts";

export interface KeptCount {
  readonly counted: CountedDead;
  /** The model's file is another one than it was, or photos are prepared in another way. */
  readonly outdated: boolean;
}

/** Another version reads nothing of it. */
const version = 2;

/** Tells one state of a model from another; undefined where it cannot be found again. */
export type StateOf = (model: string) => Promise<string | undefined>;

/** The last table of dead channels over a folder, of each model: what took minutes outlives the window. */
export class DeadStore {
  readonly #files: KeptFiles;

  constructor(
    folder: string,
    private readonly stateOf: StateOf,
  ) {
    this.#files = new KeptFiles(folder);
  }

  /** Never fails: what cannot be kept is counted again. `state`: the model's when the count began. */
  async keep(model: string, state: string | undefined, counted: CountedDead): Promise<void> {
    try {
      // Counted in part with one model and in part with another, it is a table of neither.
      if (state === undefined || state !== (await this.stateOf(model))) return;
      await this.#files.write(model, { version, model, state, counted } satisfies Written);
    } catch {
      // A full disk is no reason to lose what is on the screen.
    }
  }

  async read(model: string): Promise<KeptCount | undefined> {
    try {
      const kept = (await this.#files.read(model)) as Partial<Written>; // our own file, or this throws
      if (kept.version !== version || kept.model !== model || !kept.counted) return undefined;
      return { counted: kept.counted, outdated: kept.state !== (await this.stateOf(model)) };
    } catch {
      return undefined; // there is none
    }
  }
}

interface Written {
  readonly version: number;
  readonly model: string;
  readonly state: string;
  readonly counted: CountedDead;
}
