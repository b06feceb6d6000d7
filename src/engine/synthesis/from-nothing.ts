import { choice, choiceOrNumber, number, type ValuesOf } from "../../shared/parameters.ts";
import { blank, brightest, type Canvas } from "./canvas.ts";
import { climb, type Climb } from "./climb.ts";
import { evaluatorFor } from "./evaluator.ts";
import type { Objective } from "./objectives.ts";
import { adam, ascent } from "./optimizers.ts";
import { normal } from "../images/arithmetic.ts";
import { chances, within } from "./chance.ts";
import { fourier } from "./parameterizations/fourier.ts";
import type { Parameterization } from "./parameterizations/parameterization.ts";
import { pixels } from "./parameterizations/pixels.ts";
import type { Size } from "./program.ts";
import { blurEvery, clipSmallContribution, clipSmallNorm, decay, l2, totalVariation } from "./regularizers.ts";
import type { Grown, SynthesisRun } from "./technique.ts";
import { roll } from "./transformations/roll.ts";
import { lucidView } from "./views.ts";

/** What every picture that starts from nothing can be told. */
export const fromNothing = {
  method: choice({
    label: "Made by",
    help: "Fourier and transformations look most like things; the others show what the network asks for by itself.",
    default: "fourier",
    options: {
      fourier: "Fourier and transformations (Lucid)",
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
  rate: number({
    label: "Learning rate (Adam)",
    default: 0.05,
    min: 0.001,
    max: 1,
    step: 0.001,
    when: { parameter: "method", is: ["fourier"] },
  }),
  "total-variation": number({
    label: "Weight of total variation",
    help: "Takes away what only a network sees: fine grain.",
    default: 0,
    min: 0,
    max: 10_000,
    step: 1,
    when: { parameter: "method", is: ["fourier"] },
  }),
  "step-size": choiceOrNumber({
    label: "Step size, of 255",
    default: "usual",
    options: { usual: "The method's own" },
    min: 0.01,
    max: 50,
    when: { parameter: "method", is: ["l2", "yosinski"] },
  }),
  l2: number({
    label: "Weight of L2",
    default: 3000,
    min: 0,
    max: 100_000,
    step: 100,
    when: { parameter: "method", is: ["l2"] },
  }),
} as const;

/**
 * All four of Yosinski et al. 2015 together. Their strengths were chosen by looking, on SqueezeNet: stronger decay and
 * clipping leave little but grey, weaker blur leaves specks.
 */
const yosinski = { decay: 0.0001, blurEvery: 4, blurSigma: 1, smallNorm: 0.1, smallContribution: 0.1 };
/** Step sizes on the scale of 0 to 255, by looking too. What is blurred away again bears larger steps. */
const usualSteps = { l2: 1, yosinski: 6 };
/** Deviation of the noise that pixels start from, of 255. */
const noise = 5;
/** Pixels of the jitter for pictures made of pixels. */
const pixelJitter = 4;

type Values = ValuesOf<typeof fromNothing>;
/** Total variation may be left out by those who have no such parameter. */
type Wanted = Pick<SynthesisRun, "model" | "line" | "seed" | "meanColor" | "from" | "threads" | "signal"> & {
  readonly parameters: Omit<Values, "total-variation"> & Partial<Values>;
};

/** Climbs `objective` from noise, in one octave. Ends with the picture. */
export async function* growFromNothing(run: Wanted, objective: Objective, what: string): AsyncGenerator<Grown, void> {
  const { model, line, parameters, from, signal } = run;
  const usual = model.inputSize;
  const size = parameters.size === "network" ? usual : square(Number(parameters.size));
  const evaluator = await evaluatorFor(model, size, line, objective, signal);
  let parameterization: Parameterization | undefined;
  try {
    const ways = await waysOf(run, size);
    ({ parameterization } = ways);
    const { steps } = parameters;
    let { remark } = evaluator;
    for await (const step of climb(
      { ...ways, evaluate: evaluator.evaluate, what, steps, done: from?.step ?? 0 },
      signal,
    )) {
      const { shape, values } = ways.parameterization;
      yield {
        ...(remark !== undefined && { remark }),
        ...step,
        canvas: await ways.parameterization.picture(),
        octave: 1,
        octaves: 1,
        steps,
        done: step.step,
        total: steps,
        checkpoint: () => ({ octave: 1, step: step.step, shape, values: values.slice() }),
      };
      remark = undefined;
    }
  } finally {
    await parameterization?.release();
    await evaluator.release();
  }
}

const square = (side: number): Size => ({ height: side, width: side });

/** The choice from the tables that each method is. */
async function waysOf(
  { parameters, seed, meanColor, from, threads }: Wanted,
  size: Size,
): Promise<Pick<Climb, "parameterization" | "transformation" | "penalties" | "repairs" | "optimizer">> {
  const { method, rate, "total-variation": variation = 0 } = parameters;
  const jittered = (step: number) => {
    const next = chances(seed, 0, step);
    return roll(within(next, pixelJitter), within(next, pixelJitter));
  };
  const given = parameters["step-size"];
  const stepSize = typeof given === "number" ? given : usualSteps[method === "l2" ? "l2" : "yosinski"];
  switch (method) {
    case "fourier":
      return {
        parameterization: await fourier({ ...size, threads, seed, ...(from && { start: from.values }) }),
        transformation: lucidView(seed, size, size),
        penalties: variation > 0 ? [totalVariation(variation)] : [],
        optimizer: adam(rate),
      };
    case "l2":
      return {
        parameterization: pixels(startOf(size, meanColor, seed, from?.values)),
        transformation: jittered,
        penalties: [l2(parameters.l2, meanColor)],
        optimizer: ascent(stepSize, "mean"),
      };
    case "yosinski":
      return {
        parameterization: pixels(startOf(size, meanColor, seed, from?.values)),
        transformation: jittered,
        repairs: [
          decay(yosinski.decay, meanColor),
          blurEvery(yosinski.blurEvery, yosinski.blurSigma),
          clipSmallNorm(yosinski.smallNorm, meanColor),
          clipSmallContribution(yosinski.smallContribution, meanColor),
        ],
        optimizer: ascent(stepSize, "mean"),
      };
  }
}

/** The mean colour and a little noise: a flat picture has a flat gradient. */
function startOf({ height, width }: Size, color: readonly number[], seed: number, values?: Float32Array): Canvas {
  const canvas = blank(height, width);
  if (values) canvas.data.set(values);
  else {
    const next = normal(seed);
    const plane = height * width;
    canvas.data.forEach((_, i) => (canvas.data[i] = (color[Math.floor(i / plane)] ?? brightest / 2) + noise * next()));
  }
  return canvas;
}
