import { choice, choiceOrNumber, folder, network, number } from "../../../shared/parameters.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import { resized, type Canvas } from "../canvas.ts";
import { experienced } from "../climb-state.ts";
import { climb } from "../climb.ts";
import { evaluatorFor } from "../evaluator.ts";
import { openGenerator } from "../generator-file.ts";
import { classScore, logProbability, sum } from "../objectives.ts";
import { verdictOn } from "../opinion.ts";
import { adam } from "../optimizers.ts";
import { generated } from "../parameterizations/generator.ts";
import { withNormalPrior, type WithPrior } from "../parameterizations/prior.ts";
import { photoPrior } from "../photo-prior.ts";
import type { Size } from "../program.ts";
import { synthesisTechnique, type Said, type SynthesisRun } from "../technique.ts";
import { faded, lucidView, noiseSeen, usualViews } from "../views.ts";

const withFolder = { when: { parameter: "prior", is: ["folder"] } } as const;
const withGenerator = { when: { parameter: "prior", is: ["generator"] } } as const;

/**
 * Weights of the prior, chosen by looking. A photo's numbers are as many as its pixels, of which the class wants few large; a
 * generator's are few, and all of them have a say in what it draws.
 */
const usualWeight = { folder: 100, generator: 1 };

const parameters = {
  prior: choice({
    label: "The look of photos is learned from",
    default: "folder",
    options: { folder: "A folder of photos", generator: "A generator (ONNX)" },
    fromStart: true,
  }),
  folder: folder({
    label: "Folder of photos",
    help: "Their power spectrum, the covariance of their colours, and small patches of them.",
    default: "",
    required: "Choose a folder of photos.",
    ...withFolder,
  }),
  photos: number({ label: "Photos, at most", default: 100, min: 1, max: 2000, step: 1, ...withFolder }),
  generator: network({
    label: "Generator",
    help: "An ONNX file that makes a picture from a latent.",
    default: "",
    required: "Choose a generator: an ONNX file that makes a picture from a latent.",
    fromStart: true,
    ...withGenerator,
  }),
  range: choice({
    advanced: true,
    label: "Scale of its pictures",
    default: "auto",
    options: { auto: "As it ends, or draws", "-1..1": "−1 to 1", "0..1": "0 to 1", "0..255": "0 to 255" },
    ...withGenerator,
  }),
  steps: number({ label: "Steps", default: 192, min: 1, max: 5000, step: 1 }),
  noise: noiseSeen({ default: 45, ...withFolder }), // what a generator draws has no grain
  rate: number({ advanced: true, label: "Learning rate (Adam)", default: 0.05, min: 0.001, max: 1, step: 0.001 }),
  "prior-weight": choiceOrNumber({
    advanced: true,
    label: "Weight of the prior",
    help: "The more, the more it is like any photo, and the less like the class.",
    default: "usual",
    options: { usual: `Usual: ${usualWeight.folder}; of a generator ${usualWeight.generator}` },
    min: 0,
    max: 10_000,
    step: 0.1,
  }),
  "patch-weight": number({
    advanced: true,
    label: "Weight of the patches",
    default: 6000,
    min: 0,
    max: 1_000_000,
    step: 1,
    ...withFolder,
  }),
} as const;

type Run = SynthesisRun<typeof parameters>;
interface Made {
  readonly picture: WithPrior;
  readonly size: Size;
}

export default synthesisTechnique({
  title: "Class reconstruction",
  summary: "A picture of a class as photos look: made under what is known of photos.",
  convention:
    "ascends score + log-probability − σ (λ ‖z‖² / 2n + μ D), σ the standard deviation of all classes' scores for the picture that it starts from; of a folder: picture = mean + M F⁻¹(√S z), M Mᵀ the covariance of its colours, S the power spectrum of each decorrelated colour over all directions (Hann's window), so that −‖z‖² / 2 is the log-likelihood of a normal picture with the photos' statistics, and D the mean square distance of 8 × 8 patches from the nearest of 256 of the photos', mean colours aside; of a generator: z its latent, D = 0; Adam, views as in Lucid, of a folder's pictures through noise that fades",
  citation: {
    authors: "Nguyen, Dosovitskiy, Yosinski, Brox, Clune",
    title: "Synthesizing the preferred inputs for neurons in neural networks via deep generator networks",
    venue: "NeurIPS",
    year: 2016,
    url: "https://arxiv.org/abs/1605.09304",
  },
  fromPhoto: false,
  needs: ["class"],
  parameters,
  order: 25,

  async *run(run) {
    const { target, model, bound, line, seed, from, signal } = run;
    if (!target || !bound.score) throw new NotApplicable(await model.whyNoClasses());
    if (from && from.kind !== "numbers")
      throw new NotApplicable("A class is reconstructed from its own numbers, not from a picture: start anew.");
    const { classes, activation } = bound.score;
    const weights = Float32Array.from({ length: classes }, (_, i) => Number(i === target.index));
    const objective = sum([
      [1, classScore(weights), "score"],
      [1, logProbability(target.index, activation), "log-probability"],
    ]);
    const { steps, rate, prior } = run.parameters;
    const noise = prior === "folder" ? run.parameters.noise : 0;
    yield aheadOf(1, steps, from);
    const made = yield* prior === "folder" ? ofPhotos(run) : ofGenerator(run);
    if (!made) return;
    const { picture, size } = made;
    let canvas: Canvas | undefined;
    try {
      picture.weigh(await spreadOfScores(await picture.picture(), run));
      if (from && from.values.length !== picture.values.length)
        throw new NotApplicable("What there is to go on from was made with another prior, or another size.");
      if (from) picture.set(Float32Array.from(from.values));
      const evaluator = await evaluatorFor(model, model.inputSize, line, objective, run);
      try {
        const optimizer = experienced(adam(rate), from?.state);
        const waking = { asleep: from?.state?.asleep };
        const plan = {
          parameterization: picture,
          transformation: (step: number) =>
            lucidView(seed, size, model.inputSize, model.inputSize, {
              ...usualViews,
              noise: faded(noise, step, steps),
            })(step),
          evaluate: evaluator.evaluate,
          optimizer,
          waking,
          steps,
          done: from?.step ?? 0,
          what: `The score, and log-probability, of ${target.label}`,
        };
        for await (const step of climb(plan, signal)) {
          canvas = await picture.picture();
          yield {
            ...step,
            losses: { ...step.losses, ...picture.losses() },
            canvas,
            octave: 1,
            octaves: 1,
            steps,
            done: step.step,
            total: steps,
            // Of the picture alone the latent could not be had again.
            checkpoint: () => ({
              kind: "numbers",
              octave: 1,
              step: step.step,
              shape: picture.shape,
              values: picture.values.slice(),
              state: {
                parameterization: picture.kind,
                shape: picture.shape,
                optimizer: optimizer.state(),
                ...(waking.asleep !== undefined && { asleep: waking.asleep }),
              },
            }),
          };
        }
      } finally {
        await evaluator.release();
      }
    } finally {
      await picture.release();
    }
    if (!canvas || signal.aborted) return;
    yield await verdictOn(canvas, model.inputSize, { ...run, target });
  },
});

/** Networks' scores are of very different sizes: weights are meant in standard deviations of them, for what it starts from. */
async function spreadOfScores(canvas: Canvas, { model, line }: Run): Promise<number> {
  const { height, width } = model.inputSize;
  const { data } = await model.scores(line.toNetwork(resized(canvas, height, width)));
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  return Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length) || 1;
}

async function* ofPhotos(run: Run): AsyncGenerator<Said, Made | undefined> {
  const picture = yield* photoPrior(run, { ...run.parameters, "prior-weight": weightOf(run) });
  return picture && { picture, size: run.model.inputSize };
}

async function* ofGenerator(run: Run): AsyncGenerator<Said, Made> {
  const { parameters, model, seed, threads } = run;
  const { generator: path, range } = parameters;
  const generator = await openGenerator(path, range, model.memory);
  yield { key: "generator", said: generator.remarks.join(" ") };
  const picture = withNormalPrior(await generated(generator, { threads, seed }), weightOf(run));
  return { picture, size: generator.size };
}

function weightOf({ parameters: { prior, "prior-weight": given } }: Pick<Run, "parameters">): number {
  return typeof given === "number" ? given : usualWeight[prior];
}
