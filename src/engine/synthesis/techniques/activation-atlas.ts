import { setImmediate as pause } from "node:timers/promises";
import { choice, folder, number } from "../../../shared/parameters.ts";
import { shown } from "../../../shared/shown.ts";
import { size as countOf } from "../../../shared/tensor.ts";
import { principalComponents } from "../../analysis/principal-components.ts";
import { tsne } from "../../analysis/tsne.ts";
import { normal } from "../../images/arithmetic.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import {
  blankPicture,
  fieldsOf,
  legendOf,
  legibleTitleOf,
  placesOf,
  shortTitleOf,
  titleOf,
  whitened,
  type Activation,
  type Field,
} from "../atlas.ts";
import { brightest } from "../canvas.ts";
import { demandMaps } from "../climbable.ts";
import { directionInTurn } from "../direction-in-turn.ts";
import { experienced } from "../climb-state.ts";
import { evaluatorFor } from "../evaluator.ts";
import { eachPhoto } from "../folder-of-photos.ts";
import { rate } from "../from-nothing.ts";
import { resumeSheet } from "../going-on.ts";
import { grow } from "../grow.ts";
import type { Maps } from "../maps.ts";
import { colorFolder } from "../color-folder.ts";
import { pastTheMiddle } from "../default-layer.ts";
import { inTurn, type InTurn } from "../in-turn.ts";
import { adam } from "../optimizers.ts";
import { Cells, demandRoom } from "../sheet.ts";
import { synthesisTechnique, type Said, type SynthesisRun } from "../technique.ts";

/** Exact t-SNE compares each with each other in every step. */
const mostActivations = 2000;

const parameters = {
  folder: folder({
    label: "Folder of photos",
    help: "What the network sees in them is what is mapped.",
    default: "",
    required: "Choose a folder of photos.",
  }),
  photos: number({ label: "Photos, at most", default: 100, min: 1, max: 2000, step: 1 }),
  projection: choice({
    label: "Laid out by",
    help: "t-SNE keeps together what is alike; the axes of PCA are straight directions.",
    default: "t-sne",
    options: { "t-sne": "t-SNE", pca: "PCA" },
  }),
  perplexity: number({
    advanced: true,
    label: "Perplexity",
    help: "About how many neighbours each activation has.",
    default: 30,
    min: 2,
    max: 100,
    step: 1,
    when: { parameter: "projection", is: ["t-sne"] },
  }),
  activations: number({
    advanced: true,
    label: "Activations, at most",
    default: 600,
    min: 10,
    max: mostActivations,
    step: 10,
  }),
  grid: number({ label: "Cells across and down", default: 7, min: 2, max: 20, step: 1 }),
  least: number({ advanced: true, label: "Activations that a cell needs", default: 3, min: 1, max: 1000, step: 1 }),
  size: number({ label: "Size of each icon, pixels", default: 96, min: 32, max: 256, step: 8 }),
  steps: number({ label: "Steps for each icon", default: 48, min: 1, max: 2000, step: 1 }),
  rate,
  ...colorFolder,
} as const;

type Run = SynthesisRun<typeof parameters>;

/** Fewer are no map. */
const fewest = 10;
const iterations = 500;

export default synthesisTechnique({
  title: "Activation atlas",
  summary: `A map of what a layer sees in a folder of photos: like lies by like, and each field is drawn as the layer sees it. Of ${mostActivations} activations at most, ${parameters.activations.default} unless told; t-SNE is exact.`,
  convention:
    "activations at random places of the photos, laid out by t-SNE (exact; from the principal components) or PCA, cut into a grid between the 1st and the 99th percentile; each cell's mean m is drawn along (E[a aᵀ] + ρ I)⁻¹ m: the mean over the map of product · max(0.1, cosine)²; Fourier, decorrelated colours, Adam, views as in Lucid",
  citation: {
    authors: "Carter, Armstrong, Schubert, Johnson, Olah",
    title: "Activation atlas",
    venue: "Distill",
    year: 2019,
    url: "https://distill.pub/2019/activation-atlas",
  },
  fromPhoto: false,
  needs: ["layer"],
  defaultLayer: pastTheMiddle(
    "one for photos goes by parts of things",
    "Earlier layers go by colours and textures, later ones by classes",
  ),
  parameters,
  order: 36,

  async *run(run) {
    const { model, bound, line, layer, from, signal } = run;
    const { steps, size: side, grid, least } = run.parameters;
    const size = { height: side, width: side };
    demandRoom(grid * grid, size, model.memory);
    const maps = demandMaps(model, bound, layer);
    const { activations, photos } = yield* activationsOf(run, maps);
    if (signal.aborted) return;
    const { points, how } = yield* laidOut(activations, run);
    if (signal.aborted) return;
    const fields = fieldsOf(activations, points, grid, least);
    if (!fields.length)
      throw new NotApplicable(
        `No cell holds ${least} of the ${activations.length} activations: choose a coarser grid, or fewer that a cell needs.`,
      );
    const cells = cellsOf(fields, grid, side);
    resumeSheet(cells, run);
    yield aheadOf(fields.length, steps, from);
    const directions = await whitened(
      activations,
      fields.map(({ mean }) => mean),
      signal,
    );
    const { objective, choose } = directionInTurn(layer, maps.shape[1] ?? 1);
    const evaluator = await evaluatorFor(model, size, line, objective, run);
    let ways: InTurn | undefined;
    try {
      ways = await inTurn({ ...run, parameters: { ...run.parameters, ...made } }, size);
      for (const [i, { cell }] of fields.entries()) {
        const octave = i + 1;
        if (from && (octave < from.octave || (octave === from.octave && from.step >= steps))) continue;
        choose(directions[i]!);
        const goesOn = from?.octave === octave ? from : undefined;
        const done = goesOn?.step ?? 0;
        const own = await ways.next(goesOn && cells.from(cell, 1), goesOn?.state);
        const what = `The direction of cell ${cell + 1} in ${shown(layer)}`;
        const plan = {
          ...own,
          optimizer: experienced(adam(run.parameters.rate), goesOn?.state),
          evaluate: evaluator.evaluate,
          what,
          steps,
          done,
        };
        const place = { cells, first: cell };
        const stage = { octave, octaves: fields.length, isOneOfMany: true, remark: evaluator.remark, place };
        yield* grow(plan, stage, signal);
        if (signal.aborted) return;
      }
    } finally {
      await ways?.release();
      await evaluator.release();
    }
    const held = fields.reduce((sum, field) => sum + field.activations.length, 0);
    yield {
      verdict: `${fields.length} of ${grid * grid} cells hold ${held} of ${activations.length} activations of ${shown(layer)} in ${photos} ${photos === 1 ? "photo" : "photos"}; ${how}.`,
      good: true,
    };
  },
});

/** As a neuron's picture is made. */
const made = { method: "fourier", size: "network", "step-size": "usual", l2: 0 } as const;

/** What the layer holds at some places of each photo, and what the photo is taken for. */
async function* activationsOf(
  run: Run,
  maps: Maps,
): AsyncGenerator<Said, { readonly activations: readonly Activation[]; readonly photos: number }> {
  const { model, bound, line, layer, labels, seed, parameters } = run;
  const found: Activation[][] = [];
  const photos = yield* eachPhoto(parameters.folder, parameters.photos, run, async (photo) => {
    const image = line.toNetwork(photo);
    const seen = bound.score ? await model.observe(image, layer) : undefined;
    const values = seen?.activations ?? (await model.activations(image, layer));
    const best = seen?.scores.data.reduce((top, score, i, all) => (score > all[top]! ? i : top), 0);
    const label = best === undefined ? undefined : (labels[best] ?? `class ${best}`);
    // How many of each photo are wanted is known when all are read; more than these are not.
    const most = Math.min(countOf(maps.shape.slice(2)), parameters.activations);
    found.push(
      placesOf(maps.ofNumbers(values), most, seed + found.length).map((own) => ({ values: own, label, target: best })),
    );
    const share = Math.ceil(parameters.activations / found.length);
    for (const each of found) each.length = Math.min(each.length, share);
  });
  const all = found.flat();
  const most = Math.min(all.length, parameters.activations);
  const activations = Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!);
  if (activations.length < fewest && !run.signal.aborted)
    throw new NotApplicable(
      `${activations.length} activations are too few for a map: it takes ${fewest}. Choose more photos, or a layer with larger maps.`,
    );
  return { activations, photos };
}

async function* laidOut(
  activations: readonly Activation[],
  { parameters: { projection, perplexity }, seed, signal }: Run,
): AsyncGenerator<Said, { readonly points: ArrayLike<number>; readonly how: string }> {
  const values = activations.map((each) => each.values);
  const { places, shares } = await principalComponents(values, 2, normal(seed), signal);
  const plane = Float64Array.from(places.flatMap(([x = 0, y = 0]) => [x, y]));
  const share = shares.reduce((sum, each) => sum + each, 0);
  if (projection === "pca")
    return { points: plane, how: `the two axes hold ${(100 * share).toFixed(0)} % of their variance` };
  let points: Float64Array = plane;
  let divergence = NaN;
  for (const each of tsne(values, { perplexity, iterations, start: plane })) {
    ({ places: points, divergence } = each);
    yield {
      key: "layout",
      said: `Laying out ${values.length} activations: ${each.iteration} of ${iterations} steps of t-SNE.`,
    };
    await pause();
    if (signal.aborted) break;
  }
  yield { key: "layout", said: `Laid out ${values.length} activations by t-SNE.` };
  return { points, how: `t-SNE's divergence is ${divergence.toFixed(2)}` };
}

/** White where nothing lies. */
function cellsOf(fields: readonly Field[], grid: number, side: number): Cells {
  const titles = new Map(
    fields.map((field) => {
      const legible = legibleTitleOf(field);
      const short = shortTitleOf(field);
      return [field.cell, { title: titleOf(field), short, ...(legible !== undefined && { legible }) }];
    }),
  );
  const all = Array.from({ length: grid * grid }, (_, cell) => titles.get(cell) ?? { title: "" });
  const cells = new Cells({ height: side, width: side }, all, grid, legendOf(fields));
  const white = blankPicture(side, brightest);
  for (const [cell, { title }] of all.entries()) if (!title) cells.put(white, cell);
  return cells;
}
