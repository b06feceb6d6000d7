import { choice, choiceOrNumber, number } from "../../../shared/parameters.ts";
import { differing } from "../../../shared/made-with.ts";
import type { Standing } from "../../../shared/synthesis.ts";
import { float32 } from "../../../shared/tensor.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import { attack, start, steady, type Attack } from "../attack.ts";
import { drawn, picturesOf, sizeOf, together, type Canvas } from "../canvas.ts";
import { enlarged } from "../enlarged.ts";
import { goalOf, type Goal } from "../goal.ts";
import { afterJpeg, jpegQuality, opinionOf, rounded } from "../opinion.ts";
import { rootMeanSquare } from "../parameterizations/ball.ts";
import { isSameSize, Program } from "../program.ts";
import { Smallest } from "../smallest.ts";
import { sizeText } from "../size-text.ts";
import { synthesisTechnique, type Grown, type SynthesisRun, type Verdict } from "../technique.ts";
import { twoDigits } from "../two-digits.ts";

/** Whole numbers of 255 in a file; finer steps, a ninth apart, where nothing is rounded. */
const wholes = Array.from({ length: 64 }, (_, i) => i + 1);
const fine = Array.from({ length: 80 }, (_, i) => 2 ** (i / 8 - 4));

const parameters = {
  attack: choice({
    label: "Attack",
    default: "pgd",
    options: {
      fgsm: "One step (FGSM)",
      iterated: "Several steps (I-FGSM)",
      pgd: "Several steps from a chance start (PGD)",
    },
  }),
  towards: choice({
    label: "Towards",
    help: "Where each class is answered yes or no, any other is the other answer.",
    default: "any",
    options: { any: "Any other class", class: "One class" },
    needs: { class: "class" },
  }),
  norm: choice({
    advanced: true,
    label: "Size of the change",
    default: "linf",
    options: { linf: "The largest of any number (L∞)", l2: "The root of the mean square (L2)" },
  }),
  epsilon: choiceOrNumber({
    label: "ε, of 255",
    help: "How large the change may be.",
    default: "smallest",
    options: { smallest: "The smallest that does it" },
    min: 0.01,
    max: 255,
    step: 0.01,
  }),
  counts: choice({
    advanced: true,
    label: "What has to work",
    default: "file",
    options: { file: "The file, in 8 bits", numbers: "The numbers before rounding" },
  }),
  steps: number({
    label: "Steps",
    help: "For each strength that is tried.",
    default: 10,
    min: 1,
    max: 1000,
    step: 1,
    when: { parameter: "attack", is: ["iterated", "pgd"] },
  }),
} as const;

type Run = SynthesisRun<typeof parameters>;

const id = "adversarial-example";

export default synthesisTechnique({
  title: "Adversarial example",
  summary: "The photo, changed so little that nobody sees it, and the network says something else.",
  convention:
    "uphill in the log-odds of the class (the direction of the cross-entropy); ε on the scale of 0 to 255; steps of 2.5 ε over their number (Madry); each step the gradient's sign (L∞) or the gradient at length (L2); the smallest ε by bisection; after a sigmoid each class is answered yes or no, at 50 %",
  citation: {
    authors: "Madry, Makelov, Schmidt, Tsipras, Vladu",
    title: "Towards deep learning models resistant to adversarial attacks",
    venue: "ICLR",
    year: 2018,
    url: "https://arxiv.org/abs/1706.06083",
  },
  fromPhoto: true,
  needs: ["class"],
  parameters,
  order: 80,

  async *run(run) {
    const { photo, model, bound, line, target, from, signal } = run;
    const { epsilon, counts, norm } = run.parameters;
    if (!photo) throw new NotApplicable("An adversarial example starts from a photo.");
    if (!bound.score) throw new NotApplicable(await model.whyNoClasses());
    if (typeof epsilon === "number" && epsilon < 1 && counts === "file" && norm === "linf")
      throw new NotApplicable(
        `In 8 bits a change below 1 of 255 is none, and ε is ${epsilon}: choose 1 or more, or let the numbers before rounding count.`,
      );
    const view = run.view(photo);
    const before = await opinionOf(view, run);
    const goal = goalOf(before, target, bound.score);
    if (goal.isReached(before)) throw new NotApplicable(goal.already);
    const grid = typeof epsilon === "number" ? [epsilon] : counts === "file" && norm === "linf" ? wholes : fine;
    const search = new Smallest(grid);
    const program = await Program.open(model, model.inputSize, line, goal.objective);
    try {
      const plan = planOf(run, view, program, goal);
      const file = (canvas: Canvas, radius: number) =>
        counts === "file" ? steady(canvas, view, radius, norm) : canvas;
      const resumed = resume(run, search, view);
      if (from && !resumed)
        yield {
          key: "anew",
          said: "What was tried before was tried with other settings: the search begins anew, from the photo.",
        };
      const works = async (canvas: Canvas) => goal.isReached(await opinionOf(canvas, run));
      const tried = [...(resumed?.tried ?? [])];
      yield aheadOf(search.tries, plan.steps, resumed);
      let best = resumed?.best;
      let last: Grown | undefined;
      for (let radius = search.next; radius !== undefined; radius = search.next) {
        const tries = { octave: tried.length + 1, octaves: search.tries };
        const goesOn = tried.length === resumed?.tried.length ? resumed : undefined;
        let canvas = goesOn && file(goesOn.picture, radius);
        const way = goesOn && { start: () => goesOn.picture, done: goesOn.step };
        for await (const grown of attack({ ...plan, ...way, radius }, tries, signal)) {
          canvas = file(grown.canvas, radius);
          last = { ...grown, canvas, checkpoint: () => checkpointOf(grown.checkpoint(), [...tried], best) };
          yield last;
        }
        if (!canvas || signal.aborted) return;
        const worked = await works(canvas);
        if (worked) best = { ...canvas, data: canvas.data.slice() };
        search.tell(worked);
        tried.push({ radius, worked });
      }
      // Of what was kept all steps may be done already: then its picture is the last one.
      last ??= resumed && (await ended(resumed, tried, search.tries, { ...plan, counts }));
      if (!last) return;
      // The smallest that worked is rarely the one that was tried last; what was kept is looked at again.
      const canvas = best && (await works(best)) ? best : last.canvas;
      const worth = async () => (await program.evaluate(canvas)).objective;
      yield { ...last, canvas, worth, done: last.total };
      yield await verdict(run, canvas, view, goal);
    } finally {
      await program.release();
    }
  },
});

type Tried = NonNullable<Standing["tried"]>;

/** The picture that is changed, and below it the best so far, where there is one. */
function checkpointOf(own: Standing, tried: Tried, best: Canvas | undefined): Standing {
  if (!best) return { ...own, tried };
  const { shape, data } = together([float32(own.shape, Float32Array.from(own.values)), best]);
  return { ...own, tried, shape, values: data };
}

/** Where the search stood, told to it anew; undefined where what was found out holds no longer. */
function resume({ from, made }: Run, search: Smallest, view: Canvas) {
  if (!from || from.technique !== id || differing(from.made, made, "all").length) return undefined;
  const { octave, step, shape, values, tried = [] } = from;
  const [picture, best] = picturesOf(float32(shape, Float32Array.from(values)));
  if (picture?.data.length !== view.data.length)
    throw new NotApplicable(
      `The picture to go on from is ${shape[3]} × ${shape[2]} pixels, and the network takes ${view.shape[3]} × ${view.shape[2]}: start from the photo.`,
    );
  for (const { worked } of tried) search.tell(worked);
  return { picture, best, tried, octave, step };
}

/** What was kept after its last step, as a step that ends with it. */
async function ended(
  { picture, best }: { readonly picture: Canvas; readonly best: Canvas | undefined },
  tried: Tried,
  octaves: number,
  { center, norm, counts, steps, evaluate }: Omit<Attack, "radius"> & Pick<Run["parameters"], "counts">,
): Promise<Grown> {
  const octave = Math.max(1, tried.length);
  const canvas = counts === "file" ? steady(picture, center, tried.at(-1)?.radius ?? 0, norm) : picture;
  const { objective } = await evaluate(canvas, false);
  const { shape, data: values } = picture;
  const own = { kind: "picture", octave, step: steps, shape, values } as const;
  const place = { octave, octaves, step: steps, steps, done: octave * steps, total: octaves * steps };
  return { ...place, objective, losses: {}, canvas, checkpoint: () => checkpointOf(own, tried, best) };
}

function planOf(
  { parameters: { attack: way, steps, norm }, seed }: Run,
  view: Canvas,
  program: Program,
  { what }: Goal,
) {
  const plan: Omit<Attack, "radius"> = {
    center: view,
    norm,
    start: way === "pgd" ? start.chance(seed) : start.center,
    steps: way === "fgsm" ? 1 : steps,
    // One step goes all the way; several may turn.
    reach: way === "fgsm" ? 1 : 2.5,
    evaluate: (canvas, redirect) => program.evaluate(canvas, redirect),
    what,
  };
  return plan;
}

async function verdict(run: Run, canvas: Canvas, view: Canvas, goal: Goal): Promise<Verdict> {
  const difference = enlarged(canvas, view);
  const beside = [
    {
      key: "difference",
      title: `The difference, enlarged ${twoDigits(difference.times)} times`,
      picture: drawn(difference.canvas),
    },
    { key: "photo", title: "The photo as the network sees it", picture: drawn(view) },
  ];
  const after = await opinionOf(canvas, run);
  const file = rounded(canvas);
  const isLost = rootMeanSquare(file.data, view.data) === 0;
  if (!goal.isReached(after)) {
    const why =
      isLost && run.parameters.counts === "file"
        ? "in 8 bits nothing of this change is left. Choose a larger ε, or let the numbers before rounding count."
        : "this change is not enough.";
    return { verdict: `${goal.missed(after)}: ${why}`, good: false, beside };
  }
  const survives = async (changed: Canvas, how: string) => {
    const opinion = await opinionOf(changed, run);
    return `${how} it ${goal.isReached(opinion) ? "still works" : "is undone"}: ${goal.brief(opinion)}.`;
  };
  return {
    verdict: [
      goal.changed(after),
      sizeOfChange(canvas, view),
      ownSize(run, view),
      isLost ? "Rounded to 8 bits nothing of it is left." : await survives(file, "Rounded to 8 bits"),
      await survives(await afterJpeg(canvas), `Saved as JPEG of quality ${jpegQuality}`),
    ]
      .filter(Boolean)
      .join(" "),
    good: true,
    beside,
  };
}

/** A change of so few levels is lost where a picture is resized: it is shown at the only size at which it holds. */
function ownSize({ photo }: Run, view: Canvas): string {
  const [own, seen] = [photo ?? sizeOf(view), sizeOf(view)];
  if (isSameSize(own, seen)) return "";
  return `The picture is ${sizeText(seen)} pixels, as the network sees the photo of ${sizeText(own)}: enlarged or reduced the change would not hold.`;
}

function sizeOfChange(canvas: Canvas, view: Canvas): string {
  const largest = canvas.data.reduce((most, x, i) => Math.max(most, Math.abs(x - view.data[i]!)), 0);
  const root = rootMeanSquare(canvas.data, view.data);
  const length = (root * Math.sqrt(view.data.length)) / 255;
  return `No number changed by more than ${largest.toPrecision(3)} of 255 (root mean square ${root.toPrecision(3)}; L2 ${length.toPrecision(3)} where white is 1).`;
}
