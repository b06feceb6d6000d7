import { choice, number } from "../../shared/parameters.ts";
import type { ClimbState } from "../../shared/climb-state.ts";
import type { Checkpoint } from "../../shared/synthesis.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { blank, channels, type Canvas } from "./canvas.ts";
import { asState, experienced, keptOf, startOf } from "./climb-state.ts";
import type { Climb } from "./climb.ts";
import { colorFolderWhen } from "./color-folder.ts";
import { lbfgs } from "./lbfgs.ts";
import { smoothNoise } from "./noise.ts";
import { adam } from "./optimizers.ts";
import { coloredKind } from "./parameterizations/colors.ts";
import { fourier } from "./parameterizations/fourier.ts";
import { pixels } from "./parameterizations/pixels.ts";
import type { Size } from "./program.ts";
import type { SynthesisRun } from "./technique.ts";

/** What every picture that is to match another one can be told. */
export const matching = {
  made: choice({
    advanced: true,
    label: "Made of",
    help: "Frequencies find what a photo has in common soonest; pixels are what the papers change, and stay grainy from noise.",
    default: "fourier",
    options: { fourier: "Frequencies, by 1/f, decorrelated colours", pixels: "Pixels" },
  }),
  optimizer: choice({
    advanced: true,
    label: "Optimizer",
    default: "lbfgs",
    help: "With pixels Adam's ε grows with the gradient: what the network hardly sees, at the edges, hardly moves.",
    options: { lbfgs: "L-BFGS", adam: "Adam" },
  }),
  ...colorFolderWhen("made", ["fourier"]),
} as const;

/** For those that pay for total variation whatever the picture is made of. */
export const variationWeight = {
  "total-variation": number({
    advanced: true,
    label: "Weight of total variation",
    default: 1,
    min: 0,
    max: 1000,
    step: 0.1,
  }),
} as const;

/** What the distance of two layers' values means, in percent of the photo's own. */
export const ofDistance = "0 % would be the same, 100 % as far off as if all were zero";

/** Where it is not the paper's. */
export const matchingConvention = "Adam on pixels with the gradient's root mean square added to its ε";

/**
 * Root mean square of the first step of L-BFGS, which finds the others by itself, and Adam's rate. Strides leave pixels at
 * the edge that the network hardly sees: undamped, Adam would go as far with them as with any, and paint a bar there.
 */
const steps = {
  fourier: { first: 0.01, rate: 0.05, damping: 0 },
  pixels: { first: 4, rate: 5, damping: 1 },
} as const;
/** Deviation of the noise that pixels start from, of 255. */
const deviation = 20;

interface Start extends Pick<
  SynthesisRun<typeof matching>,
  "parameters" | "seed" | "meanColor" | "mixing" | "threads"
> {
  readonly size: Size;
  /** The picture that it starts from; noise when left out. */
  readonly picture?: Canvas | undefined;
  readonly goesOn?: GoesOn | undefined;
}

/** Where it stood before a pause. */
export interface GoesOn {
  readonly picture: Canvas;
  readonly state?: ClimbState | undefined;
}

export const goesOnFrom = (from: Checkpoint | undefined, size: Size): GoesOn | undefined =>
  from && { picture: resumed(from, size), state: from.state };

/** What is changed, and by what, to come near something: the parameterization has to be released. */
export async function matcher({
  parameters: { made, optimizer },
  seed,
  meanColor,
  mixing,
  threads,
  size,
  picture,
  goesOn,
}: Start): Promise<Pick<Climb, "parameterization" | "optimizer" | "isDistance">> {
  const { first, rate, damping } = steps[made];
  const moves = optimizer === "lbfgs" ? lbfgs(first) : adam(rate, { damping });
  const shape = [1, channels, size.height, size.width];
  const state = keptOf(goesOn?.state, made === "fourier" ? coloredKind(made, mixing) : made, shape);
  const begun = state ?? (goesOn && asState(goesOn.picture));
  const parameterization =
    made === "fourier"
      ? await fourier({ ...size, threads, seed, mixing, ...(begun ? startOf(begun) : { around: picture }) })
      : pixels(goesOn?.picture ?? picture ?? smoothNoise(size, meanColor, deviation, seed));
  return { parameterization, optimizer: experienced(moves, state), isDistance: true };
}

/** The picture of a checkpoint. */
export function resumed({ shape, values }: Checkpoint, { height, width }: Size): Canvas {
  const canvas = blank(height, width);
  if (values.length !== canvas.data.length)
    throw new NotApplicable(
      `The picture to go on from has another size, ${shape[3]} × ${shape[2]} pixels instead of ${width} × ${height}: go on with the same size.`,
    );
  canvas.data.set(values);
  return canvas;
}
