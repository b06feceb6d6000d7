import { choice, choiceOrNumber, number, photo as photoParameter } from "../../../shared/parameters.ts";
import { shown } from "../../../shared/shown.ts";
import type { FloatTensor } from "../../../shared/tensor.ts";
import type { Picture } from "../../images/picture.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import { canvasOf, resized, type Canvas } from "../canvas.ts";
import { demandClimbable } from "../climbable.ts";
import { gramsOfPhoto, texture, type WeighedLayer } from "../gram.ts";
import { grow } from "../grow.ts";
import { demandWeight } from "../looked-at.ts";
import { withColorsOf } from "../luminance.ts";
import { goesOnFrom, matcher, matching, matchingConvention, resumed, variationWeight } from "../matching.ts";
import { content, sum, type Objective } from "../objectives.ts";
import { octaveSizes } from "../octaves.ts";
import { inOnePiece, sizesWithMaps, type OnePiece } from "../one-piece.ts";
import { atFirstSize } from "../others-picture.ts";
import { oneColor } from "../one-color.ts";
import type { Parameterization } from "../parameterizations/parameterization.ts";
import { Program, type Size } from "../program.ts";
import { paid, totalVariation } from "../regularizers.ts";
import { sizeText } from "../size-text.ts";
import { styleLayers, whereContentIs } from "../style-layers.ts";
import { synthesisTechnique, type Grown, type SynthesisRun } from "../technique.ts";

/** How much larger each picture is than the one before. */
const growth = 2;

/**
 * Weights of the content, chosen by looking: with less of it nothing of the photo is found from noise, and from the photo
 * things of the style's picture take the place of its own.
 */
const usualContent = { photo: 2, noise: 10 };

const id = "style-transfer";

const parameters = {
  style: photoParameter({
    label: "In the style of",
    help: "A picture: its colours, strokes and patterns are taken, not what it shows.",
    default: "",
    required: "Choose the picture whose style is wanted.",
  }),
  "style-weight": number({ label: "Weight of the style", default: 10, min: 0, max: 10000, step: 0.1 }),
  "content-weight": choiceOrNumber({
    label: "Weight of the content",
    help: "Starting from noise, more is needed for the photo to appear at all; starting from the photo, less keeps it.",
    default: "usual",
    options: { usual: `Usual: ${usualContent.photo} from the photo, ${usualContent.noise} from noise` },
    min: 0,
    max: 10000,
    step: 0.1,
  }),
  ...variationWeight,
  size: choiceOrNumber({
    label: "Longer side, pixels",
    default: 512,
    options: { photo: "The photo's own" },
    min: 32,
    max: 4096,
    step: 1,
    fromStart: true,
  }),
  octaves: number({
    label: "Sizes, each twice the one before",
    help: "Coarse ones find the large shapes, fine ones the strokes.",
    default: 2,
    min: 1,
    max: 6,
    step: 1,
    fromStart: true,
  }),
  steps: number({ label: "Steps for each size", default: 80, min: 1, max: 5000, step: 1 }),
  start: choice({
    advanced: true,
    label: "Start from",
    default: "photo",
    options: { photo: "The photo", noise: "Noise" },
  }),
  colors: choice({ label: "Colours of", default: "style", options: { style: "The style", photo: "The photo" } }),
  ...matching,
} as const;

type Run = SynthesisRun<typeof parameters>;

export default synthesisTechnique({
  title: "Style transfer",
  summary: "The photo, painted as another picture is: its content, the other one's textures.",
  convention: `content: squared distance of the chosen layer's values; style: Gram matrices of one layer for each size of maps; each over its picture's own squares; total variation (β = 2); L-BFGS, from coarse to fine; the photo's colours kept by luminance; ${matchingConvention}`,
  citation: {
    authors: "Gatys, Ecker, Bethge",
    title: "Image style transfer using convolutional neural networks",
    venue: "CVPR",
    year: 2016,
    url: "https://openaccess.thecvf.com/content_cvpr_2016/html/Gatys_Image_Style_Transfer_CVPR_2016_paper.html",
  },
  fromPhoto: true,
  needs: ["layer"],
  several: {
    label: "Layers of the style",
    weights: "positive",
    inPlaceOfLayer: false,
    besideLayer: "Content layer",
  },
  defaultLayer: whereContentIs,
  parameters,
  order: 70,

  async *run(run) {
    const { photo, model, bound, layer, layers: chosen, read, signal } = run;
    let { from } = run;
    const { style: path, octaves: given, size } = run.parameters;
    if (!photo) throw new NotApplicable("A style is transferred to a photo.");
    demandWeight([run.parameters["style-weight"], contentWeight(run.parameters)]);
    demandClimbable(model, bound, layer);
    const style = await read(path);
    const layers = chosen.length ? chosen : styleLayers(bound);
    if (!layers.length) throw new NotApplicable("This network has no layer with maps: it sees no style.");
    const names = [...layers.map(({ name }) => name), layer];
    const asked = octaveSizes(size === "photo" ? photo : longestSide(photo, Number(size)), given, growth);
    const sizes = await sizesWithMaps(model, asked, names);
    const octaves = sizes.length;
    yield aheadOf(octaves, run.parameters.steps, from);
    let picture: Canvas | undefined;
    let remark = oneColor(style);
    for (const [i, wanted] of sizes.entries()) {
      const octave = i + 1;
      if (octave < (from?.octave ?? 1)) continue;
      const piece = await inOnePiece(model, wanted, names);
      const own = resized(canvasOf(photo), piece.size.height, piece.size.width);
      remark ??= piece.remark;
      if (i === 0 && octaves < given)
        yield {
          key: "octaves",
          said: `Of the smallest of ${given} sizes the network's layers have no maps: it begins with ${sizeText(piece.size)} pixels.`,
        };
      // All its steps may be done already: then the next one begins with what was kept.
      if (octave === from?.octave) {
        const first = atFirstSize(from, id, piece.size);
        if (first.said) yield first.said;
        ({ from } = first);
        picture = resumed(from, piece.size);
      }
      for await (const grown of painted(
        { ...run, from, photo: own, layers },
        style,
        piece,
        octave === from?.octave ? undefined : picture,
        {
          octave,
          octaves,
          remark,
        },
      )) {
        ({ canvas: picture } = grown);
        remark = undefined;
        const { colors } = run.parameters;
        yield colors === "style" ? grown : { ...grown, canvas: withColorsOf(grown.canvas, own) };
      }
      if (signal.aborted) return;
    }
  },
});

const longestSide = ({ height, width }: Size, longest: number): Size => {
  const factor = longest / Math.max(height, width);
  return { height: Math.max(1, Math.round(height * factor)), width: Math.max(1, Math.round(width * factor)) };
};

type Painting = Omit<Run, "photo" | "layers"> & {
  /** At the size of the picture. */
  readonly photo: Canvas;
  readonly layers: readonly WeighedLayer[];
};

/** One size of the picture, which goes on from the smaller one. Releases the piece's model. */
async function* painted(
  run: Painting,
  style: Picture,
  { model, size }: OnePiece,
  smaller: Canvas | undefined,
  where: { readonly octave: number; readonly octaves: number; readonly remark: string | undefined },
): AsyncGenerator<Grown, void> {
  const { photo, line, layer, parameters, from, signal } = run;
  const objective = await wanted(run, style, model).finally(() => model.release());
  const program = await Program.open(run.model, size, line, objective);
  let parameterization: Parameterization | undefined;
  try {
    const picture = smaller ? resized(smaller, size.height, size.width) : photo;
    const resumed = from?.octave === where.octave ? from : undefined;
    const fresh = !smaller && parameters.start === "noise";
    const ways = await matcher({
      ...run,
      size,
      picture: fresh ? undefined : picture,
      goesOn: goesOnFrom(resumed, size),
    });
    ({ parameterization } = ways);
    const plan = {
      ...ways,
      evaluate: (canvas: Canvas, redirect: boolean) => program.evaluate(canvas, redirect),
      penalties: paid(parameters["total-variation"], (weight) => totalVariation(weight, 2)),
      steps: parameters.steps,
      done: resumed?.step ?? 0,
      what: `The distance in style and in ${shown(layer)}`,
    };
    yield* grow(plan, where, signal);
  } finally {
    await parameterization?.release();
    await program.release();
  }
}

const contentWeight = ({ "content-weight": given, start }: Run["parameters"]): number =>
  typeof given === "number" ? given : usualContent[start];

/** `model`: at the size of the picture. */
async function wanted(
  { photo, line, layer, layers, parameters }: Painting,
  style: Picture,
  model: Run["model"],
): Promise<Objective> {
  const grams = await gramsOfPhoto(
    model,
    style,
    longestSide(style, Math.max(...Object.values(model.inputSize))),
    line,
    layers,
  );
  const reference = await model.activations(line.toNetwork(photo), layer);
  const square = meanSquare(reference);
  if (!(square > 0)) throw new NotApplicable(`${shown(layer)} sees nothing in this photo: it is zero everywhere.`);
  return sum([
    [parameters["style-weight"], texture(layers, grams), "style"],
    [(2 * contentWeight(parameters)) / square, content(layer, reference), `content in ${shown(layer)}`],
  ]);
}

const meanSquare = ({ data }: FloatTensor): number => data.reduce((total, x) => total + x * x, 0) / data.length;
