import { basename } from "node:path";
import type { Origin, Preparation } from "../shared/preparation.ts";
import type { FloatTensor } from "../shared/tensor.ts";
import type { DecodedPhoto } from "./images/decode.ts";
import { UnreadableFile } from "./images/file.ts";
import { spread } from "./images/folder.ts";
import { Joint } from "./joint.ts";
import { inputSizeOf, type ModelEntry } from "./library.ts";
import type { OpenModel } from "./model.ts";
import { unchangedFirst } from "./preparation/candidates.ts";
import { likeliest } from "./preparation/choose.ts";
import { possiblePreparations } from "./preparation/resolve.ts";
import type { Samples } from "./samples.ts";
import { paintsAnew } from "./synthesis/painted-output.ts";

/** How photos come into question to be prepared for a model, the likeliest first. */
export interface Guess {
  readonly preparations: readonly Preparation[];
  readonly from: Origin;
  /** Photos that it was made by, in words; undefined where no other photos would have made another. */
  readonly by?: string;
}

const remembered = 64;
/** Where photos that have nothing to do with a network's own had a say, a person should know. */
const bySamples = "the sample photos";
/** Photos of a set that a guess is made by: more are hardly surer, and a large network takes long over each. */
const judges = 4;

/** How photos are prepared where nobody chose: guessed once for a state of a model, and kept. */
export class Guesses {
  /** What was guessed once holds for every photo and every view. */
  readonly #joints = new Map<string, Joint<Guess>>();

  constructor(
    private readonly read: (path: string) => Promise<DecodedPhoto>,
    private readonly samples: Samples,
  ) {}

  /** The one that was made; else by these photos, of which those judge that can be read. */
  by(entry: ModelEntry, photos: readonly string[], signal?: AbortSignal): Promise<Guess> {
    const key = stateKey(entry);
    return this.#made(key, signal, () => this.#make(key, (left) => this.#judge(entry, photos, left)).wait(signal));
  }

  /** The one that was made, if one was. */
  known(entry: ModelEntry, signal?: AbortSignal): Promise<Guess | undefined> {
    return this.#made(stateKey(entry), signal, () => undefined);
  }

  /** The one that was made; else by the product's own photos, which holds until a person's are at hand. */
  async withoutPhoto(entry: ModelEntry, signal?: AbortSignal): Promise<Guess> {
    const known = await this.known(entry, signal);
    if (known) return known;
    const key = `${stateKey(entry)} without`;
    const guess = await this.#made(key, signal, () =>
      this.#make(key, (left) => this.#judge(entry, this.samples.photos, left)).wait(signal),
    );
    if (guess.by !== undefined) return { ...guess, by: bySamples };
    const joint = this.#joints.get(key);
    // Photos have no say in it: it is the one for everybody.
    if (joint) this.#joints.set(stateKey(entry), joint);
    return guess;
  }

  /** What was made or is being made; `otherwise` where there is nothing, or it was to be made by another's photos that cannot be read. */
  async #made<T>(key: string, signal: AbortSignal | undefined, otherwise: () => T): Promise<Guess | Awaited<T>> {
    for (let joint = this.#joints.get(key); joint && !joint.isLeft; joint = this.#joints.get(key))
      try {
        return await joint.wait(signal);
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
      }
    signal?.throwIfAborted();
    return await otherwise();
  }

  #make(key: string, work: (signal: AbortSignal) => Promise<Guess>): Joint<Guess> {
    const joint = new Joint((left) =>
      work(left).catch((error: unknown) => {
        if (this.#joints.get(key) === joint) this.#joints.delete(key);
        throw error;
      }),
    );
    this.#joints.set(key, joint);
    const [oldest] = this.#joints.keys();
    if (this.#joints.size > remembered && oldest !== undefined) this.#joints.delete(oldest);
    return joint;
  }

  async #judge(entry: ModelEntry, photos: readonly string[], signal: AbortSignal): Promise<Guess> {
    const { file, sidecar, description } = entry;
    if (!file.picture)
      throw new TypeError(`${file.path}: none of its inputs takes a picture. Choose an image classifier.`);
    const size = inputSizeOf(entry);
    const input = { ...file.picture, height: size.height, width: size.width };
    const { candidates, from } = possiblePreparations(file.path, input, sidecar, description.input);
    if (candidates.length < 2) return { preparations: candidates, from };
    const model = await entry.at(size);
    const { classes, classify } = await classifierOf(model);
    // Without classes there is no certainty to compare by.
    if (!classify) return { preparations: await this.#asPainted(model, candidates), from };
    // A network that knows the classes of ImageNet is asked of photos that are known to show some: the same for everybody.
    const isImagenet = (classes === 1000 || classes === 1001) && candidates[0]?.color !== "gray";
    const read = await this.#readable(isImagenet ? this.samples.photos : photos, signal);
    const preparations = await likeliest({ candidates, photos: read.map(({ photo }) => photo), classify, signal });
    return { preparations, from, ...(!isImagenet && { by: photosWords(read.map(({ path }) => path)) }) };
  }

  /** Pixels as they are come first where the network answers to them with a picture of what it was shown. */
  async #asPainted(model: OpenModel, candidates: readonly Preparation[]): Promise<readonly Preparation[]> {
    const reordered = unchangedFirst(candidates);
    return (await this.paints(model, reordered[0])) ? reordered : candidates;
  }

  /** Whether it paints one of the product's own photos anew, when it is shown it so. */
  async paints(model: OpenModel, preparation: Preparation | undefined): Promise<boolean> {
    const [sample = ""] = this.samples.photos;
    return preparation !== undefined && paintsAnew(model, () => this.read(sample), preparation);
  }

  /** As many as judge of those that can be read, from all over the list. Throws where none can. */
  async #readable(paths: readonly string[], signal: AbortSignal) {
    const read: { readonly path: string; readonly photo: DecodedPhoto }[] = [];
    let failed: Error | undefined;
    for (const path of new Set([...spread(paths, judges), ...paths])) {
      if (read.length === judges) break;
      signal.throwIfAborted();
      try {
        read.push({ path, photo: await this.read(path) });
      } catch (error) {
        failed ??= error as Error; // readers throw nothing else
      }
    }
    if (!read.length && failed) throw failed;
    return read;
  }
}

const stateKey = ({ version, file }: ModelEntry): string => JSON.stringify([version, file.path]);

/** "rocket.jpg", "4 photos" */
const photosWords = ([first = "", ...more]: readonly string[]): string =>
  more.length ? `${more.length + 1} photos` : basename(first);

/** How a network is asked of its classes; `classify` is undefined where it has none. */
export async function classifierOf(model: OpenModel) {
  const { score } = await model.bound(1);
  const classes = score?.classes ?? 0;
  const classify = async (tensor: FloatTensor) => {
    const scores = await model.scores(tensor);
    const { data: probabilities } = model.probabilities(scores);
    // A yes-or-no network is uncertain between two answers, though it says one number.
    const [yes = 0] = probabilities;
    return { scores: scores.data, probabilities: classes > 1 ? probabilities : Float32Array.of(yes, 1 - yes) };
  };
  return { classes, classify: classes ? classify : undefined };
}
