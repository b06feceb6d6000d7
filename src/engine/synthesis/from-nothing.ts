import { choice, choiceOrNumber, number, type ValuesOf } from "../../shared/parameters.ts";
import type { ClimbState } from "../../shared/climb-state.ts";
import type { Checkpoint } from "../../shared/synthesis.ts";
import { float32 } from "../../shared/tensor.ts";
import { normal } from "../images/arithmetic.ts";
import type { OpenModel } from "../model.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { aheadOf } from "./ahead.ts";
import { brightest, channels, resized, type Canvas } from "./canvas.ts";
import { asState, experienced, goesOnWith, keptOf, startOf } from "./climb-state.ts";
import { Dead, isFlat, type Climb } from "./climb.ts";
import { colorFolderWhen } from "./color-folder.ts";
import { diverseEvaluator, type Diverse } from "./diverse.ts";
import { atLeast, evaluatorFor } from "./evaluator.ts";
import { blurred, gradientBlur } from "./gradient-blur.ts";
import { grow, type Stage } from "./grow.ts";
import { isGrey } from "./noise.ts";
import type { Objective } from "./objectives.ts";
import { adam, ascent } from "./optimizers.ts";
import { coloredKind } from "./parameterizations/colors.ts";
import { fourier, fourierKind } from "./parameterizations/fourier.ts";
import { laplacian } from "./parameterizations/laplacian.ts";
import type { Parameterization } from "./parameterizations/parameterization.ts";
import { pixelKind, pixels } from "./parameterizations/pixels.ts";
import { jittered, pixelWays, yosinskis } from "./pixel-ways.ts";
import type { Size } from "./program.ts";
import { lastAsleep } from "./redirected.ts";
import { l2, l2ByShare, paid, totalVariation } from "./regularizers.ts";
import { penalizeEach, transformEach } from "./several.ts";
import type { Cells } from "./sheet.ts";
import type { Ahead, Grown, SynthesisRun } from "./technique.ts";
import { faded, lucidView, usualViews, views } from "./views.ts";

/** Of what is made of frequencies. */
export const rate = number({
  advanced: true,
  label: "Learning rate (Adam)",
  default: 0.05,
  min: 0.001,
  max: 1,
  step: 0.001,
});

/** What every picture that starts from nothing can be told. */
export const fromNothing = {
  method: choice({
    label: "Made by",
    help: "Frequencies look most like things, a pyramid has more contrast; the others show what the network asks for by itself.",
    default: "fourier",
    options: {
      fourier: "Fourier and transformations (Lucid)",
      laplacian: "Laplacian pyramid and transformations (Lucid)",
      l2: "L2 alone (Simonyan)",
      yosinski: "Four regularizers (Yosinski)",
    },
  }),
  steps: number({ label: "Steps", default: 256, min: 1, max: 5000, step: 1 }),
  size: choiceOrNumber({
    label: "Size, pixels",
    default: "network",
    options: { network: "The network's own" },
    min: 16,
    max: 1024,
    step: 1,
  }),
  rate: number({ ...rate, when: { parameter: "method", is: ["fourier", "laplacian"] } }),
  falloff: number({
    advanced: true,
    label: "Fall of frequencies",
    help: "Steps are the smaller, the higher the frequency, by this power of it. 1: as in photos; more: broad shapes before grain.",
    default: 1,
    min: 0,
    max: 3,
    step: 0.05,
    when: { parameter: "method", is: ["fourier"] },
  }),
  "total-variation": number({
    advanced: true,
    label: "Weight of total variation",
    help: "Takes away what only a network sees: fine grain.",
    default: 0,
    min: 0,
    max: 10_000,
    step: 1,
    when: { parameter: "method", is: ["fourier", "laplacian"] },
  }),
  "step-size": choiceOrNumber({
    advanced: true,
    label: "Step size, of 255",
    default: "usual",
    options: { usual: "The method's own" },
    min: 0.01,
    max: 50,
    when: { parameter: "method", is: ["l2", "yosinski"] },
  }),
  ...views,
  ...gradientBlur,
  ...colorFolderWhen("method", ["fourier", "laplacian"]),
  ...pixelWays,
  l2: choiceOrNumber({
    advanced: true,
    label: "Weight of L2",
    help: "How strongly a pixel as far from the mean colour as black is from white is drawn back to it. A number is in units of what is climbed, which differ by powers of ten.",
    default: "usual",
    options: { usual: "An eighth of the mean slope" },
    min: 0,
    max: 100_000,
    step: 0.1,
    when: { parameter: "method", is: ["l2"] },
  }),
} as const;

/** What L2 takes of the mean slope, by looking. */
const usualShare = 1 / 8;
/** Step sizes on the scale of 0 to 255, by looking too. What is blurred away again bears larger steps. */
const usualSteps = { l2: 1, yosinski: 6 };
/** Deviation of the noise that pixels start from, of 255. */
const startNoise = 5;

type Values = ValuesOf<typeof fromNothing>;
/** What those leave out who have no such parameters. */
type Optional =
  "falloff" | "total-variation" | "color-folder" | "gradient-blur" | keyof typeof views | keyof typeof pixelWays;

export type FromNothing = Pick<
  SynthesisRun,
  "model" | "line" | "seed" | "meanColor" | "mixing" | "from" | "threads" | "signal" | "alive"
> & {
  readonly parameters: Omit<Values, Optional> & Partial<Values>;
};

/** Several pictures that grow together as the cells of a sheet, from the `first` on. */
export interface Group extends Omit<Diverse, "objective"> {
  readonly cells: Cells;
  readonly first: number;
  readonly count: number;
  /** Whether they have their low frequencies in common, where they are made of frequencies. */
  readonly common: boolean;
  readonly octave: number;
  readonly octaves: number;
}

interface Wishes {
  /** What a person should know of it from the start. */
  readonly remark?: string | undefined;
  /** Whether a picture to go on from that wakes nothing is refused as dead: something else was climbed to make it. */
  readonly awake?: boolean;
  /** Whether another way to the same picture was given up. */
  readonly again?: boolean;
  /** Whether it is asked for something that is there once: what is larger than one run is not done in tiles then. */
  readonly whole?: boolean;
}

/** Climbs `objective` from noise, in one octave. Ends with the picture, or with a group of them. */
export async function* growFromNothing(
  run: FromNothing,
  objective: Objective,
  what: string,
  group?: Group,
  { remark, awake = false, again = false, whole = false }: Wishes = {},
): AsyncGenerator<Grown | Ahead, void> {
  const { model, line, parameters, signal } = run;
  const from = goesOnWith(run.from, again);
  const size = sizeWanted(model, parameters.size);
  const { octave = 1, octaves = 1, count = 1, common = false } = group ?? {};
  const resumed = !group || from?.octave === octave ? from : undefined;
  if (again || octave === (from?.octave ?? 1))
    yield aheadOf(octaves, parameters.steps, { octave, step: resumed?.step ?? 0 });
  const around = resumed && (group ? group.cells.from(group.first, count) : pictureOf(resumed, size));
  const seen = seenSize(run, size);
  const evaluator =
    group && count > 1
      ? await diverseEvaluator(model, seen, line, { ...group, objective })
      : await evaluatorFor(model, seen, line, objective, run, whole);
  let parameterization: Parameterization | undefined;
  try {
    const { asleep, isSecondWay } = resumed?.state ?? {};
    const done = resumed?.step ?? 0;
    if (awake && isSecondWay) throw new Dead(`Nothing has activated ${what} so far.`);
    if (awake && around && asleep === undefined && done >= lastAsleep(parameters.steps, true)) {
      const { gradient } = await evaluator.evaluate(
        resized(around, evaluator.size.height, evaluator.size.width),
        false,
      );
      if (isFlat(gradient.data)) throw new Dead(`Nothing of the picture that it goes on from activates ${what}.`);
    }
    const ways = await waysOf(run, size, { count, common, around, seen: evaluator.size, state: resumed?.state });
    ({ parameterization } = ways);
    const { steps } = parameters;
    const smooth = blurred(parameters["gradient-blur"] ?? 0);
    if (resumed?.state?.worthBefore !== undefined) evaluator.worthBefore?.take(resumed.state.worthBefore);
    const { evaluate, worthBefore } = evaluator;
    const waking = { asleep, raises: objective.atFirst !== undefined };
    const plan = { ...ways, evaluate, worthBefore, smooth, what, steps, done, waking, isSecondWay: again };
    const stage: Stage = { octave, octaves, remark: remark ?? evaluator.remark, place: group };
    yield* grow(plan, stage, signal);
  } finally {
    await parameterization?.release();
    await evaluator.release();
  }
}

export function sizeWanted(model: OpenModel, size: Values["size"]): Size {
  if (size === "network") return model.inputSize;
  return { height: Number(size), width: Number(size) };
}

const isTransformed = (method: Values["method"]): boolean => method === "fourier" || method === "laplacian";

/** What the network is shown of pictures of that size: where they are warped anyway, small ones are enlarged on the way. */
export const seenSize = (
  { model, parameters: { method } }: Pick<FromNothing, "model" | "parameters">,
  size: Size,
): Size => (isTransformed(method) ? atLeast(model, size) : size);

/** The picture of a checkpoint, at the size that is wanted now. */
function pictureOf({ shape, values }: Checkpoint, { height, width }: Size): Canvas {
  if (shape[0] !== 1)
    throw new NotApplicable(`There are ${shape[0]} pictures to go on from, and one is asked for: go on with as many.`);
  return resized(float32(shape, Float32Array.from(values)), height, width);
}

interface Several {
  readonly count: number;
  readonly common: boolean;
  /** What they go on from. */
  readonly around: Canvas | undefined;
  /** Where the network is shown them at another size than usual. */
  readonly seen?: Size;
  readonly state?: ClimbState | undefined;
}

/** The choice from the tables that each method is. */
export async function waysOf(
  run: Pick<FromNothing, "model" | "parameters" | "seed" | "meanColor" | "mixing" | "threads">,
  size: Size,
  { count, common, around, seen = seenSize(run, size), state }: Several = {
    count: 1,
    common: false,
    around: undefined,
  },
): Promise<Pick<Climb, "parameterization" | "transformation" | "penalties" | "repairs" | "optimizer">> {
  const { parameters, seed, meanColor, mixing, threads } = run;
  const { method, steps, "total-variation": variation = 0, falloff = 1 } = parameters;
  const view = { ...usualViews, ...parameters };
  const given = parameters["step-size"];
  const stepSize = typeof given === "number" ? given : usualSteps[method === "l2" ? "l2" : "yosinski"];
  const shape = [count, channels, size.height, size.width];
  const kept = keptOf(
    state,
    isTransformed(method)
      ? coloredKind(method === "fourier" ? fourierKind(common, falloff) : method, mixing)
      : pixelKind,
    shape,
  );
  const begun = kept ?? (around && asState(around));
  const options = { ...size, threads, seed, mixing, pictures: count, ...(begun && startOf(begun)) };
  switch (method) {
    case "fourier":
    case "laplacian":
      return {
        parameterization:
          method === "fourier" ? await fourier({ ...options, common, falloff }) : await laplacian(options),
        transformation: transformEach((step) => {
          const fading = faded(view.noise, step, steps);
          return lucidView(seed, size, seen, run.model.inputSize, { ...view, noise: fading })(step);
        }),
        penalties: paid(variation, (weight) => penalizeEach(totalVariation(weight))),
        optimizer: experienced(adam(parameters.rate), kept),
      };
    case "l2":
      return {
        parameterization: pixels(around ?? noisy(count, size, meanColor, seed)),
        transformation: jittered(parameters, seed, size, seen),
        penalties:
          typeof parameters.l2 === "number"
            ? paid(parameters.l2, (weight) => penalizeEach(l2(weight, meanColor)))
            : [penalizeEach(l2ByShare(usualShare, meanColor))],
        optimizer: experienced(ascent(stepSize, "mean"), kept),
      };
    case "yosinski":
      return {
        parameterization: pixels(around ?? noisy(count, size, meanColor, seed)),
        transformation: jittered(parameters, seed, size, seen),
        repairs: yosinskis(parameters, meanColor),
        optimizer: experienced(ascent(stepSize, "mean"), kept),
      };
  }
}

/** The mean colour and a little noise: a flat picture has a flat gradient. */
function noisy(count: number, { height, width }: Size, color: readonly number[], seed: number): Canvas {
  const next = normal(seed);
  const plane = height * width;
  const values = Float32Array.from(
    { length: count * channels * plane },
    (_, i) => (color[Math.floor(i / plane) % channels] ?? brightest / 2) + startNoise * next(),
  );
  for (let at = 0; isGrey(color) && at < values.length; at += plane) {
    const first = at - (at % (channels * plane));
    values.copyWithin(at, first, first + plane);
  }
  return float32([count, channels, height, width], values);
}
