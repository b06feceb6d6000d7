import { existsSync, statSync } from "node:fs";

const tolerated = 3;
const memory = 5 * 60_000;

/** What the engine as a whole crashed of stands under no model's name. */
const engine = "";

/** What crashed lately, and whether that is too much to go on: for the engine, or for one model. */
export class Crashes {
  readonly #keys = new Set<string>();
  /** When, by the state of the model's file that is to blame. */
  readonly #times = new Map<string, readonly number[]>();

  constructor(private readonly now: () => number = Date.now) {}

  /** `model`: whose opening it was; nobody else is held to account for that. */
  count(model?: string): void {
    const subject = model === undefined ? engine : identityOf(model);
    this.#times.set(subject, [...this.#recent(subject), this.now()]);
  }

  blame(key: string): void {
    this.#keys.add(key);
  }

  knows(key: string): boolean {
    return this.#keys.has(key);
  }

  get tooMany(): boolean {
    return this.#recent(engine).length >= tolerated;
  }

  /** Whether nothing more is asked about `model`, as long as its file is what it was. */
  tooManyOf(model: string): boolean {
    // A file is looked at only when some model has crashed at all.
    const any = [...this.#times.values()].some((times) => times.length >= tolerated);
    return any && this.#recent(identityOf(model)).length >= tolerated;
  }

  #recent(subject: string): readonly number[] {
    return (this.#times.get(subject) ?? []).filter((time) => time > this.now() - memory);
  }

  forget(): void {
    this.#keys.clear();
    this.#times.clear();
  }
}

/** Another one when the file is written anew. */
export function identityOf(model: string): string {
  // Below a file there is nothing either, which the one call says and the other throws.
  const stat = existsSync(model) ? statSync(model, { throwIfNoEntry: false }) : undefined;
  return JSON.stringify([model, stat?.size, stat?.mtimeMs, stat?.ino]);
}
