import { choice, choiceOrNumber, number, photo } from "../../shared/parameters.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Finding } from "../../shared/updates.ts";
import { add, constantLike, map, mix, multiply, scale, subtract, total } from "../images/arithmetic.ts";
import { blurred, plainColor, whiteNoise } from "./parts/fills.ts";
import { done, signedMap } from "./parts/findings.ts";
import { gaussLegendre, rightRiemann } from "./parts/gauss-legendre.ts";
import { NotApplicable, technique, type Run } from "./technique.ts";

/** Above this share of the score left unexplained the person is told to take more steps. */
const tolerance = 0.05;

const mostSteps = 1000;
/** A map for the screen after so many steps. */
const shownEvery = 5;

export default technique({
  title: "Integrated gradients",
  summary:
    "Gradients along the straight path from a baseline to the photo, times the difference: adds up to the score.",
  convention: "a straight path, points and weights as Captum; signed sum over channels",
  citation: {
    authors: "Sundararajan, Taly, Yan",
    title: "Axiomatic attribution for deep networks",
    venue: "ICML",
    year: 2017,
    url: "https://arxiv.org/abs/1703.01365",
  },
  needs: ["class"],
  parameters: {
    steps: number({ label: "Steps along the path", default: 50, min: 1, max: mostSteps, step: 1 }),
    rule: choice({
      label: "Quadrature",
      default: "gauss-legendre",
      options: { "gauss-legendre": "Gauss–Legendre", right: "Right Riemann sum" },
    }),
    baseline: choiceOrNumber({
      label: "Start from",
      help: "What counts as nothing to see. A number is a value in the network's input units.",
      default: "black",
      options: {
        black: "Black",
        mean: "Mean colour",
        blur: "The photo, blurred",
        noise: "White noise",
        photo: "Another photo",
      },
      min: -1e6,
      max: 1e6,
    }),
    photo: photo({ label: "The other photo", default: "" }),
    seed: number({ label: "Seed of the noise", default: 0, min: 0, max: 2 ** 31, step: 1 }),
  },
  order: 40,

  async *run(run) {
    const { model, image, target, parameters } = run;
    const start = await baselineOf(run);
    const { points, weights } = (parameters.rule === "right" ? rightRiemann : gaussLegendre)(parameters.steps);
    const of = { kind: "class", weights: target.weights } as const;
    const difference = subtract(image, start);
    let sum = map(image, () => 0);
    let used = 0;
    for (const [i, point] of points.entries()) {
      const weight = weights[i] ?? 0;
      const { signal } = await model.gradient(mix(start, image, point), { of });
      sum = add(sum, scale(signal, weight));
      used += weight;
      yield done(i + 1, points.length, "steps");
      // On the way, what is known so far stands for the whole path.
      if ((i + 1) % shownEvery === 0)
        yield signedMap(multiply(difference, scale(sum, 1 / used)), { title: "Attribution", unit: "of the score" });
    }
    const attribution = multiply(difference, sum);
    yield signedMap(attribution, { title: "Attribution", unit: "of the score" });
    yield await completeness(run, start, total(attribution));
  },
});

async function baselineOf({ image, colors, photo, parameters }: Run): Promise<FloatTensor> {
  const { baseline, photo: path, seed } = parameters as { baseline: string | number; photo: string; seed: number };
  if (typeof baseline === "number") return constantLike(image, baseline);
  switch (baseline) {
    case "mean":
      return plainColor(image, colors.mean);
    case "blur":
      return blurred(image);
    case "noise":
      return whiteNoise(image, colors, seed);
    case "photo":
      if (!path) throw new NotApplicable("Choose the other photo to start from.");
      return photo(path);
    default:
      return plainColor(image, colors.black);
  }
}

/** Sundararajan et al. 2017, proposition 1: the attributions add up to the difference of the scores. */
async function completeness(
  { model, image, target, parameters }: Run,
  start: FloatTensor,
  attributed: number,
): Promise<Finding> {
  const both = float32([2, ...image.shape.slice(1)], Float32Array.from([...image.data, ...start.data]));
  const scores = await model.scores(both);
  const score = (row: number) =>
    target.weights.reduce((sum, weight, k) => sum + weight * (scores.data[row * target.weights.length + k] ?? 0), 0);
  const change = score(0) - score(1);
  const share = change === 0 ? NaN : attributed / change;
  const good = Math.abs(share - 1) <= tolerance;
  const steps = Math.min(mostSteps, 4 * Number(parameters.steps));
  const what = target.weights.some((weight) => weight < 0) ? "the difference of the scores" : "the score";
  const parts = Number.isFinite(share) ? `${signed(100 * share, 1)} %` : "there is no difference to explain";
  return {
    kind: "note",
    key: "completeness",
    title: "Completeness",
    level: good ? "good" : "warning",
    text:
      `The map adds up to ${signed(attributed)} of the ${signed(change)} by which ${what} differs from the baseline's: ` +
      `${parts}${good ? "" : `; up to ${100 * tolerance} % off counts as adding up`}.`,
    ...(!good &&
      steps > Number(parameters.steps) && {
        mend: { label: `Use ${steps} steps`, parameters: { ...parameters, steps } },
      }),
  };
}

/** With the minus sign that numbers have on the rest of the screen. */
const signed = (value: number, digits = 2) => value.toFixed(digits).replace("-", "−");
