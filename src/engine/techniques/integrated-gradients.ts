import { choice, choiceOrNumber, number, photo } from "../../shared/parameters.ts";
import type { FloatTensor } from "../../shared/tensor.ts";
import type { Finding } from "../../shared/updates.ts";
import { constantLike } from "../images/arithmetic.ts";
import { blurred, ownColors, plainColor, whiteNoise } from "./parts/fills.ts";
import { addsUpTo, integralOf, pathOf, refined, type Integral, type Path } from "./parts/path-integral.ts";
import { percent, scoreWords, signed } from "./parts/words.ts";
import { NotApplicable, technique, type Run } from "./technique.ts";

/** Up to this share of the score's change may be missing or too much. */
const tolerance = 0.01;

/** Steps at first; gradients that are taken at most until the sum adds up; steps that may be asked for. */
const [fewest, most, mostAsked] = [50, 400, 1000];

export default technique({
  title: "Integrated gradients",
  summary:
    "Gradients along the straight path from a baseline to the photo, times the difference: adds up to the score.",
  convention:
    `a straight path, points and weights as Captum; ${fewest} steps, and finer ones where the score changes otherwise ` +
    `than their sum until it is within ${100 * tolerance} % of the score's change, ${most} gradients at most; or exactly ` +
    "as many steps as asked for; signed sum over channels",
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
    const { steps: asked, baseline, rule } = run.parameters;
    const path = await pathOf(run, await baselineOf(run));
    yield* ownColors(run, baseline);
    const integral = yield* integralOf(path, rule, asked === "enough" ? fewest : Number(asked));
    const isFurther = asked === "enough" && isOff(path, integral);
    yield completeness(run, path, integral, isFurther);
    if (!isFurther) return;
    const isEnough = (finer: Integral) => !isOff(path, finer);
    yield completeness(run, path, yield* refined(path, rule, integral, { most, isEnough }), false);
  },
});

const shareOf = (path: Path, integral: Integral): number => addsUpTo(integral) / path.change;

function isOff(path: Path, integral: Integral): boolean {
  const share = shareOf(path, integral);
  return Number.isFinite(share) && Math.abs(share - 1) > tolerance;
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

/** Sundararajan et al. 2017, proposition 1: the attributions add up to the difference of the scores. */
function completeness({ target, parameters }: Run, path: Path, integral: Integral, isFurther: boolean): Finding {
  const { change } = path;
  const share = shareOf(path, integral);
  const steps = integral.pieces.length;
  const good = Math.abs(share - 1) <= tolerance;
  const text = Number.isFinite(share)
    ? `With ${steps} ${steps === 1 ? "step" : "steps"} the map adds up to ${signed(addsUpTo(integral))} of the ${signed(change)} by which ` +
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
    ...(!good && !isFurther && Number.isFinite(share) && mendOf(parameters["steps"], steps)),
  };
}

function mendOf(asked: unknown, steps: number) {
  if (asked !== "enough" && steps < most)
    return { mend: { label: "Until it adds up", parameters: { steps: "enough" } } };
  return steps < mostAsked ? { mend: { label: `Use ${mostAsked} steps`, parameters: { steps: mostAsked } } } : {};
}
