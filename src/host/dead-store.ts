import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { CountedDead } from "../shared/model-panel.ts";

export interface KeptCount {
  readonly counted: CountedDead;
  /** The model's file is another one than it was, or photos are prepared in another way. */
  readonly outdated: boolean;
}

/** Another version reads nothing of it. */
const version = 2;
/** Tables that nobody asked for since then are dropped. */
const oldest = 90 * 24 * 3600e3;

/** Tells one state of a model from another; undefined where it cannot be found again. */
export type StateOf = (model: string) => Promise<string | undefined>;

/** The last table of dead channels over a folder, of each model: what took minutes outlives the window. */
export class DeadStore {
  constructor(
    private readonly folder: string,
    private readonly stateOf: StateOf,
  ) {}

  /** Never fails: what cannot be kept is counted again. `state`: the model's when the count began. */
  async keep(model: string, state: string | undefined, counted: CountedDead): Promise<void> {
    try {
      // Counted in part with one model and in part with another, it is a table of neither.
      if (state === undefined || state !== (await this.stateOf(model))) return;
      await mkdir(this.folder, { recursive: true });
      await this.#sweep();
      const file = this.#file(model);
      await writeFile(`${file}.new`, serialize({ version, model, state, counted }));
      await rename(`${file}.new`, file);
    } catch {
      // A full disk is no reason to lose what is on the screen.
    }
  }

  async read(model: string): Promise<KeptCount | undefined> {
    try {
      const kept = deserialize(await readFile(this.#file(model))) as Partial<Written>; // our own file, or it throws
      if (kept.version !== version || kept.model !== model || !kept.counted) return undefined;
      return { counted: kept.counted, outdated: kept.state !== (await this.stateOf(model)) };
    } catch {
      return undefined; // there is none
    }
  }

  async #sweep(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      if (Date.now() - (await stat(path)).mtimeMs > oldest) await rm(path, { force: true });
    }
  }

  #file(model: string): string {
    return join(this.folder, createHash("sha256").update(model).digest("hex").slice(0, 32));
  }
}

interface Written {
  readonly version: number;
  readonly model: string;
  readonly state: string;
  readonly counted: CountedDead;
}
