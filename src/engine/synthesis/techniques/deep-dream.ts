import { choice, number, photo as photoParameter } from "../../../shared/parameters.ts";
import { shown } from "../../../shared/shown.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { canvasOf, type Canvas } from "../canvas.ts";
import { chances, within } from "../chance.ts";
import { demandUnit } from "../channels.ts";
import { demandClimbable, demandMaps } from "../climbable.ts";
import { experienced } from "../climb-state.ts";
import { climb } from "../climb.ts";
import { pastTheMiddle } from "../default-layer.ts";
import { evaluatorFor } from "../evaluator.ts";
import { blurred, gradientBlur } from "../gradient-blur.ts";
import { demandWeight, lookedAt } from "../looked-at.ts";
import { channelMean, energy, guide, sum as total, type Objective } from "../objectives.ts";
import { carriedUp, detailOf, octaveBase, octaveSizes } from "../octaves.ts";
import { ascent, times } from "../optimizers.ts";
import { atFirstSize } from "../others-picture.ts";
import { pixelKind, pixels } from "../parameterizations/pixels.ts";
import { sizeText } from "../size-text.ts";
import { synthesisTechnique, type SynthesisRun } from "../technique.ts";
import { roll } from "../transformations/roll.ts";
import { packed, unpacked } from "../zoom-checkpoint.ts";
import { zoomed } from "../zoom.ts";

/** Pixels that a shape takes that a person can make out, about: a shorter side has none. */
const roomForShapes = 32;

const id = "deep-dream";

export default synthesisTechnique({
  title: "DeepDream",
  summary: "What a layer sees in the photo, made stronger until everybody sees it.",
  convention:
    "google/deepdream: half the layer's mean square, of several layers their sum by weights of either sign, octaves from small to large with their detail carried up (bilinear), jitter undone, steps by the mean of |gradient| on the scale of 0 to 255, clipped to what a screen shows; the endless zoom enlarges the finished picture about its centre (bilinear) and dreams on",
  citation: {
    authors: "Mordvintsev, Olah, Tyka",
    title: "Inceptionism: going deeper into neural networks",
    venue: "Google Research Blog",
    year: 2015,
    url: "https://research.google/blog/inceptionism-going-deeper-into-neural-networks/",
  },
  fromPhoto: true,
  needs: ["layer", "channel"],
  defaultLayer: pastTheMiddle(
    "one for photos sees eyes, snouts, wheels",
    "Earlier layers draw textures, the last ones hardly anything",
  ),
  several: { label: "Several layers", weights: "either sign", inPlaceOfLayer: true },
  parameters: {
    octaves: number({ label: "Octaves", default: 4, min: 1, max: 12, step: 1, fromStart: true }),
    "octave-scale": number({ label: "Octave scale", default: 1.4, min: 1.05, max: 3, step: 0.05, fromStart: true }),
    steps: number({ label: "Steps per octave", default: 10, min: 1, max: 1000, step: 1 }),
    "step-size": number({ label: "Step size, of 255", default: 1.5, min: 0.01, max: 200, step: 0.1 }),
    normalize: choice({
      advanced: true,
      label: "Step size is measured by",
      help: "A length is that of the whole step: the larger the picture, the less of it falls to a pixel.",
      default: "mean",
      options: {
        mean: "The mean change",
        rms: "The root of the mean square",
        l2: "The length (L2)",
      },
    }),
    "steps-factor": number({
      advanced: true,
      label: "Steps, times as many in the next octave",
      help: "Less than 1 saves time: the steps of large octaves take longest.",
      default: 1,
      min: 0.25,
      max: 4,
      step: 0.05,
    }),
    "step-size-factor": number({
      advanced: true,
      label: "Step size, times as large in the next octave",
      default: 1,
      min: 0.25,
      max: 4,
      step: 0.05,
    }),
    jitter: number({ label: "Jitter, pixels", default: 32, min: 0, max: 256, step: 1 }),
    ...gradientBlur,
    guide: photoParameter({
      label: "Towards a picture",
      help: "What the layer sees in this picture is looked for in the photo.",
      default: "",
    }),
    compare: choice({
      advanced: true,
      label: "Compare with it by",
      default: "dot",
      options: { dot: "Dot product", cosine: "Cosine" },
      when: { parameter: "guide", chosen: true },
    }),
    zoom: number({
      advanced: true,
      label: "Endless zoom, pictures",
      help: "Zooms into the finished picture and dreams again, so many times; each picture is one of the film. 0: no zoom.",
      default: 0,
      min: 0,
      max: 1000,
      step: 1,
    }),
    "zoom-by": number({
      advanced: true,
      label: "Zoom from one to the next",
      default: 1.05,
      min: 1.01,
      max: 2,
      step: 0.01,
      when: { parameter: "zoom", above: 1 },
    }),
  },
  order: 10,

  async *run(run) {
    const { photo, line, model, parameters, seed, from, signal } = run;
    if (!photo) throw new NotApplicable("DeepDream starts from a photo.");
    const { octaves, jitter, zoom } = parameters;
    const sizes = octaveSizes(photo, octaves, parameters["octave-scale"]);
    const steps = stepsPerOctave(parameters);
    const perPicture = sum(steps);
    const { objective, what } = await wanted(run);
    const first = from && atFirstSize(from, id, sizes[0]!);
    if (first?.said) yield first.said;
    const resumed = first && unpacked(first.from, sizes, parameters);
    // Where fewer are wanted by now, the one that is at work is the last.
    const pictures = Math.max(1, zoom, resumed?.picture ?? 1);
    const done = resumed ? stepsBefore(resumed, steps) : 0;
    yield { ahead: { done, total: pictures * perPicture } };
    if (Math.min(photo.height, photo.width) < roomForShapes)
      yield {
        key: "small",
        said: `The photo is ${sizeText(photo)} pixels: the network is shown it repeated side by side, and no shapes have room to grow in it. A larger one shows more.`,
      };
    const optimizer = experienced(ascent(parameters["step-size"], parameters.normalize), from?.state);
    // The photo itself is made again from its bytes whenever it is needed: as numbers a large one takes much memory.
    let zoomedIn: Canvas | undefined = resumed?.zoomedIn;
    for (let picture = resumed?.picture ?? 1; picture <= pictures; picture++) {
      const grewFrom = zoomedIn;
      const base = (octave: number) => octaveBase(zoomedIn ?? canvasOf(photo), sizes, octave - 1);
      let detail: Canvas | undefined;
      let start = picture === resumed?.picture ? resumed : undefined;
      for (let octave = start?.octave ?? 1; octave <= octaves; octave++) {
        const number = (picture - 1) * octaves + octave;
        const parameterization = pixels(start?.canvas ?? (detail ? carriedUp(detail, base(octave)) : base(octave)));
        detail = undefined;
        const evaluator = await evaluatorFor(model, sizes[octave - 1]!, line, objective, run);
        let { remark } = evaluator;
        try {
          const canvas = await parameterization.picture();
          const before = (picture - 1) * perPicture + sum(steps.slice(0, octave - 1));
          const own = steps[octave - 1]!;
          const plan = {
            parameterization,
            smooth: blurred(parameters["gradient-blur"]),
            optimizer: times(optimizer, parameters["step-size-factor"] ** (octave - 1)),
            what,
            steps: own,
            done: start?.step ?? 0,
            isCarriedOn: octave < octaves || picture < pictures,
            evaluate: evaluator.evaluate,
            takeStep: evaluator.takeStep,
            transformation: (step: number) => {
              const next = chances(seed, number, step);
              return roll(within(next, jitter), within(next, jitter));
            },
          };
          start = undefined;
          for await (const grown of climb(plan, signal)) {
            const isWhole = octave === octaves && grown.step === own;
            yield {
              ...(remark !== undefined && { remark }),
              ...grown,
              canvas,
              ...(pictures > 1 && { making: { picture, pictures, isWhole } }),
              octave,
              octaves,
              steps: own,
              done: before + grown.step,
              total: pictures * perPicture,
              checkpoint: () => ({
                ...packed(canvas, picture > 1 ? grewFrom : undefined, number, grown.step),
                state: { parameterization: pixelKind, shape: canvas.shape, optimizer: optimizer.state() },
              }),
            };
            remark = undefined;
          }
          if (signal.aborted) return;
          // Made again instead of kept, too: it takes as much memory as all that a step needs.
          if (octave < octaves) detail = detailOf(canvas, base(octave));
          else if (picture < pictures) zoomedIn = zoomed(canvas, parameters["zoom-by"]);
        } finally {
          await evaluator.release();
        }
      }
    }
  },
});

const stepsBefore = (
  { picture, octave, step }: { readonly picture: number; readonly octave: number; readonly step: number },
  steps: readonly number[],
): number => (picture - 1) * sum(steps) + sum(steps.slice(0, octave - 1)) + step;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

interface Schedule {
  readonly octaves: number;
  readonly steps: number;
  readonly "steps-factor": number;
}

const stepsPerOctave = ({ octaves, steps, "steps-factor": factor }: Schedule): readonly number[] =>
  Array.from({ length: octaves }, (_, i) => Math.max(1, Math.round(steps * factor ** i)));

type Parameters = { readonly guide: string; readonly compare: "dot" | "cosine" };

type Looking = Pick<SynthesisRun, "model" | "bound" | "layer" | "layers" | "channel" | "other"> & {
  readonly parameters: Parameters;
};

/** What is climbed, and what it is called: of several layers the sum, each by its weight. */
async function wanted(run: Looking): Promise<Goal> {
  const looked = lookedAt(run);
  demandWeight(looked.map(({ weight }) => weight));
  const parts: (Goal & { readonly weight: number; readonly name: string })[] = [];
  for (const { name, weight, channel = run.channel } of looked) {
    const called = channel === undefined ? shown(name) : `channel ${channel} of ${shown(name)}`;
    parts.push({ ...(await ofLayer(run, name, channel)), weight, name: called });
  }
  const [first] = parts;
  if (first && parts.length === 1 && first.weight === 1) return first;
  return {
    objective: total(parts.map(({ weight, objective, name }) => [weight, objective, name])),
    what: first && parts.length === 1 ? first.what : `The sum over ${parts.length} layers`,
  };
}

interface Goal {
  readonly objective: Objective;
  readonly what: string;
}

async function ofLayer(
  { model, bound, other, parameters }: Looking,
  layer: string,
  channel: number | undefined,
): Promise<Goal> {
  demandClimbable(model, bound, layer);
  if (parameters.guide) {
    if (channel !== undefined)
      throw new NotApplicable("Towards a picture all channels of the layer are looked at: leave the channel out.");
    const maps = demandMaps(model, bound, layer);
    const features = maps.ofNumbers(await model.activations(await other(parameters.guide), layer));
    if (features.data.every((x) => x === 0))
      throw new NotApplicable(`${layer} sees nothing in ${parameters.guide}: it is zero everywhere there.`);
    return {
      objective: guide(layer, features, parameters.compare),
      what: `${layer}, compared with the guide picture,`,
    };
  }
  if (channel === undefined) return { objective: energy(layer), what: `The energy of ${layer}` };
  demandUnit(model, bound, layer, channel);
  return { objective: channelMean(layer, channel), what: `Channel ${channel} of ${layer}` };
}
