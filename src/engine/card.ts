import { basename } from "node:path";
import type { LayerCard, ModelCard } from "../shared/protocol.ts";
import { shown } from "../shared/shown.ts";
import type { Shape } from "../shared/tensor.ts";
import type { Origin } from "../shared/preparation.ts";
import { costOf } from "./analysis/cost.ts";
import { fedBeside } from "./fed-beside.ts";
import { kindText, type Layer } from "./graph/layers.ts";
import { camForm, type Score } from "./graph/score.ts";
import { mapsOf } from "./inside/arrangement.ts";
import { axesOf } from "./inside/axes.ts";
import { inputSizeOf, isSizeAssumed, type ModelEntry } from "./library.ts";
import { allLayers, troubleOf } from "./lost-layers.ts";
import { withoutScore, type Bound } from "./model.ts";
import { labelsFile, labelsFor } from "./preparation/labels.ts";
import type { Samples } from "./samples.ts";

/** What is said of a model before any photo is seen. A model without a picture input has a card too. */
export async function cardOf(entry: ModelEntry, samples: Samples): Promise<ModelCard> {
  const { file, sidecar } = entry;
  const model = file.picture ? await entry.at(inputSizeOf(entry)) : undefined;
  const bound = await model?.bound(1);
  const scoreTrouble = await model?.scoreTrouble();
  const { labels, from } = bound?.score
    ? await labelsOf(entry, bound.score.classes, samples)
    : { labels: [], from: "numbers" as const };
  const form = bound?.score && camForm(bound.network.graph, bound.score.readOff);
  const layers = bound ? allLayers(bound).map((layer) => layerCard(layer, bound)) : [];
  const named = labelsFile(file.path, sidecar);
  return {
    path: file.path,
    title: sidecar?.name ?? basename(file.path),
    format: file.format,
    producer: file.producer,
    opset: file.opset,
    bytes: file.bytes,
    inputs: file.inputs,
    outputs: file.outputs.map((output) => ({ ...output, shape: output.shape ?? shapeOf(output.name, bound) })),
    picture: file.picture,
    ...(isSizeAssumed(entry) && { sizeAssumed: true }),
    layers,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    ...(bound && costBeside(entry, bound)),
    classes: bound?.score?.classes,
    ...(scoreTrouble !== undefined && { scoreTrouble }),
    score: bound?.score?.readOff.name,
    beforeScore: bound?.score?.steppedOver ?? [],
    labels,
    labelsFrom: from,
    defaultLayer: bound && defaultLayer(bound)?.name,
    notCam: form ? ("reason" in form ? form.reason : undefined) : withoutScore(scoreTrouble),
    problems: [
      ...file.problems,
      ...file.remarks,
      ...(bound?.score?.classes === 1 ? [yesOrNo] : []),
      ...(bound?.score && bound.score.value !== bound.score.readOff ? [already(bound.score)] : []),
      ...(bound?.network.problems ?? (file.picture ? [] : ["None of its inputs takes a picture."])),
    ],
    files: [...file.beside, ...(named === undefined ? [] : [named])],
  };
}

function costBeside({ file }: ModelEntry, bound: Bound): Pick<ModelCard, "besideLayers"> {
  const { unread, fed } = fedBeside(bound, file.inputs);
  const { multiplyAdds, uncounted } = costOf(unread, fed);
  if (!multiplyAdds && !uncounted.length) return {};
  return { besideLayers: { multiplyAdds, uncounted: uncounted.map((op) => shown(op)) } };
}

/** Of one picture, where the file leaves it out and the network tells. */
function shapeOf(output: string, bound: Bound | undefined): Shape | undefined {
  const value = bound?.network.values.get(output);
  return value?.dtype === "unknown" ? undefined : value?.shape;
}

const yesOrNo = "Its one score is read as the answer to a yes-or-no question: the probability is its sigmoid.";

/** Said where the score is not what the file has. */
const already = ({ activation, readOff }: Score) =>
  `${shown(readOff.name)} holds probabilities already: a class's score is ${activation === "softmax" ? "the logarithm of its probability" : "that of its odds, log(p / (1 − p))"}.`;

export const labelsOf = (
  { file, sidecar, description }: ModelEntry,
  classes: number,
  { imagenetLabels }: Samples,
): Promise<{ labels: readonly string[]; from: Origin }> =>
  labelsFor({ model: file.path, classes, sidecar, described: description.labels, imagenet: imagenetLabels });

/** Whether it has rows and columns; a transformer's attention has as many axes, but they run over its tokens. */
function isSpatial({ output }: Layer, bound: Bound): boolean {
  const { shape } = output;
  const roles = axesOf(bound).get(output)?.roles ?? [];
  return shape.length === 4 && (shape[2] ?? 1) * (shape[3] ?? 1) > 1 && !roles.includes("token");
}

/** Whether its maps are known to lie over the picture, in the order in which convolutions have them. */
const hasMaps = ({ output }: Layer, bound: Bound): boolean =>
  axesOf(bound).get(output)?.roles.join() === "batch,channel,row,column";

function layerCard(layer: Layer, bound: Bound): LayerCard {
  const trouble = troubleOf(layer, bound);
  const isLost = layer.output.dtype === "unknown";
  return {
    name: layer.name,
    kind: kindText(layer),
    value: layer.output.name,
    shape: isLost ? undefined : layer.output.shape,
    ...(!isLost && { maps: mapsOf(layer, bound) }),
    parameters: layer.parameters,
    spatial: isSpatial(layer, bound),
    ...(trouble !== undefined && { trouble }),
  };
}

/** Only smaller, larger or otherwise ordered maps come of these. */
const unchanging = /Pool$|^(Identity|Cast|Transpose|Reshape|Pad|Resize|Slice|Split|Dropout)$/;

/**
 * The last layer with maps of its own making that the score depends on: where Grad-CAM looks unless told otherwise. In a
 * vision transformer that is the one that cuts the picture into patches: behind it there are tokens and attention.
 */
export function defaultLayer(bound: Bound): Layer | undefined {
  const { layers, score } = bound;
  const { graph } = bound.network;
  const path = new Set(graph.leadingTo(score ? [score.value] : layers.slice(-1).map(({ output }) => output)));
  const spatial = layers.filter((layer) => isSpatial(layer, bound) && layer.nodes.some((node) => path.has(node)));
  const made = spatial.filter(({ nodes }) => nodes.some(({ op }) => !unchanging.test(op)));
  return made.findLast((layer) => hasMaps(layer, bound)) ?? made.at(-1) ?? spatial.at(-1);
}
