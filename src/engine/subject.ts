import { stat } from "node:fs/promises";
import type { Origin, Preparation } from "../shared/preparation.ts";
import { describePreparation } from "../shared/preparation.ts";
import type { Prediction, PreparationChoice, Subject } from "../shared/protocol.ts";
import { byScore } from "../shared/ranking.ts";
import { float32, shapeText, type FloatTensor } from "../shared/tensor.ts";
import { labelsOf } from "./card.ts";
import type { DecodedPhoto } from "./images/decode.ts";
import { systemProblem, UnreadableFile } from "./images/file.ts";
import { isNpy, readNpy } from "./images/npy.ts";
import { photoReader } from "./images/photos.ts";
import { prepare } from "./images/prepare.ts";
import { inputSizeOf, Library, type ModelEntry } from "./library.ts";
import type { OpenModel } from "./model.ts";
import { choose } from "./preparation/choose.ts";
import { labelsFile } from "./preparation/labels.ts";
import { possiblePreparations } from "./preparation/resolve.ts";
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
  readonly photo: Pick<Prediction, "photo" | "seen" | "remarks">;
  /** Another photo, prepared in the same way. */
  readonly other: (path: string) => Promise<FloatTensor>;
}

const remembered = 64;

/** Looks at photos with models: finds out how the photo is to be prepared, and does it. */
export class Looking {
  readonly library = new Library();
  readonly read = photoReader();
  readonly #guesses = new Map<string, Promise<readonly PreparationChoice[]>>();
  /** What was guessed on the first photo holds for the next ones of the same model. */
  readonly #winners = new Map<string, PreparationChoice>();

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
    return this.#choices(entry, image, await this.read(image), signal);
  }

  async #photo(entry: ModelEntry, { image: path, preparation: chosen }: Subject): Promise<Seen> {
    const photo = await this.read(path);
    const [choice] = chosen
      ? [{ preparation: chosen, from: "chosen" as const }]
      : await this.#settled(entry, path, photo);
    if (!choice)
      throw new RangeError(
        `${path} cannot be prepared for ${entry.file.path}, which takes ${entry.file.picture?.channels ?? "other"} channels: ` +
          "photos have 3, or 1 in grey. A tensor (.npy) can have any.",
      );
    const { preparation, from } = choice;
    const model = await entry.at(inputSizeOf(entry, preparation));
    const { tensor, seen } = prepare(photo, preparation);
    demandFit(path, tensor, model);
    return {
      ...(await this.#labelled(entry, model)),
      image: tensor,
      colors: colorsOf(preparation),
      preparation,
      from,
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

  async #settled(entry: ModelEntry, path: string, photo: DecodedPhoto): Promise<readonly PreparationChoice[]> {
    const key = JSON.stringify([entry.version, entry.file.path]);
    const known = this.#winners.get(key);
    if (known) return [known];
    const choices = await this.#choices(entry, path, photo);
    const [winner] = choices;
    if (winner) this.#winners.set(key, winner);
    return choices;
  }

  async #choices(
    entry: ModelEntry,
    path: string,
    photo: DecodedPhoto,
    signal?: AbortSignal,
  ): Promise<readonly PreparationChoice[]> {
    const key = JSON.stringify([await this.stateOf(entry), entry.file.path, await this.identity(path)]);
    let choices = this.#guesses.get(key);
    if (!choices) {
      choices = this.#guess(entry, photo, signal);
      this.#guesses.set(key, choices);
      choices.catch(() => this.#guesses.delete(key));
      const [oldest] = this.#guesses.keys();
      if (this.#guesses.size > remembered && oldest !== undefined) this.#guesses.delete(oldest);
    }
    return choices;
  }

  async #guess(entry: ModelEntry, photo: DecodedPhoto, signal?: AbortSignal): Promise<readonly PreparationChoice[]> {
    const { file, sidecar, description } = entry;
    if (!file.picture)
      throw new TypeError(`${file.path}: none of its inputs takes a picture. Choose an image classifier.`);
    const size = inputSizeOf(entry);
    const input = { ...file.picture, height: size.height, width: size.width };
    const { candidates, from } = possiblePreparations(file.path, input, sidecar, description.input);
    const model = await entry.at(size);
    const { labels, classes } = await this.#labelled(entry, model);
    const [first] = candidates;
    // Without classes there is no certainty to compare by.
    if (!classes && first)
      return [{ preparation: first, from, words: describePreparation(first), top: undefined, entropy: NaN }];
    const isImagenet = classes === 1000 || classes === 1001;
    const references = isImagenet && candidates.length > 1 ? await Promise.all(this.samples.photos.map(this.read)) : [];
    return choose({
      candidates,
      from,
      photo,
      references,
      labels,
      ...(signal && { signal }),
      classify: async (tensor) => {
        const scores = await model.scores(tensor);
        const { data: probabilities } = model.probabilities(scores);
        // A yes-or-no network is uncertain between two answers, though it says one number.
        const [yes = 0] = probabilities;
        return { scores: scores.data, probabilities: classes > 1 ? probabilities : Float32Array.of(yes, 1 - yes) };
      },
    });
  }
}

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
    preparationWords: seen.preparation ? describePreparation(seen.preparation) : "a tensor, taken as it is",
    ...seen.photo,
    remarks: [...seen.photo.remarks, ...(seen.model.note === undefined ? [] : [seen.model.note])],
    ms,
  };
}

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
