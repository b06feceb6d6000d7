import { firstOf } from "../../../shared/first-of.ts";
import { choiceOrNumber, number } from "../../../shared/parameters.ts";
import { shown } from "../../../shared/shown.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import type { Canvas } from "../canvas.ts";
import { gramsOfPhoto, texture } from "../gram.ts";
import { grow } from "../grow.ts";
import { goesOnFrom, matcher, matching, matchingConvention, ofDistance } from "../matching.ts";
import { inOnePiece } from "../one-piece.ts";
import { oneColor } from "../one-color.ts";
import type { Parameterization } from "../parameterizations/parameterization.ts";
import { Program, type Size } from "../program.ts";
import { paid, totalVariation } from "../regularizers.ts";
import { styleLayers } from "../style-layers.ts";
import { synthesisTechnique, type Grown } from "../technique.ts";
import { twoDigits } from "../two-digits.ts";

/** Weights of total variation, chosen by looking: more of it takes the texture away, too. */
const usualVariation = { fourier: 0, pixels: 3 };

/** Layers that the verdict names. */
const mostNamed = 6;

export default synthesisTechnique({
  title: "Texture synthesis",
  summary: "A new picture of the photo's texture, made from noise: what fires together does so again, wherever it is.",
  convention: `Gram matrices over the map's places, each layer's squared distance over the photo's own squares; layers weigh the same; L-BFGS on the spectrum, or on pixels as in the paper, from noise; ${matchingConvention}`,
  citation: {
    authors: "Gatys, Ecker, Bethge",
    title: "Texture synthesis using convolutional neural networks",
    venue: "NIPS",
    year: 2015,
    url: "https://arxiv.org/abs/1505.07376",
  },
  fromPhoto: true,
  needs: [],
  several: { label: "Layers", weights: "positive", inPlaceOfLayer: false },
  parameters: {
    depth: number({
      label: "Layers at most",
      help: "One layer for each size of maps that there is, from the first on: few keep colours and strokes, all keep whole parts.",
      default: 5,
      min: 1,
      max: 5,
      step: 1,
      unlessLayers: true,
    }),
    size: number({ label: "Size, pixels", default: 256, min: 32, max: 2048, step: 1, fromStart: true }),
    steps: number({ label: "Steps", default: 300, min: 1, max: 5000, step: 1 }),
    "total-variation": choiceOrNumber({
      advanced: true,
      label: "Weight of total variation",
      help: "Takes grain away, of which pixels have most.",
      default: "usual",
      options: { usual: `Usual: ${usualVariation.fourier} with frequencies, ${usualVariation.pixels} with pixels` },
      min: 0,
      max: 1000,
      step: 0.1,
    }),
    ...matching,
  },
  order: 60,

  async *run(run) {
    const { photo, model, bound, line, layers: chosen, parameters, from, signal } = run;
    if (!photo) throw new NotApplicable("A texture starts from a photo.");
    const { size, steps, depth, "total-variation": variation } = parameters;
    const layers = chosen.length ? chosen : styleLayers(bound).slice(0, depth);
    if (!layers.length) throw new NotApplicable("This network has no layer with maps: it sees no texture.");
    yield aheadOf(1, steps, from);
    const names = layers.map(({ name }) => name);
    const piece = await inOnePiece(model, { height: size, width: size }, names);
    await piece.model.release();
    const references = await gramsOfPhoto(model, photo, covering(photo, piece.size), line, layers);
    const program = await Program.open(model, piece.size, line, texture(layers, references));
    let parameterization: Parameterization | undefined;
    try {
      const ways = await matcher({ ...run, size: piece.size, goesOn: goesOnFrom(from, piece.size) });
      ({ parameterization } = ways);
      const weight = typeof variation === "number" ? variation : usualVariation[parameters.made];
      const plan = {
        ...ways,
        evaluate: (canvas: Canvas, redirect: boolean) => program.evaluate(canvas, redirect),
        penalties: paid(weight, (weight) => totalVariation(weight, 2)),
        steps,
        done: from?.step ?? 0,
        what: "The distance of the textures",
      };
      let worth: Grown["worth"];
      const stage = { octave: 1, octaves: 1, remark: oneColor(photo) ?? piece.remark };
      for await (const grown of grow(plan, stage, signal)) {
        ({ worth } = grown);
        yield grown;
      }
      if (signal.aborted || !worth) return;
      const error = -(await worth());
      yield {
        verdict: `The Gram matrices of ${firstOf(
          names.map((name) => shown(name)),
          mostNamed,
        )} are ${twoDigits(100 * Math.sqrt(error))} % off the photo's: ${ofDistance}.`,
        good: error < 0.01,
      };
    } finally {
      await parameterization?.release();
      await program.release();
    }
  },
});

/** How many times as long as the picture a photo is looked at, at most: a thin one is stretched. */
const longest = 8;

/** The photo's shape, its shorter side as long as the picture's. */
function covering(photo: Size, { height, width }: Size): Size {
  const factor = Math.max(height / photo.height, width / photo.width);
  return {
    height: Math.min(longest * height, Math.round(photo.height * factor)),
    width: Math.min(longest * width, Math.round(photo.width * factor)),
  };
}
