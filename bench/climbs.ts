import { imagenet } from "../src/engine/images/imagenet.ts";
import { chances, within } from "../src/engine/synthesis/chance.ts";
import type { Climb } from "../src/engine/synthesis/climb.ts";
import { adam, ascent } from "../src/engine/synthesis/optimizers.ts";
import { fourier } from "../src/engine/synthesis/parameterizations/fourier.ts";
import { pixels } from "../src/engine/synthesis/parameterizations/pixels.ts";
import { roll } from "../src/engine/synthesis/transformations/roll.ts";
import { lucidView } from "../src/engine/synthesis/views.ts";
import type { Preparation } from "../src/shared/preparation.ts";
import { noise, options } from "./models.ts";

export const preparation: Preparation = {
  size: [224, 224],
  fit: "stretch",
  color: "RGB",
  range: [0, 1],
  ...imagenet,
  layout: "NCHW",
};

/** SqueezeNet's, where it dreams well. */
export const layerOfDreams = "fire6/concat";

export type Ways = Pick<Climb, "parameterization" | "transformation" | "optimizer" | "penalties">;

/** As google/deepdream: pixels, jitter undone, steps by the mean of |g|. */
export const dreaming = async (side: number): Promise<Ways> =>
  Promise.resolve({
    parameterization: pixels(noise([1, 3, side, side])),
    transformation: (step) => {
      const next = chances(0, 1, step);
      return roll(within(next, 32), within(next, 32));
    },
    optimizer: ascent(1.5, "mean"),
  });

/** As Lucid: Fourier, decorrelated colours, shift, scale, turn, shift; Adam. */
export const visualizing = async (side: number): Promise<Ways> => {
  const size = { height: side, width: side };
  return {
    parameterization: await fourier({ ...size, threads: options.threads, seed: 0 }),
    transformation: lucidView(0, size, size, size),
    optimizer: adam(0.05),
  };
};
