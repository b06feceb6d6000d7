import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { DreamSettings } from "../shared/dream-panel.ts";
import type { Frame, Recipe } from "../shared/synthesis.ts";
import { asPicture, bytesOf, withoutState } from "./dream-film.ts";

/** What a window that ends leaves behind of a dream. */
export interface Left {
  /** What the frame was made with. */
  readonly settings: DreamSettings;
  /** What was chosen last: it may go on with that. The same where it is left out. */
  readonly chosen?: DreamSettings;
  readonly frame: Frame;
  /** What the frame was made with. */
  readonly recipe?: Recipe;
  /** Nothing was left to do. */
  readonly isFinished?: boolean;
}

/** Another version reads nothing of it. */
const version = 1;
/** Milliseconds between two times that a growing picture is written. */
const between = 2000;
/** Of the time, writing takes at most this part: large pictures are written less often. */
const share = 0.1;
/** Of a frame: of a larger one the picture alone is kept. All of it is copied at once, while the extensions of the window wait. */
const mostBytes = 96e6;
/** A panel that was lost with its window is not asked for again. */
const oldest = 14 * 24 * 3600e3;

/** The last frame of each panel, in a file each, so that a window which ends in the midst of it loses little. */
export class DreamStore {
  readonly #busy = new Map<string, Promise<void>>();
  readonly #next = new Map<string, number>();
  #swept = false;

  constructor(
    readonly folder: string,
    private readonly bytes = mostBytes,
  ) {}

  /** Unless it was written a moment ago; `now`: all the same. Never fails: what cannot be kept is lost with the window. */
  async keep(id: string, left: Left, now = false): Promise<void> {
    const start = performance.now();
    if (!now && (this.#busy.has(id) || start < (this.#next.get(id) ?? 0))) return;
    const writing = (this.#busy.get(id) ?? Promise.resolve()).then(() => this.#write(id, left)).catch(() => undefined); // a full disk is no reason to stop dreaming
    this.#busy.set(id, writing);
    await writing;
    if (this.#busy.get(id) === writing) this.#busy.delete(id);
    this.#next.set(id, performance.now() + Math.max(between, (performance.now() - start) / share));
  }

  /** Undefined where nothing was kept, or nothing that can be read. */
  async read(id: string): Promise<Left | undefined> {
    await this.#busy.get(id);
    try {
      const kept = deserialize(await readFile(this.#file(id))) as Partial<Left & { readonly version: number }>; // our own file, or it throws
      const { settings, chosen, frame, recipe, isFinished } = kept;
      if (kept.version !== version || !settings || !frame) return undefined;
      return {
        settings,
        ...(chosen && { chosen }),
        frame,
        ...(recipe && { recipe }),
        ...(isFinished && { isFinished }),
      };
    } catch {
      return undefined;
    }
  }

  async forget(id: string): Promise<void> {
    await this.#busy.get(id);
    await rm(this.#file(id), { force: true }).catch(() => undefined); // swept when it is old
  }

  async #write(id: string, left: Left): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    if (!this.#swept) await this.#sweep();
    const file = this.#file(id);
    const ways = [left.frame, withoutState(left.frame), asPicture(left.frame)];
    const frame = ways.find((way) => bytesOf(way) <= this.bytes) ?? asPicture(left.frame);
    await writeFile(`${file}.new`, serialize({ version, ...left, frame }));
    await rename(`${file}.new`, file);
  }

  async #sweep(): Promise<void> {
    this.#swept = true;
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      try {
        if (Date.now() - (await stat(path)).mtimeMs > oldest) await rm(path, { force: true });
      } catch {
        continue; // another window swept it, or nobody can: what is to be written now is written all the same
      }
    }
  }

  /** Ids come from a page: none leads out of the folder. */
  #file(id: string): string {
    return join(this.folder, `${id.replace(/[^\w-]/g, "")}.dream`);
  }
}
