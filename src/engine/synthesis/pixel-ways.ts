import { number, type ValuesOf } from "../../shared/parameters.ts";
import { chances, within } from "./chance.ts";
import { blurEvery, clipSmall, decay, type Repair } from "./regularizers.ts";
import { isSameSize, type Size } from "./program.ts";
import { repairEach, transformEach } from "./several.ts";
import { roll } from "./transformations/roll.ts";
import { chain } from "./transformations/transformation.ts";
import { fittedInto } from "./views.ts";

const withPixels = { advanced: true, when: { parameter: "method", is: ["l2", "yosinski"] } } as const;
const withYosinski = { advanced: true, when: { parameter: "method", is: ["yosinski"] } } as const;

/**
 * What a person may change of the ways that are made of pixels. The strengths of all four of Yosinski et al. 2015 together
 * were chosen by looking, on SqueezeNet: stronger decay and clipping leave little but grey, weaker blur leaves specks.
 */
export const pixelWays = {
  jitter: number({
    ...withPixels,
    label: "Jitter, pixels",
    help: "How far the picture is moved at most before the network sees it, by a different amount in each step; the papers do not do this.",
    default: 4,
    min: 0,
    max: 256,
    step: 1,
  }),
  decay: number({
    ...withYosinski,
    label: "L2 decay",
    help: "The share of its distance from the mean colour that each step takes away.",
    default: 0.0001,
    min: 0,
    max: 1,
    step: 0.0001,
  }),
  "blur-every": number({
    ...withYosinski,
    label: "Steps from one blur to the next",
    default: 4,
    min: 1,
    max: 1000,
    step: 1,
  }),
  "blur-sigma": number({
    ...withYosinski,
    label: "Blur (σ), pixels",
    help: "0: no blur.",
    default: 1,
    min: 0,
    max: 16,
    step: 0.1,
  }),
  "small-norm": number({
    ...withYosinski,
    label: "Percentile of small norm",
    help: "In each step this percentage of the pixels, those nearest to the mean colour, is set to it.",
    default: 10,
    min: 0,
    max: 100,
    step: 0.5,
  }),
  "small-contribution": number({
    ...withYosinski,
    label: "Percentile of small contribution",
    help: "In each step this percentage of the pixels, those that contribute least to what is climbed, is set to the mean colour.",
    default: 10,
    min: 0,
    max: 100,
    step: 0.5,
  }),
} as const;

type Given = Partial<ValuesOf<typeof pixelWays>>;

const valueOf = (given: Given, key: keyof Given): number => given[key] ?? pixelWays[key].default;

/** Moved about, and reduced where the network sees fewer pixels. */
export const jittered = (given: Given, seed: number, from: Size, seen: Size) => {
  const most = valueOf(given, "jitter");
  const fit = isSameSize(from, seen) ? [] : [fittedInto(from, seen)];
  return transformEach((step: number) => {
    const next = chances(seed, 0, step);
    return chain([roll(within(next, most), within(next, most)), ...fit]);
  });
};

export const yosinskis = (given: Given, meanColor: readonly number[]): readonly Repair[] =>
  [
    decay(valueOf(given, "decay"), meanColor),
    blurEvery(valueOf(given, "blur-every"), valueOf(given, "blur-sigma")),
    clipSmall(
      { norm: valueOf(given, "small-norm") / 100, contribution: valueOf(given, "small-contribution") / 100 },
      meanColor,
    ),
  ].map(repairEach);
