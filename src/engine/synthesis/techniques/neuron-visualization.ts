import { basename } from "node:path";
import { choice, number, photo } from "../../../shared/parameters.ts";
import { shown } from "../../../shared/shown.ts";
import { isNpy, readVector } from "../../images/npy.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { isOfHardActivation } from "../before-rectifier.ts";
import { demandUnit } from "../channels.ts";
import { classNames } from "../class-channels.ts";
import { demandMaps } from "../climbable.ts";
import { Dead } from "../climb.ts";
import { channelsPastTheMiddle } from "../default-layer.ts";
import { fromNothing, growFromNothing, sizeWanted, type Group } from "../from-nothing.ts";
import { resumeSheet } from "../going-on.ts";
import { demandWeight, lookedAt } from "../looked-at.ts";
import type { Maps } from "../maps.ts";
import { channelMean, direction, energy, sum, unit, type From, type Objective } from "../objectives.ts";
import { Cells, demandRoom } from "../sheet.ts";
import { lengthOf, sumsAlong } from "../sums.ts";
import { synthesisTechnique, type Ahead, type Grown, type Said, type SynthesisRun } from "../technique.ts";

const parameters = {
  of: choice({
    label: "What",
    default: "channel",
    options: {
      channel: "A channel",
      unit: "One unit of a channel",
      layer: "The whole layer",
      direction: "A direction: a photo's, or a file's",
    },
    needs: { channel: "channel", unit: ["channel", "place"] },
  }),
  along: photo({
    label: "Direction of",
    help: "What the layer holds on average in this photo: channels together, wherever in it. Or a .npy file of a number for each channel: a concept's direction, say.",
    default: "",
    required: "Choose the photo whose direction is wanted, or a .npy file of one.",
    when: { parameter: "of", is: ["direction"] },
  }),
  sign: choice({
    label: "The picture that it likes",
    default: "best",
    options: { best: "Best", least: "Least", both: "Best and least, side by side" },
    fromStart: true,
  }),
  pictures: number({
    label: "Pictures",
    help: "Several that differ from one another show how much there is that it likes.",
    default: 1,
    min: 1,
    max: 9,
    step: 1,
    fromStart: true,
  }),
  diversity: number({
    advanced: true,
    label: "Weight of diversity",
    help: "How much several pictures are to differ, as a share of what they are worth.",
    default: 1,
    min: 0,
    max: 100,
    step: 0.1,
    when: { parameter: "pictures", above: 1 },
  }),
  base: choice({
    advanced: true,
    label: "Low frequencies of several",
    default: "own",
    options: { own: "Each its own", common: "In common: they differ in detail" },
    when: [
      { parameter: "pictures", above: 1 },
      { parameter: "method", is: ["fourier"] },
    ],
  }),
  ...fromNothing,
} as const;

type Run = SynthesisRun<typeof parameters>;
type Sign = "best" | "least";
type Vector = Float32Array<ArrayBuffer>;
/** With the direction of each layer, where directions are asked for. */
type Looking = Run & { readonly directions: ReadonlyMap<string, Vector> };

export default synthesisTechnique({
  title: "Neuron visualization",
  summary: "A picture that one unit, one channel or a whole layer likes best, or least, made from nothing; or several.",
  convention:
    "a channel: its mean over the map; a unit: one number of it, at the centre unless told; a layer: half its mean square; a direction: the mean over the map of the product with the photo's mean values, or a file's, at unit length; several layers: their sum by weights of either sign; least, where no weight is above zero, and where nothing activates a channel: what goes into its ReLU, below zero; where nothing activates it at first, that for an eighth of the steps, and until something does; several pictures: their mean, less the mean cosine between two of their Gram matrices of the layer, as a share of that mean; made like a class's picture",
  citation: {
    authors: "Olah, Mordvintsev, Schubert",
    title: "Feature visualization",
    venue: "Distill",
    year: 2017,
    url: "https://distill.pub/2017/feature-visualization",
  },
  fromPhoto: false,
  needs: ["layer", "channel", "place"],
  defaultLayer: channelsPastTheMiddle,
  several: { label: "Several layers", weights: "either sign", inPlaceOfLayer: true },
  parameters,
  order: 30,

  async *run(run) {
    const { model, layer, from, parameters: given } = run;
    const { sign, pictures, base, diversity } = given;
    demandWeight(lookedAt(run).map(({ weight }) => weight));
    yield* classesOf(run);
    const signs: readonly Sign[] = sign === "both" ? ["best", "least"] : [sign];
    const looking = { ...run, directions: given.of === "direction" ? await directionsOf(run) : new Map() };
    if (signs.length * pictures === 1) {
      yield* raised(looking, signs[0] ?? "best");
      return;
    }
    const titles = signs.flatMap((each) => Array.from({ length: pictures }, (_, i) => titleOf(run, each, i)));
    const columns = signs.length > 1 ? pictures * (pictures === 1 ? 2 : 1) : undefined;
    const size = sizeWanted(model, given.size);
    demandRoom(titles.length, size, model.memory);
    const cells = new Cells(size, titles, columns);
    resumeSheet(cells, run);
    const octaves = signs.length;
    for (const [i, each] of signs.entries()) {
      const octave = i + 1;
      if (from && octave < from.octave) continue;
      const place = { cells, first: i * pictures, count: pictures, octave, octaves };
      const differing = { layer, weight: diversity, common: base === "common" };
      yield* raised(looking, each, { ...place, ...differing });
    }
  },
});

/** Which classes the channels are, where they are some. */
function* classesOf(run: Run): Generator<Said> {
  if (run.parameters.of !== "channel" && run.parameters.of !== "unit") return;
  for (const { name, channel = run.channel ?? 0 } of lookedAt(run)) {
    const label = classNames({ ...run, layer: name })(channel);
    if (label !== undefined)
      yield { key: `class ${name} ${channel}`, said: `Channel ${channel} of ${shown(name)} is the class ${label}.` };
  }
}

/** For each layer what it holds of the photo, as the mean over its map, or what the file says; at unit length. */
async function directionsOf(run: Run) {
  const { model, bound, parameters } = run;
  const of = isNpy(parameters.along) ? await ofFile(parameters.along) : await ofPhoto(run);
  const found = new Map<string, Vector>();
  for (const { name } of lookedAt(run)) {
    const vector = await of(name, demandMaps(model, bound, name));
    const length = lengthOf(vector);
    found.set(
      name,
      Float32Array.from(vector, (x) => x / length),
    );
  }
  return found;
}

/** A vector of some length that is not zero. */
type DirectionOf = (layer: string, maps: Maps) => Float32Array | Promise<Float32Array>;

async function ofPhoto({ model, other, parameters: { along } }: Run): Promise<DirectionOf> {
  const image = await other(along);
  return async (layer, maps) => {
    const { shape, data } = maps.ofNumbers(await model.activations(image, layer));
    const sums = sumsAlong(data, shape, 1);
    const length = lengthOf(sums);
    if (!Number.isFinite(length))
      throw new NotApplicable(
        `What ${shown(layer)} holds of ${along} is not finite: it has no direction. Choose another layer, or another photo.`,
      );
    if (length === 0)
      throw new NotApplicable(`${shown(layer)} sees nothing in ${along}: its channels' means are all zero there.`);
    return sums;
  };
}

async function ofFile(path: string): Promise<DirectionOf> {
  const vector = await readVector(path);
  const length = lengthOf(vector);
  if (!Number.isFinite(length)) throw new NotApplicable(`${path} holds what is not finite: it is no direction.`);
  if (length === 0) throw new NotApplicable(`${path} is zero everywhere: it is no direction.`);
  return (layer, { shape }) => {
    const channels = shape[1] ?? 1;
    if (channels !== vector.length)
      throw new NotApplicable(
        `A direction in ${shown(layer)} takes a number for each of its ${channels} channels, and ${path} holds ${vector.length}. Choose another file, or another layer.`,
      );
    return vector;
  };
}

const titleOf = ({ parameters: { pictures, sign } }: Run, of: Sign, i: number) => {
  const name = of === "best" ? "Best" : "Least";
  return { title: sign === "both" ? (pictures > 1 ? `${name} ${i + 1}` : name) : `${i + 1}` };
};

/** Climbs what the layer says; where that stays dead, what goes into the rectifier, which says how far below zero it is. */
async function* raised(run: Looking, sign: Sign, group?: Group): AsyncGenerator<Grown | Ahead, void> {
  const { of } = run.parameters;
  const whole = of === "unit";
  const weights = lookedAt(run).map(({ weight }) => weight);
  const isLowered = sign === "least" || !weights.some((weight) => weight > 0);
  if (isLowered || of === "layer" || of === "direction") {
    yield* growFromNothing(run, ...goal(run, sign, "before-rectifier"), group, { whole });
    return;
  }
  try {
    yield* growFromNothing(run, ...goal(run, sign, "layer"), group, { awake: true, whole });
    return;
  } catch (error) {
    if (!(error instanceof Dead)) throw error;
  }
  const [objective, what] = goal(run, sign, "before-rectifier");
  const isLoweredToo = weights.some((weight) => weight < 0);
  const raising = isLoweredToo
    ? "what goes into the ReLUs is raised or lowered, by the weights' signs"
    : `what goes into ${weights.length > 1 ? "their activation functions" : "its activation function"} is raised`;
  const remark = `${what} has not fired so far: ${raising}.`;
  try {
    yield* growFromNothing(run, objective, what, group, { remark, again: true, whole });
  } catch (error) {
    if (!(error instanceof Dead)) throw error;
    // What is known of it: the steps that were tried, on this picture.
    throw new NotApplicable(`${error.message} Choose another channel.`, { cause: error });
  }
}

/** Where the place lies, as shares of the map that the usual size has: a picture of another size has another map. */
function shareOf({ model, bound, place }: Run, layer: string, channel: number) {
  const [, , height = 1, width = 1] = demandUnit(model, bound, layer, channel, place).shape;
  return place && ([(place[0] + 0.5) / height, (place[1] + 0.5) / width] as const);
}

/** Whether a channel is lowered by what the layer gives, and not by what goes in: a hard activation gives a least. */
function hasOwnLeast({ model, bound }: Run, layer: string, channel: number): boolean {
  const { value, axis } = demandMaps(model, bound, layer);
  return isOfHardActivation(bound.network.graph, value, axis, channel);
}

/** What is climbed, and what it is called. */
function goal(run: Looking, sign: Sign, from: From): readonly [Objective, string] {
  const { directions, channel = 0, parameters } = run;
  const parts = lookedAt(run).map((each) => {
    const own = each.channel ?? channel;
    const isOfChannel = parameters.of === "channel" || parameters.of === "unit";
    const share = isOfChannel ? shareOf(run, each.name, own) : undefined;
    const isLowered = each.weight < 0 !== (sign === "least");
    const seen = isLowered && isOfChannel && hasOwnLeast(run, each.name, own) ? "layer" : from;
    const objective: Readonly<Record<typeof parameters.of, readonly [Objective, string]>> = {
      channel: [channelMean(each.name, own, seen), `Channel ${own} of ${each.name}`],
      unit: [unit(each.name, own, share, seen), `The unit of channel ${own} of ${each.name}`],
      layer: [energy(each.name), `The energy of ${each.name}`],
      direction: [
        direction(each.name, directions.get(each.name) ?? new Float32Array()),
        `The direction of ${basename(parameters.along)} in ${each.name}`,
      ],
    };
    return { weight: each.weight, part: objective[parameters.of] };
  });
  const [first] = parts;
  const what = parts.length === 1 ? (first?.part[1] ?? "") : `The sum over ${parts.length} layers`;
  const worth = parts.map(
    ({ weight, part: [objective, name] }) => [sign === "best" ? weight : -weight, objective, name] as const,
  );
  return [sum(worth), what];
}
