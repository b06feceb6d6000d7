import { choice, choiceOrNumber, number, photo } from "../../shared/parameters.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Finding } from "../../shared/updates.ts";
import { add, constantLike, map, mix, multiply, scale, subtract, total } from "../images/arithmetic.ts";
import { blurred, ownColors, plainColor, whiteNoise } from "./parts/fills.ts";
import { done, signedMap } from "./parts/findings.ts";
import { gaussLegendre, rightRiemann } from "./parts/gauss-legendre.ts";
import { percent, scoreWords, signed } from "./parts/words.ts";
import { NotApplicable, technique, type Run } from "./technique.ts";

/** Up to this share of the score's change may be missing or too much. */
const tolerance = 0.01;
/** Below this share of the scores their difference is rounding. */
const rounding = 1e-6;

/** Steps at first, doubled as long as the sum does not add up; and the most that are taken so, or that may be asked for. */
const [fewest, most, mostAsked] = [50, 400, 1000];
/** A map for the screen after so many steps. */
const shownEvery = 5;

export default technique({
  title: "Integrated gradients",
  summary:
    "Gradients along the straight path from a baseline to the photo, times the difference: adds up to the score.",
  convention:
    `a straight path, points and weights as Captum; ${fewest} steps, doubled up to ${most} until the sum is within ` +
    `${100 * tolerance} % of the score's change, or exactly as many as asked for; signed sum over channels`,
  citation: {
    authors: "Sundararajan, Taly, Yan",
    title: "Axiomatic attribution for deep networks",
    venue: "ICML",
    year: 2017,
    url: "https://arxiv.org/abs/1703.01365",
  },
  needs: ["class"],
  parameters: {
    steps: choiceOrNumber({
      label: "Steps along the path",
      default: "enough",
      options: { enough: "Until it adds up" },
      min: 1,
      max: mostAsked,
      step: 1,
    }),
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
        white: "White",
        blur: "The photo, blurred",
        noise: "White noise",
        photo: "Another photo",
      },
      min: -1e6,
      max: 1e6,
    }),
    photo: photo({ label: "The other photo", default: "", when: { parameter: "baseline", is: ["photo"] } }),
    seed: number({
      label: "Seed of the noise",
      default: 0,
      min: 0,
      max: 2 ** 31,
      step: 1,
      when: { parameter: "baseline", is: ["noise"] },
    }),
  },
  order: 40,
  cost: fewest,

  async *run(run) {
    const { steps: asked, baseline } = run.parameters;
    const start = await baselineOf(run);
    const change = await changeOfScore(run, start);
    yield* ownColors(run, baseline);
    let before = 0;
    for (let steps = asked === "enough" ? fewest : Number(asked); ; steps *= 2) {
      const attribution = yield* integral(run, start, steps, before);
      const share = total(attribution) / change;
      const further = asked === "enough" && Math.abs(share - 1) > tolerance && 2 * steps <= most;
      yield completeness(run, { steps, change, share, further });
      if (!further) return;
      before += steps;
    }
  },
});

/** The attribution by so many gradients; `before`: those taken with fewer steps, which these do not share a point with. */
async function* integral(
  { model, image, target, parameters }: Run,
  start: FloatTensor,
  steps: number,
  before: number,
): AsyncGenerator<Finding, FloatTensor> {
  const { points, weights } = (parameters["rule"] === "right" ? rightRiemann : gaussLegendre)(steps);
  const of = { kind: "class", weights: target.weights } as const;
  const difference = subtract(image, start);
  const shown = (attribution: FloatTensor) => signedMap(attribution, { title: "Attribution", unit: "of the score" });
  let sum = map(image, () => 0);
  let used = 0;
  for (const [i, point] of points.entries()) {
    const weight = weights[i] ?? 0;
    const { signal } = await model.gradient(mix(start, image, point), { of });
    sum = add(sum, scale(signal, weight));
    used += weight;
    yield done(before + i + 1, before + points.length, "steps");
    // What is known so far stands for the whole path, where no whole one is known yet.
    if (!before && (i + 1) % shownEvery === 0) yield shown(multiply(difference, scale(sum, 1 / used)));
  }
  const attribution = multiply(difference, sum);
  yield shown(attribution);
  return attribution;
}

async function baselineOf({ image, colors, photo, parameters }: Run): Promise<FloatTensor> {
  const { baseline, photo: path, seed } = parameters as { baseline: string | number; photo: string; seed: number };
  if (typeof baseline === "number") return constantLike(image, baseline);
  switch (baseline) {
    case "mean":
      return plainColor(image, colors.mean);
    case "white":
      return plainColor(image, colors.white);
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

/** From the baseline to the photo: what there is to explain. */
async function changeOfScore({ model, image, target: { weights } }: Run, start: FloatTensor): Promise<number> {
  const both = float32([2, ...image.shape.slice(1)], Float32Array.from([...image.data, ...start.data]));
  const { data } = await model.scores(both);
  const score = (row: number) =>
    weights.reduce((sum, weight, k) => sum + weight * (data[row * weights.length + k] ?? 0), 0);
  const [there, here] = [score(0), score(1)];
  const change = there - here;
  return Math.abs(change) <= rounding * (Math.abs(there) + Math.abs(here)) ? 0 : change;
}

/** Sundararajan et al. 2017, proposition 1: the attributions add up to the difference of the scores. */
function completeness(
  { target, parameters }: Run,
  { steps, change, share, further }: { steps: number; change: number; share: number; further: boolean },
): Finding {
  const good = Math.abs(share - 1) <= tolerance;
  const text = Number.isFinite(share)
    ? `With ${steps} ${steps === 1 ? "step" : "steps"} the map adds up to ${signed(share * change)} of the ${signed(change)} by which ` +
      `${scoreWords(target)} differs from the baseline's: ${percent(share)}` +
      (good ? "." : `; up to ${100 * tolerance} % off counts as adding up.`)
    : change === 0
      ? `The baseline has the photo's score: there is no difference to explain.`
      : `The map's sum is no number, nor can it add up to anything.`;
  return {
    kind: "note",
    key: "completeness",
    title: "Completeness",
    level: good ? "good" : "warning",
    text,
    ...(!good && !further && Number.isFinite(share) && mendOf(parameters["steps"], steps)),
  };
}

function mendOf(asked: unknown, steps: number) {
  if (asked !== "enough" && steps < most)
    return { mend: { label: "Until it adds up", parameters: { steps: "enough" } } };
  return steps < mostAsked ? { mend: { label: `Use ${mostAsked} steps`, parameters: { steps: mostAsked } } } : {};
}
