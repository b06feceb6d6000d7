import { number } from "../../../shared/parameters.ts";
import { shown } from "../../../shared/shown.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { canvasOf, drawn, sizeOf, type Canvas } from "../canvas.ts";
import { demandUnit } from "../channels.ts";
import { grow } from "../grow.ts";
import { layersUpTo } from "../layers-up-to.ts";
import { matcher, matching } from "../matching.ts";
import { content, sum } from "../objectives.ts";
import { rootMeanSquare } from "../parameterizations/ball.ts";
import type { Parameterization } from "../parameterizations/parameterization.ts";
import { Program } from "../program.ts";
import { alphaNorm, totalVariation } from "../regularizers.ts";
import { inRow } from "../row.ts";
import { synthesisTechnique, type Grown, type SynthesisRun } from "../technique.ts";

/** The power of the α-norm and of total variation. */
const [alpha, beta] = [6, 2];

const parameters = {
  row: number({
    label: "Layers in a row",
    help: "So many layers from the first up to the chosen one, so that one sees what each forgets.",
    default: 1,
    min: 1,
    max: 12,
    step: 1,
  }),
  steps: number({ label: "Steps", default: 200, min: 1, max: 5000, step: 1 }),
  "total-variation": number({ label: "Weight of total variation", default: 1, min: 0, max: 1000, step: 0.1 }),
  "alpha-norm": number({ label: "Weight of the α-norm", default: 0.1, min: 0, max: 1000, step: 0.1 }),
  ...matching,
} as const;

type Run = SynthesisRun<typeof parameters>;

export default synthesisTechnique({
  title: "Inversion",
  summary: "What a layer keeps of the photo: another picture in which it sees the same.",
  convention:
    "squared distance of the layer's values over the photo's own squares, total variation (β = 2), α-norm (α = 6) towards the mean colour; L-BFGS on the spectrum, or on pixels as in the paper, from noise",
  citation: {
    authors: "Mahendran, Vedaldi",
    title: "Understanding deep image representations by inverting them",
    venue: "CVPR",
    year: 2015,
    url: "https://arxiv.org/abs/1412.0035",
  },
  fromPhoto: true,
  needs: ["layer"],
  parameters,
  order: 50,

  async *run(run) {
    const { photo, bound, layer, layers: chosen, from, signal } = run;
    if (!photo) throw new NotApplicable("An inversion starts from a photo.");
    const view = run.view(photo);
    const layers = chosen.length ? chosen.map(({ name }) => name) : layersUpTo(bound, layer, run.parameters.row);
    const done: Canvas[] = [view];
    const said: string[] = [];
    for (const [i, name] of layers.entries()) {
      const show = layers.length === 1 ? undefined : (canvas: Canvas) => inRow([...done, canvas], layers.length + 1);
      let last: { readonly own: Canvas; readonly error: number } | undefined;
      const start = layers.length === 1 ? from : undefined;
      for await (const { own, grown } of inverted({ ...run, from: start }, view, name, i + 1, layers.length)) {
        last = { own, error: -grown.objective };
        yield show ? { ...grown, canvas: show(own) } : grown;
      }
      if (!last || signal.aborted) return;
      done.push(last.own);
      said.push(kept(name, last.error, last.own, view));
    }
    yield { verdict: said.join(" "), good: true };
  },
});

/** One layer's picture; `own` is that picture, whatever is shown around it. */
async function* inverted(
  run: Run,
  view: Canvas,
  layer: string,
  octave: number,
  octaves: number,
): AsyncGenerator<{ readonly own: Canvas; readonly grown: Grown }, void> {
  const { model, bound, line, parameters, meanColor, from, signal } = run;
  demandUnit(model, bound, layer, undefined);
  const reference = await model.activations(line.toNetwork(view), layer);
  const square = reference.data.reduce((total, x) => total + x * x, 0) / reference.data.length;
  if (!(square > 0)) throw new NotApplicable(`${shown(layer)} sees nothing in this photo: it is zero everywhere.`);
  const program = await Program.open(model, sizeOf(view), line, sum([[2 / square, content(layer, reference)]]));
  let parameterization: Parameterization | undefined;
  try {
    const ways = await matcher({ ...run, size: sizeOf(view) });
    ({ parameterization } = ways);
    const plan = {
      ...ways,
      evaluate: (canvas: Canvas, redirect: boolean) => program.evaluate(canvas, redirect),
      penalties: [
        totalVariation(parameters["total-variation"], beta),
        alphaNorm(parameters["alpha-norm"], alpha, meanColor),
      ],
      steps: parameters.steps,
      done: from?.step ?? 0,
      what: `The distance in ${shown(layer)}`,
    };
    let own: Canvas | undefined;
    for await (const grown of grow(plan, { octave, octaves }, signal)) {
      own = grown.canvas;
      yield { own, grown };
    }
  } finally {
    await parameterization?.release();
    await program.release();
  }
}

function kept(layer: string, error: number, own: Canvas, view: Canvas): string {
  const pixelsApart = rootMeanSquare(canvasOf(drawn(own)).data, view.data);
  const share = (100 * Math.sqrt(error)).toPrecision(2);
  return `${shown(layer)} sees the same in it within ${share} %; its pixels are ${pixelsApart.toFixed(1)} of 255 apart.`;
}
