import { choice, number, photo as photoParameter } from "../../../shared/parameters.ts";
import type { Checkpoint } from "../../../shared/synthesis.ts";
import { float32 } from "../../../shared/tensor.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import type { Canvas } from "../canvas.ts";
import { chances, within } from "../chance.ts";
import { demandUnit } from "../channels.ts";
import { climb } from "../climb.ts";
import { evaluatorFor } from "../evaluator.ts";
import { channelMean, energy, guide, type Objective } from "../objectives.ts";
import { carriedUp, detailOf, octaveBase, octaveSizes } from "../octaves.ts";
import { ascent } from "../optimizers.ts";
import type { Parameterization } from "../parameterizations/parameterization.ts";
import { pixels } from "../parameterizations/pixels.ts";
import { synthesisTechnique, type SynthesisRun } from "../technique.ts";
import { roll } from "../transformations/roll.ts";

export default synthesisTechnique({
  title: "DeepDream",
  summary: "What a layer sees in the photo, made stronger until everybody sees it.",
  convention:
    "google/deepdream: half the layer's squares, octaves from small to large with their detail carried up (bilinear), jitter undone, steps by the mean of |gradient| on the scale of 0 to 255, clipped to what a screen shows",
  citation: {
    authors: "Mordvintsev, Olah, Tyka",
    title: "Inceptionism: going deeper into neural networks",
    venue: "Google Research Blog",
    year: 2015,
    url: "https://research.google/blog/inceptionism-going-deeper-into-neural-networks/",
  },
  fromPhoto: true,
  needs: ["layer"],
  parameters: {
    octaves: number({ label: "Octaves", default: 4, min: 1, max: 12, step: 1 }),
    "octave-scale": number({ label: "Octave scale", default: 1.4, min: 1.05, max: 3, step: 0.05 }),
    steps: number({ label: "Steps per octave", default: 10, min: 1, max: 1000, step: 1 }),
    "step-size": number({ label: "Step size, of 255", default: 1.5, min: 0.01, max: 50, step: 0.1 }),
    jitter: number({ label: "Jitter, pixels", default: 32, min: 0, max: 256, step: 1 }),
    guide: photoParameter({
      label: "Towards a picture",
      help: "What the layer sees in this picture is looked for in the photo.",
      default: "",
    }),
    compare: choice({
      label: "Compare with it by",
      default: "dot",
      options: { dot: "Dot product", cosine: "Cosine" },
    }),
  },
  order: 10,

  async *run(run) {
    const { photo, line, model, parameters, seed, from, signal } = run;
    if (!photo) throw new NotApplicable("DeepDream starts from a photo.");
    const { octaves, steps, jitter } = parameters;
    const sizes = octaveSizes(photo, octaves, parameters["octave-scale"]);
    const { objective, what } = await wanted(run);
    const optimizer = ascent(parameters["step-size"], "mean");
    let detail: Canvas | undefined;
    const first = Math.min(from?.octave ?? 1, octaves);
    for (let octave = first; octave <= octaves; octave++) {
      const size = sizes[octave - 1]!;
      const resumed = from && octave === from.octave ? from : undefined;
      const parameterization = startOf(octaveBase(photo, sizes, octave - 1), detail, resumed);
      detail = undefined;
      const evaluator = await evaluatorFor(model, size, line, objective, signal);
      let { remark } = evaluator;
      try {
        const canvas = await parameterization.picture();
        const plan = {
          parameterization,
          optimizer,
          what,
          steps,
          done: resumed?.step ?? 0,
          evaluate: evaluator.evaluate,
          transformation: (step: number) => {
            const next = chances(seed, octave, step);
            return roll(within(next, jitter), within(next, jitter));
          },
        };
        for await (const grown of climb(plan, signal)) {
          yield {
            ...(remark !== undefined && { remark }),
            ...grown,
            canvas,
            octave,
            octaves,
            steps,
            done: (octave - 1) * steps + grown.step,
            total: octaves * steps,
            checkpoint: () => ({ octave, step: grown.step, shape: canvas.shape, values: canvas.data.slice() }),
          };
          remark = undefined;
        }
        if (signal.aborted) return;
        // Made again instead of kept: of a large photo it takes as much memory as all that a step needs.
        if (octave < octaves) detail = detailOf(canvas, octaveBase(photo, sizes, octave - 1));
      } finally {
        await evaluator.release();
      }
    }
  },
});

function startOf(base: Canvas, detail: Canvas | undefined, resumed: Checkpoint | undefined): Parameterization {
  if (!resumed) return pixels(detail ? carriedUp(detail, base) : base);
  if (resumed.values.length !== base.data.length)
    throw new NotApplicable(
      "The picture to go on from has another size than this octave: go on with the same octaves.",
    );
  return pixels(float32(base.shape, Float32Array.from(resumed.values)));
}

type Parameters = { readonly guide: string; readonly compare: "dot" | "cosine" };

async function wanted({
  model,
  bound,
  layer,
  channel,
  parameters,
  other,
}: Pick<SynthesisRun, "model" | "bound" | "layer" | "channel" | "other"> & {
  readonly parameters: Parameters;
}): Promise<{ objective: Objective; what: string }> {
  demandUnit(model, bound, layer, channel);
  if (parameters.guide) {
    if (channel !== undefined)
      throw new NotApplicable("Towards a picture all channels of the layer are looked at: leave the channel out.");
    const features = await model.activations(await other(parameters.guide), layer);
    if (features.data.every((x) => x === 0))
      throw new NotApplicable(`${layer} sees nothing in ${parameters.guide}: it is zero everywhere there.`);
    return {
      objective: guide(layer, features, parameters.compare),
      what: `${layer}, compared with the guide picture,`,
    };
  }
  if (channel === undefined) return { objective: energy(layer), what: `The energy of ${layer}` };
  return { objective: channelMean(layer, channel), what: `Channel ${channel} of ${layer}` };
}
