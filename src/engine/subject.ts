import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { describePreparation, type Origin, type Preparation, type Prepared } from "../shared/preparation.ts";
import type { Prediction, PreparationChoice, Subject } from "../shared/protocol.ts";
import { byScore } from "../shared/ranking.ts";
import { float32, shapeText, type FloatTensor } from "../shared/tensor.ts";
import { labelsOf } from "./card.ts";
import type { DecodedPhoto } from "./images/decode.ts";
import { systemProblem, UnreadableFile } from "./images/file.ts";
import { spread } from "./images/folder.ts";
import { isNpy, readNpy } from "./images/npy.ts";
import { photoReader } from "./images/photos.ts";
import { prepare } from "./images/prepare.ts";
import { inputSizeOf, Library, type ModelEntry } from "./library.ts";
import type { OpenModel } from "./model.ts";
import { unchangedFirst } from "./preparation/candidates.ts";
import { choicesOn, likeliest } from "./preparation/choose.ts";
import { labelsFile } from "./preparation/labels.ts";
import { possiblePreparations } from "./preparation/resolve.ts";
import { colorsOf, colorsIn } from "./colors.ts";
import type { Samples } from "./samples.ts";
import { isPainter } from "./synthesis/painted-output.ts";
import type { Colors } from "./techniques/technique.ts";

/** A photo as one model sees it. */
export interface Seen {
  readonly entry: ModelEntry;
  readonly model: OpenModel;
  /** [1, C, H, W] */
  readonly image: FloatTensor;
  readonly labels: readonly string[];
  readonly classes: number;
  readonly colors: Colors;
  /** Undefined for a tensor, which is taken as it is. */
  readonly preparation: Preparation | undefined;
  readonly from: Origin;
  /** Photos that a guess was made by, in words; undefined where it was made without any of the person's. */
  readonly guessedBy?: string | undefined;
  readonly photo: Pick<Prediction, "photo" | "seen" | "remarks">;
  /** Another photo, prepared in the same way. */
  readonly other: (path: string) => Promise<FloatTensor>;
}

const remembered = 64;
/** Photos of a set that a guess is made by: more are hardly surer, and a large network takes long over each. */
const judges = 4;

/** How photos come into question to be prepared for a model, the likeliest first. */
interface Guess {
  readonly preparations: readonly Preparation[];
  readonly from: Origin;
  readonly by?: string;
}

/** Looks at photos with models: finds out how the photo is to be prepared, and does it. */
export class Looking {
  readonly library = new Library();
  readonly read = photoReader();
  /** By the state of a model: what was guessed once holds for every photo and every view. */
  readonly #guesses = new Map<string, Promise<Guess>>();

  constructor(private readonly samples: Samples) {}

  /** Tells one state of a file from another. */
  async identity(path: string): Promise<string> {
    try {
      const { size, mtimeMs, ino } = await stat(path);
      return `${path} ${size} ${mtimeMs} ${ino}`;
    } catch (error) {
      throw new UnreadableFile(path, systemProblem(error));
    }
  }

  /** Tells one state of a model, of what stands beside it and of its labels from another. */
  async stateOf({ version, file, sidecar }: ModelEntry): Promise<string> {
    const labels = labelsFile(file.path, sidecar);
    // A file that is not there is refused where the labels are read, with the reason.
    return `${version}|${labels === undefined ? "" : await this.identity(labels).catch(() => "")}`;
  }

  async see(subject: Subject): Promise<Seen> {
    const entry = await this.library.open(subject.model);
    return isNpy(subject.image) ? this.#tensor(entry, subject.image) : this.#photo(entry, subject);
  }

  /** The ways to prepare a photo that come into question, the likeliest first. */
  async preparations({ model, image }: Subject, signal?: AbortSignal): Promise<readonly PreparationChoice[]> {
    const entry = await this.library.open(model);
    const photo = await this.read(image);
    const { preparations, from } = await this.#guess(entry, [image]);
    const [first] = preparations;
    if (!first) return [];
    const { labels, classify } = await this.#classifier(entry, await entry.at(inputSizeOf(entry, first)));
    return choicesOn({ preparations, from, photo, labels, classify, ...(signal && { signal }) });
  }

  /** Has the preparation guessed by a few photos of a set, unless it is known: by the same ones whatever their order. */
  async settle(path: string, images: readonly string[]): Promise<void> {
    const entry = await this.library.open(path);
    const photos = images.filter((image) => !isNpy(image)).sort();
    try {
      if (photos.length) await this.#guess(entry, spread(photos, judges));
    } catch (error) {
      // None of them can be read: each is refused where it is looked at.
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }

  /** How photos are prepared where nobody chose. Without a photo of the person's the product's own judge, for this once. */
  async guess({ model, image }: { readonly model: string; readonly image?: string }): Promise<Preparation | undefined> {
    const entry = await this.library.open(model);
    const isPhoto = image !== undefined && !isNpy(image);
    const { preparations } = await (isPhoto
      ? this.#guess(entry, [image])
      : (this.#guesses.get(stateKey(entry)) ?? this.#judge(entry, this.samples.photos)));
    return preparations[0];
  }

  async #photo(entry: ModelEntry, { image: path, preparation: chosen }: Subject): Promise<Seen> {
    const photo = await this.read(path);
    const guess: Guess = chosen ? { preparations: [chosen], from: "chosen" } : await this.#guess(entry, [path]);
    const {
      preparations: [preparation],
      from,
      by,
    } = guess;
    if (!preparation)
      throw new RangeError(
        `${path} cannot be prepared for ${entry.file.path}, which takes ${entry.file.picture?.channels ?? "other"} channels: ` +
          "photos have 3, or 1 in grey. A tensor (.npy) can have any.",
      );
    const model = await entry.at(inputSizeOf(entry, preparation));
    const { tensor, seen } = prepare(photo, preparation);
    demandFit(path, tensor, model);
    return {
      ...(await this.#labelled(entry, model)),
      image: tensor,
      colors: colorsOf(preparation),
      preparation,
      from,
      ...(by !== undefined && { guessedBy: by }),
      photo: {
        photo: [photo.width, photo.height],
        seen,
        remarks: [...photo.remarks, ...enlarged(photo, preparation, seen)],
      },
      other: async (other) => prepare(await this.read(other), preparation).tensor,
    };
  }

  async #tensor(entry: ModelEntry, path: string): Promise<Seen> {
    const image = await readNpy(path);
    const [, , height = 1, width = 1] = image.shape;
    const fixed = inputSizeOf(entry);
    const { picture } = entry.file;
    const model = await entry.at({
      height: picture?.height === undefined ? height : fixed.height,
      width: picture?.width === undefined ? width : fixed.width,
    });
    demandFit(path, image, model);
    return {
      ...(await this.#labelled(entry, model)),
      image,
      colors: colorsIn(image),
      preparation: undefined,
      from: "numbers",
      photo: {
        photo: [width, height],
        seen: { left: 0, top: 0, width, height },
        remarks: ["a tensor, taken as it is"],
      },
      other: async (other) => {
        if (!isNpy(other)) throw new TypeError(`${other} is a photo; beside a tensor another tensor (.npy) is needed.`);
        const tensor = await readNpy(other);
        demandFit(other, tensor, model);
        return tensor;
      },
    };
  }

  async #labelled(entry: ModelEntry, model: OpenModel) {
    const { score } = await model.bound(1);
    const classes = score?.classes ?? 0;
    const { labels } = classes ? await labelsOf(entry, classes, this.samples) : { labels: [] };
    return { entry, model, labels, classes };
  }

  /** `photos`: what a guess is made by where nobody has made one yet. */
  #guess(entry: ModelEntry, photos: readonly string[]): Promise<Guess> {
    const key = stateKey(entry);
    let guess = this.#guesses.get(key);
    if (!guess) {
      guess = this.#judge(entry, photos);
      this.#guesses.set(key, guess);
      guess.catch(() => this.#guesses.delete(key));
      const [oldest] = this.#guesses.keys();
      if (this.#guesses.size > remembered && oldest !== undefined) this.#guesses.delete(oldest);
    }
    return guess;
  }

  async #judge(entry: ModelEntry, photos: readonly string[]): Promise<Guess> {
    const { file, sidecar, description } = entry;
    if (!file.picture)
      throw new TypeError(`${file.path}: none of its inputs takes a picture. Choose an image classifier.`);
    const size = inputSizeOf(entry);
    const input = { ...file.picture, height: size.height, width: size.width };
    const { candidates, from } = possiblePreparations(file.path, input, sidecar, description.input);
    if (candidates.length < 2) return { preparations: candidates, from };
    const model = await entry.at(size);
    const { classes, classify } = await this.#classifier(entry, model);
    // Without classes there is no certainty to compare by.
    if (!classify)
      return { preparations: isPainter(await model.bound(1)) ? unchangedFirst(candidates) : candidates, from };
    // A network that knows the classes of ImageNet is asked of photos that are known to show some: the same for everybody.
    const isImagenet = (classes === 1000 || classes === 1001) && candidates[0]?.color !== "gray";
    const asked = isImagenet ? this.samples.photos : photos;
    const read = await this.#readable(asked);
    const preparations = await likeliest({ candidates, photos: read.map(({ photo }) => photo), classify });
    return { preparations, from, ...(!isImagenet && { by: photosWords(read.map(({ path }) => path)) }) };
  }

  /** Those that can be read. Throws where none can. */
  async #readable(paths: readonly string[]) {
    const read = await Promise.allSettled(paths.map(async (path) => ({ path, photo: await this.read(path) })));
    const failed = read.find((each) => each.status === "rejected");
    const photos = read.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    if (!photos.length && failed) throw failed.reason;
    return photos;
  }

  /** `classify` is undefined for a network without classes. */
  async #classifier(entry: ModelEntry, model: OpenModel) {
    const { labels, classes } = await this.#labelled(entry, model);
    const classify = async (tensor: FloatTensor) => {
      const scores = await model.scores(tensor);
      const { data: probabilities } = model.probabilities(scores);
      // A yes-or-no network is uncertain between two answers, though it says one number.
      const [yes = 0] = probabilities;
      return { scores: scores.data, probabilities: classes > 1 ? probabilities : Float32Array.of(yes, 1 - yes) };
    };
    return { labels, classes, classify: classes ? classify : undefined };
  }
}

const stateKey = ({ version, file }: ModelEntry): string => JSON.stringify([version, file.path]);

/** "rocket.jpg", "4 photos" */
const photosWords = ([first = "", ...more]: readonly string[]): string =>
  more.length ? `${more.length + 1} photos` : basename(first);

/** A side shorter than this has next to nothing on it. */
const tiny = 32;

/** What a reader should know of a photo of a few pixels. */
function enlarged(
  { width, height }: DecodedPhoto,
  { size }: Preparation,
  seen: { readonly width: number; readonly height: number },
): readonly string[] {
  const times = Math.max(size[0] / seen.height, size[1] / seen.width);
  const isTiny = Math.min(width, height) < tiny && times >= 2;
  return isTiny ? [`enlarged ${Math.round(times)} times: ${width} × ${height} pixels show little`] : [];
}

function demandFit(path: string, { shape }: FloatTensor, { inputShape, file }: OpenModel): void {
  if (shape.length !== inputShape.length || shape.some((n, i) => n !== inputShape[i]))
    throw new RangeError(`${path} is ${shapeText(shape)}, but ${file.path} takes ${shapeText(inputShape)}.`);
}

/** Scores of one picture, [1, K], and their probabilities. */
export async function classify({
  model,
  image,
}: Seen): Promise<{ scores: FloatTensor; probabilities: FloatTensor; ms: number }> {
  const scores = await model.scores(image);
  return { scores, probabilities: model.probabilities(scores), ms: model.lastRunMs };
}

export async function predictionOf(seen: Seen, top = 10): Promise<Prediction> {
  const { scores, probabilities, ms } = seen.classes
    ? await classify(seen)
    : { scores: float32([1, 0], []), probabilities: float32([1, 0], []), ms: 0 };
  return {
    top: byScore(scores.data)
      .slice(0, top)
      .map((index) => ({
        index,
        label: seen.labels[index] ?? String(index),
        probability: probabilities.data[index] ?? NaN,
        score: scores.data[index] ?? NaN,
      })),
    probabilities: probabilities.data,
    scores: scores.data,
    preparation: seen.preparation ?? untouched(seen.image),
    preparationFrom: seen.from,
    ...(seen.guessedBy !== undefined && { guessedBy: seen.guessedBy }),
    preparationWords: seen.preparation ? describePreparation(seen.preparation) : "a tensor, taken as it is",
    ...seen.photo,
    remarks: [...seen.photo.remarks, ...(seen.model.note === undefined ? [] : [seen.model.note])],
    ms,
  };
}

/** How a photo was prepared; undefined for a tensor. */
export const preparedOf = ({ preparation, from, guessedBy: by }: Seen): Prepared | undefined =>
  preparation && { preparation, from, ...(by !== undefined && { by }) };

/** What stands for the preparation of a tensor that had none. */
const untouched = ({ shape }: FloatTensor): Preparation => ({
  size: [shape[2] ?? 1, shape[3] ?? 1],
  fit: "stretch",
  color: shape[1] === 1 ? "gray" : "RGB",
  range: [0, 1],
  mean: [0],
  deviation: [1],
  layout: "NCHW",
});
