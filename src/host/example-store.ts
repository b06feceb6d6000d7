import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { ChannelExamples, ExamplesReport, PhotoFolder } from "../shared/examples.ts";
import type { StateOf } from "./dead-store.ts";
import type { Sought } from "./example-search.ts";

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
/** Searches that nobody asked for since then are dropped. */
const oldest = 90 * 24 * 3600e3;
const mostKept = 100;

/** The last search for what fires a layer's channels, of each layer: what took minutes outlives the window. */
export class ExampleStore {
  /** One after the other, so that the last that was said is what stands. */
  #writing = Promise.resolve();

  constructor(
    private readonly folder: string,
    readonly stateOf: StateOf,
  ) {}

  /** Never fails: what cannot be kept is looked for again. `began`: the model's state when the search began. */
  keep(search: KeptSearch, began: Promise<string | undefined>): Promise<void> {
    return this.#next(async () => {
      const state = await began;
      // Looked through in part with one model and in part with another, it says nothing of either.
      if (state === undefined || state !== (await this.stateOf(search.sought.model))) return;
      await mkdir(this.folder, { recursive: true });
      const file = this.#file(search.sought);
      const written: Written = { version, state, search };
      await writeFile(`${file}.new`, serialize(written));
      await rename(`${file}.new`, file);
      await this.#sweep();
    });
  }

  forget(of: OfLayer): Promise<void> {
    return this.#next(() => rm(this.#file(of), { force: true }));
  }

  async read(of: OfLayer): Promise<RecalledSearch | undefined> {
    await this.#writing;
    const file = this.#file(of);
    try {
      const { version: own, state, search } = deserialize(await readFile(file)) as Partial<Written>; // our own file, or it throws
      if (own !== version || search?.sought.model !== of.model || search.sought.layer !== of.layer) return undefined;
      if (state === undefined) return undefined;
      await touch(file);
      return { ...search, state, outdated: state !== (await this.stateOf(of.model)) };
    } catch {
      return undefined; // there is none
    }
  }

  #next(action: () => Promise<void>): Promise<void> {
    // A full disk is no reason to lose what is on the screen.
    return (this.#writing = this.#writing.then(action).catch(() => undefined));
  }

  async #sweep(): Promise<void> {
    const files = await Promise.all(
      (await readdir(this.folder)).map(async (name) => {
        const path = join(this.folder, name);
        return { path, when: (await stat(path)).mtimeMs };
      }),
    );
    files.sort((a, b) => b.when - a.when);
    for (const [i, { path, when }] of files.entries())
      if (i >= mostKept || Date.now() - when > oldest) await rm(path, { force: true });
  }

  #file({ model, layer }: OfLayer): string {
    const name = createHash("sha256").update(JSON.stringify([model, layer]));
    return join(this.folder, name.digest("hex").slice(0, 32));
  }
}

/** Says that it was asked for, which is what the oldest are dropped by. */
async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined); // it was read all the same
}

interface Written {
  readonly version: number;
  readonly state: string;
  readonly search: KeptSearch;
}
