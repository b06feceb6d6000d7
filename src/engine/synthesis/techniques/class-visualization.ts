import { choice, choiceOrNumber, number } from "../../../shared/parameters.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { sizeOf, type Canvas } from "../canvas.ts";
import { fromNothing, growFromNothing, seenSize } from "../from-nothing.ts";
import { classScore, logProbability, probability, sum, type Objective } from "../objectives.ts";
import { verdictOn } from "../opinion.ts";
import { synthesisTechnique } from "../technique.ts";

/**
 * Weights of total variation, chosen by looking: EfficientNet's scores are a tenth of SqueezeNet's, and its pictures
 * mostly grain without it; next to a probability, which is never above 1, it would be all that counts.
 */
const usualVariation = { both: 50, logit: 50, probability: 0, "log-probability": 1 };

export default synthesisTechnique({
  title: "Class visualization",
  summary: "A picture that the network takes for a class, made from nothing.",
  convention:
    "the class's score before the softmax plus the logarithm of its probability after it (whose slope takes from other classes as long as they have something); or the score alone (others may rise with it), or the probability (which rises as well when others fall, and hardly slopes where it is near 0 or 1), or its logarithm alone (slopes until it is 1); Fourier: 1/f^1.25, decorrelated colours, sigmoid, Adam, a little total variation, shift, scale and turn as in Lucid, seen through noise that fades; or the same on a Laplacian pyramid; or pixels, jittered, with L2 towards the mean colour (Simonyan, who does not jitter, and whose weight is one number: here, unless it is given, it follows the size of the gradient); or with decay, blur, small norms and contributions clipped (Yosinski)",
  citation: {
    authors: "Simonyan, Vedaldi, Zisserman",
    title: "Deep inside convolutional networks: visualising image classification models and saliency maps",
    venue: "ICLR workshop",
    year: 2014,
    url: "https://arxiv.org/abs/1312.6034",
  },
  fromPhoto: false,
  needs: ["class"],
  parameters: {
    score: choice({
      label: "What rises",
      help: "The score shows the class itself, and may show another one more; a probability rises as well by taking away what other classes have.",
      default: "both",
      options: {
        both: "Score, and logarithm of the probability",
        logit: "Score before the softmax",
        probability: "Probability",
        "log-probability": "Logarithm of the probability",
      },
    }),
    ...fromNothing,
    steps: number({ ...fromNothing.steps, default: 192 }),
    falloff: number({ ...fromNothing.falloff, default: 1.25 }),
    noise: { ...fromNothing.noise, default: 45 },
    "total-variation": choiceOrNumber({
      advanced: true,
      label: "Weight of total variation",
      help: "Takes away what only a network sees: fine grain.",
      default: "usual",
      options: { usual: "What suits what rises" },
      min: 0,
      max: 10_000,
      step: 1,
      when: { parameter: "method", is: ["fourier", "laplacian"] },
    }),
  },
  order: 20,

  async *run(run) {
    const { target, model, bound, signal } = run;
    if (!target || !bound.score) throw new NotApplicable(await model.whyNoClasses());
    const { classes, activation } = bound.score;
    const weights = Float32Array.from({ length: classes }, (_, i) => Number(i === target.index));
    const [score, logarithm] = [classScore(weights), logProbability(target.index, activation)];
    const wanted: Readonly<Record<typeof run.parameters.score, readonly [Objective, string]>> = {
      both: [
        sum([
          [1, score, "score"],
          [1, logarithm, "log-probability"],
        ]),
        "score, and log-probability,",
      ],
      logit: [score, "score"],
      probability: [probability(target.index, activation), "probability"],
      "log-probability": [logarithm, "log-probability"],
    };
    const [objective, what] = wanted[run.parameters.score];
    let canvas: Canvas | undefined;
    const given = run.parameters["total-variation"];
    const variation = typeof given === "number" ? given : usualVariation[run.parameters.score];
    const making = { ...run, parameters: { ...run.parameters, "total-variation": variation } };
    for await (const grown of growFromNothing(making, objective, `The ${what} of ${target.label}`, undefined, {
      whole: true,
    })) {
      if ("canvas" in grown) ({ canvas } = grown);
      yield grown;
    }
    if (canvas && !signal.aborted) yield await verdictOn(canvas, seenSize(making, sizeOf(canvas)), { ...run, target });
  },
});
