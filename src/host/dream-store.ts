import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { DreamPhase, DreamSettings } from "../shared/dream-panel.ts";
import type { Failure } from "../shared/rpc.ts";
import type { Beside, Frame, Recipe } from "../shared/synthesis.ts";
import type { Note } from "../shared/updates.ts";
import { asPicture, bytesOf, Film, withoutState, type Kept } from "./dream-film.ts";
import type { Played } from "./dream-stages.ts";
import type { Standing } from "./dream-stood.ts";

/** What a window that ends leaves behind of a dream. */
export interface Left {
  /** What the frame was made with. */
  readonly settings: DreamSettings;
  /** What was chosen last: it may go on with that. The same where it is left out. */
  readonly chosen?: DreamSettings;
  /** Left out before the first. */
  readonly frame?: Frame;
  /** What the frame was made with. */
  readonly recipe?: Recipe;
  /** Where that was a stage of a recipe. */
  readonly played?: Played;
  /** How it stood. */
  readonly phase: DreamPhase;
  /** Why it ended, where it failed. */
  readonly failure?: Failure;
  /** What was said of it. */
  readonly notes?: readonly Note[];
  /** What belongs to the finished picture. */
  readonly beside?: readonly Beside[];
  /** The strip. Left out while the picture grows, and where it has no room. */
  readonly film?: { readonly frames: readonly Kept[]; readonly newest: number };
}

/** What is kept of a run whose settings are these by now. */
export function leftOf(film: Film, chosen: DreamSettings, { newest, phase, failure, beside, notes }: Standing): Left {
  const kept = newest?.isSaved ? newest : film.resumable(newest?.id);
  const recipe = phase === "finished" ? newest?.finished : kept?.recipe;
  return {
    settings: kept?.settings ?? chosen,
    chosen,
    ...(kept && { frame: kept.frame, film: { frames: film.all, newest: (newest ?? kept).id } }),
    ...(recipe && { recipe }),
    ...(kept?.played && { played: kept.played }),
    phase,
    ...(failure && { failure }),
    notes: [...notes],
    beside,
  };
}

/** Another version reads nothing of it. */
const version = 3;
/** Milliseconds between two times that a growing picture is written. */
const between = 2000;
/** Of the time, writing takes at most this part: large pictures are written less often. */
const share = 0.1;
/**
 * Of a frame and its strip: of a larger frame the picture alone is kept. All of it is copied at once, while the extensions
 * of the window wait; a film that is saved has no more pixels than this.
 */
const mostBytes = 192e6;
/** A panel that was lost with its window is not asked for again. */
const oldest = 14 * 24 * 3600e3;

/** The last frame of each panel, in a file each, so that a window which ends in the midst of it loses little; of one that rests its strip, too. */
export class DreamStore {
  readonly #busy = new Map<string, Promise<void>>();
  readonly #next = new Map<string, number>();
  #swept = false;

  constructor(
    readonly folder: string,
    private readonly bytes = mostBytes,
  ) {}

  /** Unless it was written a moment ago; `now`: all the same, with the strip. Never fails: what cannot be kept is lost with the window. */
  async keep(id: string, left: Left, now = false): Promise<void> {
    const start = performance.now();
    if (!now && (this.#busy.has(id) || start < (this.#next.get(id) ?? 0))) return;
    const writing = (this.#busy.get(id) ?? Promise.resolve())
      .then(() => this.#write(id, left, now))
      .catch(() => undefined); // a full disk is no reason to stop dreaming
    this.#busy.set(id, writing);
    await writing;
    if (this.#busy.get(id) === writing) this.#busy.delete(id);
    this.#next.set(id, performance.now() + Math.max(between, (performance.now() - start) / share));
  }

  /** Undefined where nothing was kept, or nothing that can be read. */
  async read(id: string): Promise<Left | undefined> {
    await this.#busy.get(id);
    try {
      const { version: written, ...left } = deserialize(await readFile(this.#file(id))) as Left & {
        readonly version: number;
      }; // our own file, or it throws
      return written === version ? left : undefined;
    } catch {
      return undefined;
    }
  }

  async forget(id: string): Promise<void> {
    await this.#busy.get(id);
    await rm(this.#file(id), { force: true }).catch(() => undefined); // swept when it is old
  }

  async #write(id: string, { film, ...left }: Left, withFilm: boolean): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    if (!this.#swept) await this.#sweep();
    const file = this.#file(id);
    const frame = left.frame && this.#fitting(left.frame);
    const strip = withFilm && film && frame === left.frame ? { film: this.#within(film) } : {};
    await writeFile(`${file}.new`, serialize({ version, ...left, ...(frame && { frame }), ...strip }));
    await rename(`${file}.new`, file);
  }

  /** As much of a frame as there is room for; the picture always. */
  #fitting(frame: Frame): Frame {
    const ways = [frame, withoutState(frame), asPicture(frame)];
    return ways.find((way) => bytesOf(way) <= this.bytes) ?? asPicture(frame);
  }

  #within({ frames, newest }: NonNullable<Left["film"]>): Left["film"] {
    const film = new Film(frames.length, this.bytes);
    film.restore(frames, newest);
    return { frames: film.all, newest };
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
