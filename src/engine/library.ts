import { existsSync, statSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { deviceVariable, memoryLimitVariable } from "../shared/engine-process.ts";
import type { Preparation, Sidecar } from "../shared/preparation.ts";
import type { ModelFile } from "./formats/format.ts";
import { openOnnx } from "./formats/onnx/index.ts";
import { OpenModel } from "./model.ts";
import { Budget } from "./runtime/budget.ts";
import { deviceNamed } from "./runtime/device.ts";
import { readDescription, type Description } from "./preparation/metadata.ts";
import { readSidecar, sidecarPath } from "./preparation/sidecar.ts";

/** A model's file with what is said of it beside and inside it. */
export interface ModelEntry {
  readonly file: ModelFile;
  readonly sidecar: Sidecar | undefined;
  readonly description: Description;
  /** Tells one state of the file, its weights and its sidecar from another. */
  readonly version: string;
  /** Compiled for one size of its input. */
  at(size: { readonly height: number; readonly width: number }): Promise<OpenModel>;
}

/** Height and width where neither the file nor a person says them. */
const usualSide = 224;
/** Of the memory that the engine may hold, what compiled programs may keep of it; the rest is for what is computed. */
const programsShare = 0.5;
/** Models kept open; a person goes back and forth between a few. */
const most = 3;
/** A file that changes again within this time is being written: its weights are copied instead of mapped. */
const restless = 30_000;

/** Opens models and keeps the latest; a file that changed is opened again. */
export class Library {
  readonly #entries = new Map<string, Entry>();
  /** A panel asks several things at once: they share the first one's load. */
  readonly #opening = new Map<string, Promise<ModelEntry>>();
  readonly #seen = new Map<string, Seen>();
  readonly #budget = new Budget(memoryLimit() * programsShare);

  open(path: string): Promise<ModelEntry> {
    let opening = this.#opening.get(path);
    if (!opening) {
      opening = this.#open(path).finally(() => this.#opening.delete(path));
      this.#opening.set(path, opening);
    }
    return opening;
  }

  async #open(path: string): Promise<ModelEntry> {
    const known = this.#entries.get(path);
    this.#entries.delete(path);
    if (known && known.found === versionOf(path) && known.file.unchanged()) {
      this.#entries.set(path, known);
      return known;
    }
    await known?.release();
    const entry = await load(path, this.#budget, (file) => this.#isChanging(path, file));
    this.#entries.set(path, entry);
    for (const [oldest, { release }] of this.#entries) {
      if (this.#entries.size <= most) break;
      this.#entries.delete(oldest);
      await release();
    }
    return entry;
  }

  /** Whether the file is another one than a moment ago; one that is only opened again is not. */
  #isChanging(path: string, { state }: ModelFile): boolean {
    const before = this.#seen.get(path);
    const isFresh = before !== undefined && Date.now() - before.time < restless;
    const changing = isFresh && (before.changing || before.state !== state);
    this.#seen.set(path, { state, time: Date.now(), changing });
    return changing;
  }
}

/** A file as it was when it was opened last. */
interface Seen {
  readonly state: string;
  readonly time: number;
  readonly changing: boolean;
}

type Entry = ModelEntry & {
  /** What stood at its path when it was opened. */
  readonly found: string;
  release(): Promise<void>;
};

async function load(path: string, budget: Budget, isChanging: (file: ModelFile) => boolean): Promise<Entry> {
  const found = versionOf(path);
  const file = openOnnx(path);
  const sidecar = await readSidecar(path);
  const description = readDescription(file.metadata, wordsOf(file));
  const models = new Map<string, Promise<OpenModel>>();
  const device = deviceNamed(process.env[deviceVariable]);
  const options = { threads: threads(), memory: memoryLimit(), copyWeights: isChanging(file), device, budget };
  return {
    file,
    sidecar,
    description,
    found,
    version: `${found}|${file.state}`,
    at({ height, width }) {
      const key = `${height} ${width}`;
      let model = models.get(key);
      if (!model) {
        model = OpenModel.open(file, { height, width }, options);
        models.set(key, model);
        model.catch(() => models.delete(key));
      }
      return model;
    },
    async release() {
      for (const model of models.values()) await (await model.catch(() => undefined))?.release();
    },
  };
}

/** What the file says of the colours of its picture in words; those of an output count less: a network that paints has one of the input's kind. */
function wordsOf({ picture, outputs, docs }: ModelFile): readonly string[] {
  if (!picture || (picture.channels ?? 3) !== 3) return []; // words such as "RGB format" are of another one then
  const axis = picture.layout === "NHWC" ? 3 : 1;
  const alike = outputs.filter(({ shape }) => picture.channels === 3 && shape?.length === 4 && shape[axis] === 3);
  return [picture, ...alike].flatMap(({ name }) => docs.get(name) ?? []);
}

/** The size of a network's input: fixed by the file, else as a person says, else the usual. */
export function inputSizeOf({ file, sidecar, description }: ModelEntry, preparation?: Preparation) {
  const { picture } = file;
  const [height, width] = preparation?.size ?? sidecar?.input?.size ?? description.input.size ?? [];
  const named = (axis: number) => sidecar?.dimensions?.[String(picture?.written[axis])];
  const [h, w] = picture?.layout === "NHWC" ? [1, 2] : [2, 3];
  return {
    height: picture?.height ?? height ?? named(h) ?? usualSide,
    width: picture?.width ?? width ?? named(w) ?? usualSide,
  };
}

/** Whether a side that the file leaves open is the usual one, for want of anybody who says another. */
export function isSizeAssumed(entry: ModelEntry): boolean {
  const { picture } = entry.file;
  if (!picture || (entry.sidecar?.input?.size ?? entry.description.input.size)) return false;
  const named = (axis: number) => entry.sidecar?.dimensions?.[String(picture.written[axis])] !== undefined;
  const [h, w] = picture.layout === "NHWC" ? [1, 2] : [2, 3];
  return (picture.height === undefined && !named(h)) || (picture.width === undefined && !named(w));
}

/** Changes when the file or its sidecar does. Missing files have a version too: the reader says what is wrong. */
function versionOf(path: string): string {
  return [path, sidecarPath(path)]
    .map((each) => {
      // Below a file there is nothing either, which the one call says and the other throws.
      const stat = existsSync(each) ? statSync(each, { throwIfNoEntry: false }) : undefined;
      return stat ? `${stat.size} ${stat.mtimeMs} ${stat.ino}` : "";
    })
    .join("|");
}

/** Physical cores are what convolutions profit from; two logical ones share one here and there. */
const threads = (): number => Math.max(1, Math.min(8, availableParallelism()));

const memoryLimit = (): number => Number(process.env[memoryLimitVariable] ?? totalmem() / 2);
