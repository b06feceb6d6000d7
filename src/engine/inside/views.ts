import type { PaintedSubject } from "../../shared/inside.ts";
import type { Subject } from "../../shared/protocol.ts";
import { float32, size, type FloatTensor } from "../../shared/tensor.ts";
import { normal, random } from "../images/arithmetic.ts";
import { prepare } from "../images/prepare.ts";
import { inputSizeOf, type ModelEntry } from "../library.ts";
import type { Bound, OpenModel } from "../model.ts";
import { possiblePreparations } from "../preparation/resolve.ts";
import type { Looking, Seen } from "../subject.ts";
import { Painter } from "./strokes.ts";

/** A picture as a network gets it, ready to be run. */
export interface View {
  readonly entry: ModelEntry;
  readonly model: OpenModel;
  readonly bound: Bound;
  /** [1, C, H, W] */
  readonly image: FloatTensor;
  /** Tells this state of model, photo, preparation and strokes from any other. */
  readonly key: string;
  /** Strokes are on it. */
  readonly painted: boolean;
}

export type PhotoView = View & { readonly seen: Seen };

/** Prepared photos kept: two are compared, and a person goes back and forth between a few. */
const most = 8;

interface Kept {
  readonly seen: Seen;
  readonly painter: Painter;
}

/** Prepares photos for one engine, paints on them, and keeps the latest. */
export class Views {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly looking: Looking) {}

  async photo({ strokes = [], ...subject }: PaintedSubject, signal?: AbortSignal): Promise<PhotoView> {
    const entry = await this.looking.library.open(subject.model);
    const { model, image, preparation } = subject;
    const key = JSON.stringify([entry.version, model, await this.looking.identity(image), preparation]);
    const { seen, painter } = await this.#prepared(key, entry, subject, signal);
    const painted = strokes.length > 0;
    const brushed = painter.paint(strokes);
    return {
      entry: seen.entry,
      model: seen.model,
      bound: await seen.model.bound(1),
      image: brushed,
      key: painted ? key + JSON.stringify(strokes) : key,
      seen: painted ? { ...seen, image: brushed } : seen,
      painted,
    };
  }

  /** What stands for a photo where there is none: the same noise each time. */
  async noise({ model: path, preparation: chosen }: Pick<Subject, "model" | "preparation">): Promise<View> {
    const entry = await this.looking.library.open(path);
    const { file, sidecar, description } = entry;
    if (!file.picture)
      throw new TypeError(`${file.path}: none of its inputs takes a picture. Choose a network that looks at pictures.`);
    const fixed = { ...file.picture, ...inputSizeOf(entry, chosen) };
    const preparation =
      chosen ??
      (await this.looking.guessed(entry)) ??
      possiblePreparations(file.path, fixed, sidecar, description.input).candidates[0];
    const model = await entry.at(inputSizeOf(entry, preparation));
    const [, channels = 1, height = 1, width = 1] = model.inputShape;
    const photo = { width, height, pixels: bytes(width * height * 3) };
    const prepared = preparation && prepare(photo, { ...preparation, size: [height, width] }).tensor;
    return {
      entry,
      model,
      bound: await model.bound(1),
      image: prepared?.shape[1] === channels ? prepared : floats(model.inputShape),
      key: JSON.stringify([entry.version, path, "noise", preparation]),
      painted: false,
    };
  }

  async #prepared(key: string, entry: ModelEntry, subject: Subject, signal?: AbortSignal): Promise<Kept> {
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    // A model that was closed meanwhile has a new entry.
    const kept = known?.seen.entry === entry ? known : await this.#see(subject, signal);
    this.#kept.set(key, kept);
    for (const oldest of [...this.#kept.keys()].slice(0, -most)) this.#kept.delete(oldest);
    return kept;
  }

  async #see(subject: Subject, signal?: AbortSignal): Promise<Kept> {
    const seen = await this.looking.see(subject, signal);
    return { seen, painter: new Painter(seen.image, seen.colors.mean) };
  }
}

const seed = 1;

function bytes(length: number): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length }, () => 256 * next());
}

function floats(shape: readonly number[]): FloatTensor {
  const next = normal(seed);
  return float32(shape, Float32Array.from({ length: size(shape) }, next));
}
