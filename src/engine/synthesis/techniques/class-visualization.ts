import { NotApplicable } from "../../techniques/technique.ts";
import { canvasOf, drawn, resized, type Canvas } from "../canvas.ts";
import { fromNothing, growFromNothing } from "../from-nothing.ts";
import { classScore } from "../objectives.ts";
import { synthesisTechnique, type SynthesisRun } from "../technique.ts";

export default synthesisTechnique({
  title: "Class visualization",
  summary: "A picture that the network takes for a class, made from nothing.",
  convention:
    "the class's score before the softmax; Fourier: 1/f, decorrelated colours, sigmoid, Adam, a little total variation, shift, scale and turn as in Lucid; or pixels with L2 towards the mean colour (Simonyan); or decay, blur, small norms and contributions clipped (Yosinski)",
  citation: {
    authors: "Simonyan, Vedaldi, Zisserman",
    title: "Deep inside convolutional networks: visualising image classification models and saliency maps",
    venue: "ICLR workshop",
    year: 2014,
    url: "https://arxiv.org/abs/1312.6034",
  },
  fromPhoto: false,
  needs: ["class"],
  parameters: {
    ...fromNothing,
    // Chosen by looking: EfficientNet's scores are a tenth of SqueezeNet's, and its pictures mostly grain without it.
    "total-variation": { ...fromNothing["total-variation"], default: 50 },
  },
  order: 20,

  async *run(run) {
    const { target, model, bound, signal } = run;
    if (!target || !bound.score) throw new NotApplicable(await model.whyNoClasses());
    const weights = new Float32Array(bound.score.classes);
    weights[target.index] = 1;
    let canvas: Canvas | undefined;
    for await (const grown of growFromNothing(run, classScore(weights), `The score of ${target.label}`)) {
      ({ canvas } = grown);
      yield grown;
    }
    if (canvas && !signal.aborted) yield verdict(target, await probabilityOf(canvas, target.index, run));
  },
});

/** Of the picture as it is saved, in 8 bits. */
async function probabilityOf(
  canvas: Canvas,
  index: number,
  { model, line }: Pick<SynthesisRun, "model" | "line">,
): Promise<number> {
  const { height, width } = model.inputSize;
  const shown = resized(canvasOf(drawn(canvas)), height, width);
  const scores = await model.scores(line.toNetwork(shown));
  return model.probabilities(scores).data[index] ?? NaN;
}

const verdict = ({ label }: { readonly label: string }, probability: number) => ({
  verdict: `The network takes the picture for ${label} with ${(100 * probability).toFixed(2)} %.`,
  good: probability > 0.99,
});
