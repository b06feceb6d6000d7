import { number, photo as photoParameter } from "../../../shared/parameters.ts";
import { percent } from "../../../shared/percent.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import { attack, start, steady } from "../attack.ts";
import { drawn, type Canvas } from "../canvas.ts";
import { enlarged } from "../enlarged.ts";
import { logOdds } from "../log-odds.ts";
import { resumed } from "../matching.ts";
import { noise } from "../noise.ts";
import { answer, opinionOf, rounded, type Opinion } from "../opinion.ts";
import { Program } from "../program.ts";
import { synthesisTechnique, type Grown } from "../technique.ts";
import { twoDigits } from "../two-digits.ts";

/** Deviation of the noise that stands for no photo, of 255. */
const deviation = 40;
/** All steps together would go so many times as far as they may, if none turned. */
const reach = 8;

export default synthesisTechnique({
  title: "Fooling image",
  summary: "Noise, or another photo, that the network takes for a class with all certainty, and nobody else does.",
  convention:
    "uphill in the class's log-odds, each step the gradient's sign, no number further than ε of 255 from where it starts, until the class has the probability that is wanted, in 8 bits; after a sigmoid a class's score alone is its log-odds",
  citation: {
    authors: "Nguyen, Yosinski, Clune",
    title: "Deep neural networks are easily fooled: high confidence predictions for unrecognizable images",
    venue: "CVPR",
    year: 2015,
    url: "https://arxiv.org/abs/1412.1897",
  },
  fromPhoto: false,
  needs: ["class"],
  parameters: {
    photo: photoParameter({
      label: "From a photo",
      help: "What it is to look like; noise when there is none.",
      default: "",
    }),
    epsilon: number({ label: "ε, of 255", help: "How far a number may go.", default: 16, min: 1, max: 255, step: 1 }),
    sure: number({ advanced: true, label: "Until so sure", default: 0.995, min: 0.5, max: 0.99999, step: 0.001 }),
    steps: number({ label: "Steps at most", default: 200, min: 1, max: 5000, step: 1 }),
  },
  order: 90,

  async *run(run) {
    const { model, bound, line, target, parameters, seed, meanColor, from, signal } = run;
    const { photo, epsilon, sure, steps } = parameters;
    if (!target || !bound.score) throw new NotApplicable(await model.whyNoClasses());
    yield aheadOf(1, steps, from);
    const { activation } = bound.score;
    const probabilityOf = ({ probabilities }: Opinion) => probabilities[target.index] ?? NaN;
    const begun = photo ? run.view(await run.read(photo)) : rounded(noise(model.inputSize, meanColor, deviation, seed));
    const before = await opinionOf(begun, run);
    const program = await Program.open(model, model.inputSize, line, logOdds(target.index, activation));
    try {
      const plan = {
        center: begun,
        radius: epsilon,
        norm: "linf" as const,
        start: from ? () => resumed(from, model.inputSize) : start.center,
        reach,
        steps,
        done: from?.step ?? 0,
        evaluate: (canvas: Canvas, redirect: boolean) => program.evaluate(canvas, redirect),
        waking: { asleep: from?.state?.asleep },
        what: `The logarithm of the odds of ${target.label}`,
      };
      let last: Grown | undefined;
      for await (const grown of attack(plan, { octave: 1, octaves: 1 }, signal)) {
        const canvas = steady(grown.canvas, begun, epsilon, "linf");
        last = { ...grown, canvas, worth: async () => (await program.evaluate(canvas)).objective };
        const enough = probabilityOf(await opinionOf(last.canvas, run)) >= sure;
        if (enough) last = { ...last, total: grown.step };
        yield last;
        if (enough) break;
      }
      if (!last || signal.aborted) return;
      const after = await opinionOf(last.canvas, run);
      const good = probabilityOf(after) >= sure;
      const said =
        activation === "softmax"
          ? `The network takes it for ${after.label} with ${percent(after.probability)}; what it started from for ${before.label} with ${percent(before.probability)}.`
          : `Asked about ${target.label}, the network says ${answer(probabilityOf(after))} of it, and ${answer(probabilityOf(before))} of what it started from.`;
      const difference = enlarged(last.canvas, begun);
      yield {
        verdict: good ? said : `${said} ${shortfall(target.label, probabilityOf(after), sure)}`,
        good,
        ...(good && last.total < steps && { more: stoppedEarly(last.total, steps, sure) }),
        beside: [
          {
            key: "difference",
            title: `The difference, enlarged ${twoDigits(difference.times)} times`,
            picture: drawn(difference.canvas),
          },
          { key: "photo", title: "What it started from", picture: drawn(begun) },
        ],
      };
    } finally {
      await program.release();
    }
  },
});

const stoppedEarly = (made: number, most: number, sure: number): string =>
  `${made === 1 ? "One step was" : `${made} steps were`} enough, of at most ${most}: it ends as soon as ${Number((100 * sure).toPrecision(7))} % is reached.`;

function shortfall(label: string, probability: number, sure: number): string {
  const [has, wanted] = [100 * probability, Number((100 * sure).toPrecision(7))];
  // What falls short by little is told in as many digits as show it.
  const digits = [has < 10 ? 2 : 1, 2, 3, 4, 5].find((n) => Number(has.toFixed(n)) < wanted) ?? 6;
  return `${label} has ${has.toFixed(digits)} %, not the ${wanted} % that were asked for: take more steps or a larger ε.`;
}
