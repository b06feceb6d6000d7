import { describePreparation, type Origin, type Preparation } from "../../shared/preparation.ts";
import type { ClassScore, PreparationChoice } from "../../shared/protocol.ts";
import { mostProbable } from "../../shared/ranking.ts";
import type { FloatTensor } from "../../shared/tensor.ts";
import type { Picture } from "../images/picture.ts";
import { toTensor } from "../images/prepare.ts";
import { looking, type Views } from "./views.ts";

export interface Outcome {
  readonly probabilities: Float32Array;
  readonly scores: Float32Array;
}

export interface Trial {
  /** What is possible, the more common first. */
  readonly candidates: readonly Preparation[];
  /** Where the only candidate comes from; several are a guess. */
  readonly from: Origin;
  readonly photo: Picture;
  /** Other photos of everyday things, as a second opinion on networks that know the classes of ImageNet. */
  readonly references: readonly Picture[];
  readonly classify: (tensor: FloatTensor) => Promise<Outcome>;
  readonly labels: readonly string[];
  readonly signal?: AbortSignal;
}

const FINALISTS = 4;

/**
 * Tries preparations on a photo; the likeliest comes first. It is the one with which the network learns most from
 * looking: its uncertainty (entropy) about a blank picture of the photo's mean colour, less that about the photo. The
 * entropy of the photo alone is fooled: many networks grow more certain of anything the larger their input's numbers
 * are, and that shows on the blank too. The photo is looked at as it is, mirrored, and without its edges, and the
 * three predictions are averaged: a chance certainty does not last.
 *
 * Measured with EfficientNet-Lite0 and SqueezeNet 1.1, each also behind arithmetic that makes it expect each of the
 * other preparations (16 networks), on 4 photos: the right one came first in 64 of 64 cases, counting the two nearly
 * equal ones ((x − 127.5) / 127.5 and (x − 127) / 128) as one. By the entropy of the photo alone: in 21. Without the
 * references: in 40, though the top class was then the right one's in 60; mostly neighbours such as "BGR, mean
 * subtracted" and "BGR, as it is" were mistaken for each other.
 *
 * Whether the photo is stretched or cropped is not put to the network: both are right for one trained with either, and
 * the whole photo can be explained. Each one's crop is listed behind it.
 */
export async function choose(trial: Trial): Promise<readonly PreparationChoice[]> {
  const { candidates, photo, references } = trial;
  const [only] = candidates;
  if (only === undefined) return [];
  const views = looking();
  if (candidates.length === 1)
    return [choiceOf(trial, only, await look(trial, views(photo, only).plain, only), trial.from)];

  const first = await glance(trial, views(photo, only), only);
  const { length: classes } = first.plain.probabilities;
  const ranked = [first];
  for (const candidate of candidates.slice(1)) ranked.push(await glance(trial, views(photo, candidate), candidate));
  ranked.sort(byGain);

  const everyday = (classes === 1000 || classes === 1001) && only.color !== "gray";
  const others = everyday ? references.filter(({ pixels }) => pixels !== photo.pixels) : [];
  const finalists: Candidate[] = [];
  for (const candidate of ranked.slice(0, FINALISTS)) {
    const gains: number[] = [];
    for (const picture of [photo, ...others])
      gains.push(await gainOn(trial, views(picture, candidate.preparation), candidate.preparation));
    finalists.push({ ...candidate, gain: gains.reduce((sum, gain) => sum + gain, 0) / gains.length });
  }

  const [winner = first, ...rest] = [...finalists.sort(byGain), ...ranked.slice(FINALISTS)];
  const choices: Candidate[] = [];
  for (const candidate of [winner, ...rest]) choices.push(candidate, ...(await cropped(trial, candidate)));
  return choices.map(({ preparation, plain }) => choiceOf(trial, preparation, plain, "guess"));
}

interface Candidate {
  readonly preparation: Preparation;
  readonly plain: Outcome;
  /** In nats. */
  readonly gain: number;
}

/** The sort is stable: of equals the more common stays first. */
const byGain = (a: Candidate, b: Candidate): number => b.gain - a.gain;

async function look({ classify, signal }: Trial, picture: Picture, preparation: Preparation): Promise<Outcome> {
  signal?.throwIfAborted();
  return classify(toTensor(picture, preparation));
}

/** Two looks only: enough to leave out what is far off. */
async function glance(trial: Trial, views: Views, preparation: Preparation): Promise<Candidate> {
  const plain = await look(trial, views.plain, preparation);
  const nothing = await look(trial, views.blank, preparation);
  return { preparation, plain, gain: entropy(nothing.probabilities) - entropy(plain.probabilities) };
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

/** A preparation's crop, where the photo has another shape than the input and the fit is not settled. */
async function cropped(trial: Trial, { preparation, gain }: Candidate): Promise<Candidate[]> {
  const [height, width] = preparation.size;
  const { photo } = trial;
  if (preparation.fit !== "stretch" || photo.width * height === photo.height * width) return [];
  const crop: Preparation = { ...preparation, fit: "crop" };
  return [{ preparation: crop, plain: await look(trial, looking()(photo, crop).plain, crop), gain }];
}

function choiceOf({ labels }: Trial, preparation: Preparation, plain: Outcome, from: Origin): PreparationChoice {
  const { probabilities, scores } = plain;
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
  return { preparation, from, words: describePreparation(preparation), top, entropy: entropy(probabilities) };
}

/** In nats. Not a number where a network overflows: then it says nothing, and counts as knowing nothing. */
export function entropy(probabilities: Float32Array): number {
  const sum = probabilities.reduce((total, p) => (p > 0 ? total - p * Math.log(p) : total), 0);
  return probabilities.every(Number.isFinite) ? sum : Math.log(probabilities.length);
}
