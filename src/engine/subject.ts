import { stat } from "node:fs/promises";
import { describePreparation, type Origin, type Preparation, type Prepared } from "../shared/preparation.ts";
import type { Prediction, PreparationChoice, Subject } from "../shared/protocol.ts";
import { byScore } from "../shared/ranking.ts";
import { float32, shapeText, type FloatTensor } from "../shared/tensor.ts";
import { labelsOf } from "./card.ts";
import { Digests } from "./digests.ts";
import type { DecodedPhoto } from "./images/decode.ts";
import { classifierOf, Guesses, type Guess } from "./guesses.ts";
import { systemProblem, UnreadableFile } from "./images/file.ts";
import { isNpy, readNpy } from "./images/npy.ts";
import { photoReader } from "./images/photos.ts";
import { prepare } from "./images/prepare.ts";
import { inputSizeOf, Library, type ModelEntry } from "./library.ts";
import type { OpenModel } from "./model.ts";
import { choicesOn } from "./preparation/choose.ts";
import { labelsFile } from "./preparation/labels.ts";
import { colorsOf, colorsIn } from "./colors.ts";
import type { Samples } from "./samples.ts";
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
  /** Photos that a guess was made by, in words; undefined where no other photos would have made another. */
  readonly guessedBy?: string | undefined;
  readonly photo: Pick<Prediction, "photo" | "seen" | "remarks">;
  /** Another photo, prepared in the same way. */
  readonly other: (path: string) => Promise<FloatTensor>;
}

/** Looks at photos with models: finds out how the photo is to be prepared, and does it. */
export class Looking {
  readonly library = new Library();
  readonly read = photoReader();
  readonly digests = new Digests();
  readonly #guesses: Guesses;

  constructor(private readonly samples: Samples) {
    this.#guesses = new Guesses((path) => this.read(path), samples);
  }

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

  async see({ model, image, preparation }: Subject, signal?: AbortSignal): Promise<Seen> {
    const entry = await this.library.open(model);
    if (isNpy(image)) return this.#tensor(entry, image);
    return this.#photo(entry, image, asChosen(preparation) ?? (await this.#guesses.by(entry, [image], signal)));
  }

  /** One of the product's photos, for who has none: prepared as chosen, else as guessed without any of the person's. */
  async seeSample({ model, preparation }: Omit<Subject, "image">, signal?: AbortSignal): Promise<Seen> {
    const entry = await this.library.open(model);
    const [sample = ""] = this.samples.photos;
    return this.#photo(entry, sample, asChosen(preparation) ?? (await this.#guesses.withoutPhoto(entry, signal)));
  }

  /** The ways to prepare a photo that come into question, the likeliest first. */
  async preparations({ model, image }: Subject, signal?: AbortSignal): Promise<readonly PreparationChoice[]> {
    const entry = await this.library.open(model);
    const photo = await this.read(image);
    const { preparations, from } = await this.#guesses.by(entry, [image], signal);
    const [first] = preparations;
    if (!first) return [];
    const open = await entry.at(inputSizeOf(entry, first));
    const { labels } = await this.#labelled(entry, open);
    const { classify } = await classifierOf(open);
    return choicesOn({ preparations, from, photo, labels, classify, ...(signal && { signal }) });
  }

  /** Has the preparation guessed by a few photos of a set, unless it is known: by the same ones whatever their order. */
  async settle(path: string, images: readonly string[], signal?: AbortSignal): Promise<void> {
    const entry = await this.library.open(path);
    const photos = images.filter((image) => !isNpy(image)).sort();
    try {
      if (photos.length) await this.#guesses.by(entry, photos, signal);
    } catch (error) {
      // None of them can be read: each is refused where it is looked at.
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }

  /** How photos are prepared where nobody chose. Without a photo of the person's the product's own judge. */
  async guess(
    { model, image }: { readonly model: string; readonly image?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Preparation | undefined> {
    const entry = await this.library.open(model);
    const isPhoto = image !== undefined && !isNpy(image);
    const { preparations } = await (isPhoto
      ? this.#guesses.by(entry, [image], signal)
      : this.#guesses.withoutPhoto(entry, signal));
    return preparations[0];
  }

  /** The guess that was made already, if one was. */
  async guessed(entry: ModelEntry): Promise<Preparation | undefined> {
    return (await this.#guesses.known(entry))?.preparations[0];
  }

  /** Whether a network was made to paint photos anew. */
  async paints(model: string, signal?: AbortSignal): Promise<boolean> {
    const preparation = await this.guess({ model }, signal);
    const entry = await this.library.open(model);
    return this.#guesses.paints(await entry.at(inputSizeOf(entry, preparation)), preparation);
  }

  async #photo(entry: ModelEntry, path: string, guess: Guess): Promise<Seen> {
    const photo = await this.read(path);
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
}

const asChosen = (preparation: Preparation | undefined): Guess | undefined =>
  preparation && { preparations: [preparation], from: "chosen" };

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
    remarks: [
      ...seen.photo.remarks,
      ...seen.entry.file.remarks,
      ...(seen.model.note === undefined ? [] : [seen.model.note]),
    ],
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
