import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

/** What nobody asked for since then is dropped. */
const oldest = 90 * 24 * 3600e3;

/** Values that outlive the window, each in a file of its own under a key. */
export class KeptFiles {
  constructor(
    private readonly folder: string,
    /** The longest unasked are dropped beyond so many. */
    private readonly most = Infinity,
  ) {}

  /** Whole or not at all; fails as the disk does. */
  async write(key: string, value: unknown): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const file = this.#file(key);
    const written = `${file}.${process.pid}.new`; // another window may write the same
    await writeFile(written, serialize(value));
    await rename(written, file);
    await this.#sweep();
  }

  /** Undefined where there is none that can be read. Whoever wrote it says whether it still is what he means. */
  async read(key: string): Promise<unknown> {
    const file = this.#file(key);
    try {
      const value: unknown = deserialize(await readFile(file));
      const now = new Date();
      await utimes(file, now, now).catch(() => undefined); // it was read all the same
      return value;
    } catch {
      return undefined;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.#file(key), { force: true });
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
      if (i >= this.most || Date.now() - when > oldest) await rm(path, { force: true });
  }

  #file(key: string): string {
    return join(this.folder, createHash("sha256").update(key).digest("hex").slice(0, 32));
  }
}
