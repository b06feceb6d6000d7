import { choiceOrNumber, number } from "../../../shared/parameters.ts";
import type { ClimbState } from "../../../shared/climb-state.ts";
import { shown } from "../../../shared/shown.ts";
import type { Bound } from "../../model.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import { canvasOf, drawn, sizeOf, type Canvas } from "../canvas.ts";
import { demandClimbable } from "../climbable.ts";
import { pastTheMiddle } from "../default-layer.ts";
import { resumeSheet } from "../going-on.ts";
import { grow, type Stage } from "../grow.ts";
import { layersUpTo } from "../layers-up-to.ts";
import { inGrey } from "../luminance.ts";
import { matcher, matching, matchingConvention, ofDistance, resumed, variationWeight } from "../matching.ts";
import { content, sum } from "../objectives.ts";
import { rootMeanSquare } from "../parameterizations/ball.ts";
import type { Parameterization } from "../parameterizations/parameterization.ts";
import { Program } from "../program.ts";
import { alphaNorm, paid, totalVariation } from "../regularizers.ts";
import { Cells, demandRoom } from "../sheet.ts";
import { synthesisTechnique, type Grown, type SynthesisRun, type Verdict } from "../technique.ts";
import { twoDigits } from "../two-digits.ts";

/** The power of the α-norm and of total variation. */
const [alpha, beta] = [6, 2];
/** Lengths of the photo's own values, from which on a picture does not tell what a layer keeps. */
const farOff = 0.5;
/** How many times as long the layer's values for a picture are, from which on percent alone would not say why it is so far off. */
const muchLonger = 2;
/** Layers that the verdict tells of, each by itself. */
const mostTold = 3;
/** Pictures side by side; more than that stand in several rows of the sheet. */
const longestRow = 8;

const parameters = {
  row: choiceOrNumber({
    label: "Layers in a row",
    help: "So many layers from the first up to the chosen one, so that one sees what each forgets.",
    default: 1,
    options: { all: "All up to the chosen one" },
    min: 1,
    max: 100,
    step: 1,
    unlessLayers: true,
    fromStart: true,
  }),
  steps: number({ label: "Steps for each layer", default: 200, min: 1, max: 5000, step: 1 }),
  ...variationWeight,
  "alpha-norm": number({ advanced: true, label: "Weight of the α-norm", default: 0.1, min: 0, max: 1000, step: 0.1 }),
  ...matching,
} as const;

type Run = SynthesisRun<typeof parameters>;

export default synthesisTechnique({
  title: "Inversion",
  summary: "What a layer keeps of the photo: another picture in which it sees the same.",
  convention: `squared distance of the layer's values over the photo's own squares, total variation (β = 2), α-norm (α = 6) towards the mean colour; L-BFGS on the spectrum, or on pixels as in the paper, from noise; ${matchingConvention}`,
  citation: {
    authors: "Mahendran, Vedaldi",
    title: "Understanding deep image representations by inverting them",
    venue: "CVPR",
    year: 2015,
    url: "https://arxiv.org/abs/1412.0035",
  },
  fromPhoto: true,
  needs: ["layer"],
  defaultLayer: pastTheMiddle(
    "the photo is kept distorted",
    "Earlier layers keep nearly all of it, the last ones hardly more than some parts of things",
  ),
  several: { label: "Layers in a row", weights: "none", inPlaceOfLayer: true },
  parameters,
  order: 50,

  async *run(run) {
    const { photo, bound, layer, layers: chosen, from, preparation, signal } = run;
    if (!photo) throw new NotApplicable("An inversion starts from a photo.");
    // Colours that the network does not see are in no layer: the picture is compared with what it does see.
    const view = preparation.color === "gray" ? inGrey(run.view(photo)) : run.view(photo);
    const layers = chosen.length ? chosen.map(({ name }) => name) : rowUpTo(bound, layer, run.parameters.row);
    // One that is missing is said before the first is made.
    for (const name of layers) demandClimbable(run.model, bound, name);
    const cells = layers.length > 1 ? rowOf(view, layers, run) : undefined;
    yield aheadOf(layers.length, run.parameters.steps, from);
    const found: Likeness[] = [];
    const measure = async (i: number, name: string, own: Canvas) => {
      const like = await likeness(run, name, own, view);
      cells?.call(i + 1, { title: `${shown(name)} · ${like.inShort}`, short: shown(name) });
      return like;
    };
    for (const [i, name] of layers.entries()) {
      const octave = i + 1;
      const goesOn = from?.octave === octave ? from : undefined;
      const start = goesOn && (cells?.from(octave, 1) ?? resumed(goesOn, sizeOf(view)));
      let own = from && octave < from.octave ? cells?.from(octave, 1) : start;
      if (!from || octave >= from.octave) {
        const stage = { octave, octaves: layers.length, place: cells && { cells, first: octave } };
        for await (const grown of inverted(run, view, name, stage, {
          start,
          state: goesOn?.state,
          done: goesOn?.step ?? 0,
        })) {
          own = cells?.from(octave, 1) ?? grown.canvas;
          if (grown.step === grown.steps) found[i] = await measure(i, name, own);
          yield cells ? { ...grown, sheet: cells.sheet } : grown;
        }
      }
      if (!own || signal.aborted) return;
      found[i] ??= await measure(i, name, own);
    }
    yield verdictOn(found);
  },
});

const rowUpTo = (bound: Bound, layer: string, row: string | number): readonly string[] =>
  layersUpTo(bound, layer, typeof row === "number" ? row : Infinity);

/** The photo, and room for what each layer keeps of it. */
function rowOf(view: Canvas, layers: readonly string[], run: Run): Cells {
  const titles = ["The photo", ...layers.map((name) => shown(name))].map((title) => ({ title }));
  demandRoom(titles.length, sizeOf(view), run.model.memory);
  const rows = Math.ceil(titles.length / longestRow);
  const cells = new Cells(sizeOf(view), titles, Math.ceil(titles.length / rows));
  resumeSheet(cells, run);
  cells.put(view, 0);
  return cells;
}

interface Begin {
  readonly start: Canvas | undefined;
  readonly state: ClimbState | undefined;
  /** Steps that are done already. */
  readonly done: number;
}

/** One layer's picture. */
async function* inverted(
  run: Run,
  view: Canvas,
  layer: string,
  stage: Stage,
  { start, state, done }: Begin,
): AsyncGenerator<Grown, void> {
  const { model, line, parameters, meanColor, signal } = run;
  const reference = await model.activations(line.toNetwork(view), layer);
  const square = squared(reference.data) / reference.data.length;
  if (!(square > 0)) throw new NotApplicable(`${shown(layer)} sees nothing in this photo: it is zero everywhere.`);
  const program = await Program.open(model, sizeOf(view), line, sum([[2 / square, content(layer, reference)]]));
  let parameterization: Parameterization | undefined;
  try {
    const ways = await matcher({ ...run, size: sizeOf(view), goesOn: start && { picture: start, state } });
    ({ parameterization } = ways);
    const plan = {
      ...ways,
      evaluate: (canvas: Canvas, redirect: boolean) => program.evaluate(canvas, redirect),
      penalties: [
        ...paid(parameters["total-variation"], (weight) => totalVariation(weight, beta)),
        ...paid(parameters["alpha-norm"], (weight) => alphaNorm(weight, alpha, meanColor)),
      ],
      steps: parameters.steps,
      done,
      what: `The distance in ${shown(layer)}`,
    };
    yield* grow(plan, stage, signal);
  } finally {
    await parameterization?.release();
    await program.release();
  }
}

const squared = (data: Float32Array): number => data.reduce((total, x) => total + x * x, 0);

interface Likeness {
  readonly words: string;
  /** The same two numbers for a title. */
  readonly inShort: string;
  /** Of the layer's values from the photo's, in lengths of those. */
  readonly distance: number;
}

async function likeness({ model, line }: Run, layer: string, own: Canvas, view: Canvas): Promise<Likeness> {
  const [found, wanted] = [
    await model.activations(line.toNetwork(own), layer),
    await model.activations(line.toNetwork(view), layer),
  ];
  const gap = found.data.map((x, i) => x - wanted.data[i]!);
  const inLengths = (data: Float32Array) => Math.sqrt(squared(data) / squared(wanted.data));
  const [distance, times] = [inLengths(gap), inLengths(found.data)];
  const pixelsApart = rootMeanSquare(canvasOf(drawn(own)).data, view.data);
  const off = `${twoDigits(100 * distance)} %`;
  const how =
    times >= muchLonger
      ? `${twoDigits(times)} times as large as those for the photo, ${off} off`
      : `${off} off those for the photo`;
  return {
    words: `${shown(layer)}: its values for this picture are ${how}, the pixels ${pixelsApart.toFixed(1)} of 255.`,
    inShort: `${off} · ${pixelsApart.toFixed(0)} of 255`,
    distance,
  };
}

/** Of many layers those that say most: the titles tell of each. */
function verdictOn(found: readonly Likeness[]): Verdict {
  const worst = found.reduce((a, b) => (b.distance > a.distance ? b : a), found[0]!);
  const told = found.length > mostTold ? [...new Set([found[0]!, worst, found.at(-1)!])] : found;
  const far = found.filter(({ distance }) => distance >= farOff).length;
  const whose = found.length > 1 ? `${far} of ${found.length} layers ${far === 1 ? "is" : "are"}` : "It is";
  const parts = [
    ...(found.length > mostTold ? [`Of ${found.length} layers the first, the farthest off and the last.`] : []),
    ...told.map(({ words }) => words),
    `Of the values: ${ofDistance}.`,
    ...(far ? [`${whose} at least ${100 * farOff} % off: such a picture does not tell what a layer keeps.`] : []),
  ];
  return { verdict: parts.join(" "), good: !far };
}
