import { choice, choiceOrNumber, number } from "../../../shared/parameters.ts";
import { differing } from "../../../shared/made-with.ts";
import type { Standing } from "../../../shared/synthesis.ts";
import { float32 } from "../../../shared/tensor.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import { attack, sizeOfChange, start, steady, type Attack } from "../attack.ts";
import { drawn, picturesOf, sizeOf, together, type Canvas } from "../canvas.ts";
import { areDead, Dead } from "../climb.ts";
import { enlarged } from "../enlarged.ts";
import { goalOf, type Goal } from "../goal.ts";
import type { Stage } from "../grow.ts";
import { afterJpeg, jpegQuality, opinionOf, rounded } from "../opinion.ts";
import { rootMeanSquare } from "../parameterizations/ball.ts";
import { isSameSize, Program } from "../program.ts";
import { Smallest } from "../smallest.ts";
import { sizeText } from "../size-text.ts";
import { synthesisTechnique, type Grown, type Said, type SynthesisRun, type Verdict } from "../technique.ts";
import { twoDigits } from "../two-digits.ts";

/** The least that may be asked for. */
const least = 0.01;
/** Steps in which ε doubles where nothing is rounded. */
const perDoubling = 8;

/** Whole numbers of 255 in a file; finer steps, an eighth of a doubling apart, where nothing is rounded. */
const wholes = Array.from({ length: 64 }, (_, i) => i + 1);
const fine = Array.from({ length: 13 * perDoubling + 1 }, (_, i) => least * 2 ** (i / perDoubling));

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
    min: least,
    max: 255,
    step: least,
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
    "uphill in the log-odds of the class (the direction of the cross-entropy); ε on the scale of 0 to 255; steps of 2.5 ε over their number (Madry); each step the gradient's sign (L∞) or the gradient at length (L2); the smallest ε by doubling, then bisection (FGSM: one after the other); after a sigmoid each class is answered yes or no, at 50 %",
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
    if (Number.isNaN(before.probability))
      throw new NotApplicable("The network's scores for this photo are no numbers (NaN): there is no class to change.");
    const goal = goalOf(before, target, bound.score);
    if (goal.isReached(before)) throw new NotApplicable(goal.already);
    const grid = typeof epsilon === "number" ? [epsilon] : counts === "file" && norm === "linf" ? wholes : fine;
    const upwards = run.parameters.attack === "fgsm" ? "each" : "doubling";
    const fresh = () => new Smallest(grid, upwards);
    const program = await Program.open(model, model.inputSize, line, goal.objective);
    try {
      const plan = planOf(run, view, program, goal);
      const file = (canvas: Canvas, radius: number) =>
        counts === "file" ? steady(canvas, view, radius, norm) : canvas;
      const resumed = resume(run, fresh(), view);
      const search = resumed?.search ?? fresh();
      if (from && !resumed)
        yield {
          key: "anew",
          said: "What was tried before was tried otherwise: the search begins anew, from the photo.",
        };
      const nearness = async (canvas: Canvas) => {
        const opinion = await opinionOf(canvas, run);
        return goal.isReached(opinion) ? Infinity : goal.nearness(opinion);
      };
      const tried = [...(resumed?.tried ?? [])];
      yield aheadOf(search.tries, plan.steps, resumed);
      // The last one that worked, whose change is the smallest; as long as none did, the one that came nearest.
      let best = resumed?.best && { canvas: resumed.best, nearness: await nearness(resumed.best) };
      let last: Grown | undefined;
      for (let radius = search.next; radius !== undefined; radius = search.next) {
        const tries = { octave: tried.length + 1, octaves: search.tries };
        if (grid.length > 1) yield searching(radius, tries, tried, { ...plan, upwards });
        const goesOn = tried.length === resumed?.tried.length ? resumed : undefined;
        let canvas = goesOn && file(goesOn.picture, radius);
        const way = goesOn && { start: () => goesOn.picture, done: goesOn.step };
        for await (const grown of attack({ ...plan, ...way, radius }, tries, signal)) {
          const kept = (canvas = file(grown.canvas, radius));
          last = {
            ...grown,
            canvas,
            worth: async () => (await program.evaluate(kept)).objective,
            checkpoint: () => checkpointOf(grown.checkpoint(), [...tried], best?.canvas),
          };
          yield last;
        }
        if (!canvas || signal.aborted) return;
        const reached = await nearness(canvas);
        const worked = reached === Infinity;
        if (worked || !best || reached > best.nearness)
          best = { canvas: { ...canvas, data: canvas.data.slice() }, nearness: reached };
        search.tell(worked);
        tried.push({ radius, worked });
      }
      if (grid.length > 1) yield searched(tried, plan.steps);
      // Of what was kept all steps may be done already: then its picture is the last one.
      last ??=
        resumed && (await ended(resumed.picture, best?.canvas, tried, { ...plan, counts, octaves: search.tries }));
      if (!last) return;
      // What is shown is rarely what was tried last, and fewer tries may do than there might have been.
      const canvas = best?.canvas ?? last.canvas;
      // What a small ε does not wake a larger one may: only a search that is over tells.
      if (grid.length > 1 && search.found === undefined && (await areDead(plan, [view, canvas, last.canvas])))
        throw new Dead(`${goal.what} is still dead after ${tried.length} tries with the redirected gradient.`);
      const done = last.octave * plan.steps;
      const { objective } = await program.evaluate(canvas);
      yield { ...last, objective, canvas, worth: async () => Promise.resolve(objective), done, total: done };
      yield await verdict(run, canvas, view, { goal, found: search.found, grid, tried });
    } finally {
      await program.release();
    }
  },
});

type Tried = NonNullable<Standing["tried"]>;

/** What is enough by now, and what is not. */
function boundsOf(tried: Tried) {
  const radii = (worked: boolean) => tried.filter((one) => one.worked === worked).map(({ radius }) => radius);
  const [enough, tooSmall] = [Math.min(...radii(true)), Math.max(...radii(false))];
  return { enough, tooSmall };
}

const searchWays = {
  doubling: "by doubling until one is enough, then by halving",
  each: "from below, one after the other",
} as const;

const epsilonText = (radius: number): string => String(Number(radius.toPrecision(3)));

/** What the try that begins is one of: the same attack as those before, with another ε. */
function searching(
  radius: number,
  { octave, octaves }: Stage,
  tried: Tried,
  { steps, upwards }: { readonly steps: number; readonly upwards: "doubling" | "each" },
): Said {
  const { enough, tooSmall } = boundsOf(tried);
  const known = [
    Number.isFinite(enough) ? `${epsilonText(enough)} is enough` : "",
    Number.isFinite(tooSmall) ? `${epsilonText(tooSmall)} is not` : "",
  ].filter(Boolean);
  return {
    key: "search",
    said: [
      `The smallest ε is searched for ${searchWays[upwards]}. Try ${octave} of at most ${octaves}: is ${epsilonText(radius)} of 255 enough?`,
      `The attack takes ${steps} ${steps === 1 ? "step" : "steps"} to find out.`,
      known.length ? `So far: ${known.join(", ")}.` : "",
    ]
      .filter(Boolean)
      .join(" "),
  };
}

/** What the search took. What came of it, the verdict says. */
function searched(tried: Tried, steps: number): Said {
  const { enough, tooSmall } = boundsOf(tried);
  const tries = `${tried.length} ${tried.length === 1 ? "try" : "tries"}`;
  const each = `${steps} ${steps === 1 ? "step" : "steps"}${tried.length === 1 ? "" : " each"}`;
  const isBetween = Number.isFinite(enough) && Number.isFinite(tooSmall);
  const below = isBetween ? ` An ε of ${epsilonText(tooSmall)} was too small.` : "";
  return { key: "search", said: `The search took ${tries} of ${each}.${below}` };
}

/** The picture that is changed, and below it the best so far, where one was tried before. */
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
  for (const { radius, worked } of tried) {
    // An earlier version tried others, or in another order.
    if (radius !== search.next) return undefined;
    search.tell(worked);
  }
  return { search, picture, best, tried, octave, step };
}

/** What was kept after its last step, as a step that ends with it. */
async function ended(
  picture: Canvas,
  best: Canvas | undefined,
  tried: Tried,
  {
    center,
    norm,
    counts,
    steps,
    octaves,
    evaluate,
  }: Omit<Attack, "radius"> & Pick<Run["parameters"], "counts"> & Pick<Stage, "octaves">,
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
    isCarriedOn: true,
  };
  return plan;
}

/** What was searched for, and what came of it. */
interface Searched {
  readonly goal: Goal;
  readonly grid: readonly number[];
  readonly tried: Tried;
  readonly found: number | undefined;
}

async function verdict(run: Run, canvas: Canvas, view: Canvas, { goal, ...searched }: Searched): Promise<Verdict> {
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
  const size = sizeOfChange(canvas, view);
  if (!goal.isReached(after)) {
    const { counts } = run.parameters;
    const none = noneOf(searched);
    const why = none ?? (isLost && counts === "file" ? nothingLeft : "this change is not enough.");
    const more = none && `This is what came nearest. ${size}`;
    return { verdict: `${goal.missed(after)}: ${why}`, ...(more !== undefined && { more }), good: false, beside };
  }
  const bound = searched.found ?? searched.grid[0]!;
  const { norm, counts } = run.parameters;
  // Rounding takes what is below half a level away, often most of it: how far a file is from the photo is its own to say.
  const isOfFile = norm === "l2" && counts === "file";
  const reach = isOfFile ? rootMeanSquare(canvas.data, view.data) : bound;
  const epsilon = `${isOfFile ? "After rounding, ε" : "ε"} is ${epsilonText(reach)} of 255${norm === "l2" ? " (root mean square)" : ""}`;
  const survives = async (changed: Canvas, how: string) => {
    const opinion = await opinionOf(changed, run);
    const works = goal.isReached(opinion);
    return { works, said: `${how} it ${works ? "still works" : "is undone"}: ${goal.brief(opinion)}` };
  };
  const throughJpeg = async () => {
    const { works, said } = await survives(await afterJpeg(canvas), `Saved as JPEG of quality ${jpegQuality}`);
    const alone = works && (await opinionOf(await afterJpeg(view), run));
    return alone && goal.isReached(alone)
      ? { works: false, said: `${said}; but for the photo JPEG alone is enough: ${goal.brief(alone)}` }
      : { works, said };
  };
  const bits = isLost
    ? { works: false, said: "Rounded to 8 bits nothing of it is left" }
    : await survives(file, "Rounded to 8 bits");
  const jpeg = isLost ? undefined : await throughJpeg();
  const exact = isOfFile ? beforeRounding(searched, bound) : smallest(searched);
  const more = [exact, size, ownSize(run, view), `${bits.said}.`, jpeg && `${jpeg.said}.`];
  return {
    verdict: `${goal.changed(after)} ${epsilon}; ${survived(bits.works, jpeg?.works)}.`,
    more: more.filter(Boolean).join(" "),
    good: true,
    beside,
  };
}

/** What is left of the change in a file. Where JPEG alone does as much to the photo, that says nothing of the change. */
function survived(bits: boolean, jpeg: boolean | undefined): string {
  if (jpeg === undefined) return "in 8 bits nothing of it is left";
  if (bits) return jpeg ? "it survives 8 bits and JPEG" : "it survives 8 bits, not JPEG";
  return jpeg ? "it survives JPEG, not 8 bits" : "it survives neither 8 bits nor JPEG";
}

const nothingLeft =
  "in 8 bits nothing of this change is left. Choose a larger ε, or let the numbers before rounding count.";

/** What works with a small ε may fail with a larger one: others than those that were tried may do it. */
function noneOf({ grid, tried }: Omit<Searched, "goal">): string | undefined {
  if (grid.length === 1 || tried.some(({ worked }) => worked)) return undefined;
  const [first, last] = [tried[0]!, tried.at(-1)!].map(({ radius }) => epsilonText(radius));
  return `none of the ${tried.length} ε that were tried (${first} to ${last} of 255) was enough; another may be.`;
}

/** How exact the ε is that a search ended with. */
function smallest({ grid, found }: Omit<Searched, "goal">): string {
  if (grid.length === 1 || found === undefined) return "";
  if (grid === wholes) return "This ε is the smallest whole number that was found.";
  if (found === grid[0]) return "This ε is the smallest that is tried.";
  return `This ε is the smallest found, to ${exactness}.`;
}

/** How far apart two are that are tried, where nothing is rounded. */
const exactness = `${(100 * (2 ** (1 / perDoubling) - 1)).toFixed(0)} %`;

/** How large the change was allowed to be of which a file holds what rounding left. */
function beforeRounding({ grid, found }: Omit<Searched, "goal">, bound: number): string {
  const least = found === grid[0] ? "that is tried" : `found, to ${exactness}`;
  return `Before rounding it was at most ${epsilonText(bound)}${grid.length > 1 ? `, the smallest ${least}` : ""}.`;
}

/** A change of so few levels is lost where a picture is resized: it is shown at the only size at which it holds. */
function ownSize({ photo }: Run, view: Canvas): string {
  const [own, seen] = [photo ?? sizeOf(view), sizeOf(view)];
  if (isSameSize(own, seen)) return "";
  return `The picture is ${sizeText(seen)} pixels, as the network sees the photo of ${sizeText(own)}: enlarged or reduced the change would not hold.`;
}
