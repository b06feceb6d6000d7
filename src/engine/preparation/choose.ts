import { describePreparation, type Origin, type Preparation } from "../../shared/preparation.ts";
import type { ClassScore, PreparationChoice } from "../../shared/protocol.ts";
import { mostProbable } from "../../shared/ranking.ts";
import type { FloatTensor } from "../../shared/tensor.ts";
import type { Picture } from "../images/picture.ts";
import { fitted, toTensor } from "../images/prepare.ts";
import { looking, type Views } from "./views.ts";

export interface Outcome {
  readonly probabilities: Float32Array;
  readonly scores: Float32Array;
}

export interface Trial {
  /** What is possible, the more common first. */
  readonly candidates: readonly Preparation[];
  /** What they are judged by. */
  readonly photos: readonly Picture[];
  readonly classify: (tensor: FloatTensor) => Promise<Outcome>;
  readonly signal?: AbortSignal;
}

const FINALISTS = 4;

/**
 * Tries preparations on photos; the likeliest comes first. It is the one with which the network learns most from
 * looking: its uncertainty (entropy) about a blank picture of the photo's mean colour, less that about the photo. The
 * entropy of the photo alone is fooled: many networks grow more certain of anything the larger their input's numbers
 * are, and that shows on the blank too. The first photo says which of them are tried on all. Each photo is looked at as
 * it is, mirrored, and without its edges, and the three predictions are averaged: a chance certainty does not last.
 *
 * Measured with EfficientNet-Lite0 and SqueezeNet 1.1, each also behind arithmetic that makes it expect each of the
 * other preparations (16 networks), on the 3 sample photos: the right one came first in 16 of 16, counting the two nearly
 * equal ones ((x − 127.5) / 127.5 and (x − 127) / 128) as one. By one photo: in 40 of 64; mostly neighbours such as
 * "BGR, mean subtracted" and "BGR, as it is" were mistaken for each other.
 *
 * Whether the photo is stretched or cropped is not put to the network: both are right for one trained with either, and
 * the whole photo can be explained.
 */
export async function likeliest(trial: Trial): Promise<readonly Preparation[]> {
  const { candidates, photos } = trial;
  const [first] = photos;
  if (candidates.length < 2 || !first) return candidates;
  const views = looking();
  const ranked: Candidate[] = [];
  for (const preparation of candidates)
    ranked.push({ preparation, gain: await gainAtAGlance(trial, views(first, preparation), preparation) });
  ranked.sort(byGain);

  const finalists: Candidate[] = [];
  for (const { preparation } of ranked.slice(0, FINALISTS)) {
    const gains: number[] = [];
    for (const photo of photos) gains.push(await gainOn(trial, views(photo, preparation), preparation));
    finalists.push({ preparation, gain: gains.reduce((sum, gain) => sum + gain, 0) / gains.length });
  }
  return [...finalists.sort(byGain), ...ranked.slice(FINALISTS)].map(({ preparation }) => preparation);
}

interface Candidate {
  readonly preparation: Preparation;
  /** In nats. */
  readonly gain: number;
}

/** The sort is stable: of equals the more common stays first. */
const byGain = (a: Candidate, b: Candidate): number => b.gain - a.gain;

type Classifying = Pick<Trial, "classify" | "signal">;

async function look({ classify, signal }: Classifying, picture: Picture, preparation: Preparation): Promise<Outcome> {
  signal?.throwIfAborted();
  return classify(toTensor(picture, preparation));
}

/** Two looks only: enough to leave out what is far off. */
async function gainAtAGlance(trial: Trial, { plain, blank }: Views, preparation: Preparation): Promise<number> {
  const { probabilities } = await look(trial, plain, preparation);
  return entropy((await look(trial, blank, preparation)).probabilities) - entropy(probabilities);
}

async function gainOn(trial: Trial, views: Views, preparation: Preparation): Promise<number> {
  const nothing = await look(trial, views.blank, preparation);
  const predictions: Float32Array[] = [];
  for (const view of [views.plain, views.mirrored, views.upperLeft])
    predictions.push((await look(trial, view, preparation)).probabilities);
  const average = nothing.probabilities.map(
    (_, i) => predictions.reduce((sum, prediction) => sum + prediction[i]!, 0) / predictions.length,
  );
  return entropy(nothing.probabilities) - entropy(average);
}

/** Preparations in the order in which they come into question, to be shown with what a network says to a photo under each. */
export interface Offer extends Omit<Trial, "candidates" | "photos" | "classify"> {
  readonly preparations: readonly Preparation[];
  readonly from: Origin;
  readonly photo: Picture;
  readonly labels: readonly string[];
  /** Undefined for a network without classes. */
  readonly classify: Trial["classify"] | undefined;
}

/** Behind each preparation its centre crop, where the fit is not settled and the photo has another shape than the input. */
export async function choicesOn(offer: Offer): Promise<readonly PreparationChoice[]> {
  const { preparations, from, photo, classify, signal } = offer;
  const choices: PreparationChoice[] = [];
  for (const each of preparations.flatMap((one) => (from === "guess" ? [one, ...cropped(one, photo)] : [one]))) {
    const outcome =
      classify && (await look({ classify, ...(signal && { signal }) }, fitted(photo, each).picture, each));
    choices.push(choiceOf(offer, each, outcome));
  }
  return choices;
}

function cropped(preparation: Preparation, photo: Picture): readonly Preparation[] {
  const [height, width] = preparation.size;
  if (preparation.fit !== "stretch" || photo.width * height === photo.height * width) return [];
  return [{ ...preparation, fit: "crop" }];
}

function choiceOf({ labels, from }: Offer, preparation: Preparation, outcome: Outcome | undefined): PreparationChoice {
  const words = describePreparation(preparation);
  if (!outcome) return { preparation, from, words, top: undefined, entropy: NaN };
  const { probabilities, scores } = outcome;
  // By the scores: probabilities so near to 1 or 0 that they are equal as floats would leave it to chance.
  const index = mostProbable(scores);
  const top: ClassScore | undefined = Number.isNaN(scores[index] ?? NaN)
    ? undefined
    : {
        index,
        label: labels[index] ?? String(index),
        probability: probabilities[index]!,
        score: scores[index] ?? NaN,
      };
  return { preparation, from, words, top, entropy: entropy(probabilities) };
}

/** In nats. Not a number where a network overflows: then it says nothing, and counts as knowing nothing. */
export function entropy(probabilities: Float32Array): number {
  const sum = probabilities.reduce((total, p) => (p > 0 ? total - p * Math.log(p) : total), 0);
  return probabilities.every(Number.isFinite) ? sum : Math.log(probabilities.length);
}
