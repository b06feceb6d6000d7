import { NotApplicable } from "../techniques/technique.ts";
import { chances } from "./chance.ts";
import { eachPhoto } from "./folder-of-photos.ts";
import { natural } from "./parameterizations/natural.ts";
import { withNormalPrior, withPatches, type WithPrior } from "./parameterizations/prior.ts";
import { patchDistance, patchesOf } from "./patch-distance.ts";
import { Statistician } from "./photo-statistics.ts";
import type { Said, SynthesisRun } from "./technique.ts";

/** Patches that a picture's are compared with. */
const dictionary = 256;
/** Of the numbers that it starts from, where those of a photo have 1: a faint picture, which the class decides. */
const startDeviation = 0.3;

/** Of fewer, what one of them shows weighs more than what all photos share. */
const fewPhotos = 20;

export interface PhotoPrior {
  readonly folder: string;
  readonly photos: number;
  readonly "prior-weight": number;
  readonly "patch-weight": number;
}

type Run = Pick<SynthesisRun, "model" | "read" | "view" | "seed" | "threads" | "signal">;

/** A picture of the network's size that pays for being unlike the photos of a folder. Undefined where that was cancelled. */
export async function* photoPrior(run: Run, wanted: PhotoPrior): AsyncGenerator<Said, WithPrior | undefined> {
  const { model, seed, threads, signal } = run;
  const size = model.inputSize;
  const statistician = new Statistician(size.height, size.width);
  const patches: Float32Array[] = [];
  let seen = 0;
  const count = yield* eachPhoto(wanted.folder, wanted.photos, run, (photo) => {
    statistician.take(photo);
    const next = chances(seed, 0, ++seen);
    // However many photos there are, each has the same share in the end: the n-th takes the places of one in n.
    patchesOf(photo, dictionary, next).forEach((patch, i) => {
      if (seen === 1 || next() * seen < 1) patches[i] = patch;
    });
  });
  if (signal.aborted) return undefined;
  if (count < fewPhotos)
    yield {
      key: "few photos",
      said: `${count === 1 ? "One photo is" : `${count} photos are`} few to learn from: the picture comes to look as ${count === 1 ? "it does" : "they do"}, rather than as photos do.`,
    };
  const { statistics } = statistician;
  if (!statistics)
    throw new NotApplicable(
      `The ${count === 1 ? "photo" : `${count} photos`} of ${wanted.folder} are of one colour: nothing is to be learnt from that.`,
    );
  const free = await natural(statistics, { ...size, threads, seed, deviation: startDeviation });
  const held = withNormalPrior(free, wanted["prior-weight"]);
  const weight = wanted["patch-weight"];
  if (weight === 0 || !patches.length) return held;
  try {
    return withPatches(held, await patchDistance(patches, size, threads), weight);
  } catch (error) {
    await held.release();
    throw error;
  }
}
