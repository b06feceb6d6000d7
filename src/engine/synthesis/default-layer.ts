import { kindOf } from "../graph/definitions.ts";
import type { Node } from "../graph/graph.ts";
import { makesChannels, type Layer } from "../graph/layers.ts";
import type { Bound } from "../model.ts";
import { joinsPaths, layersWithMaps } from "./layers-with-maps.ts";
import type { DefaultLayer } from "./technique.ts";

/** The same for a person. */
export const whereDreamsAreGood: DefaultLayer = {
  of: (bound) => dreamLayer(bound)?.name,
  why: "Past the middle of the network: eyes, snouts, wheels. Earlier layers see textures, later ones whole classes.",
};

/** How far into a network parts of things are seen: eyes, snouts, wheels. Before are textures, behind are whole classes. */
const partsOfThings = 0.65;

/**
 * Where dreams are good: about two thirds of the way through the layers with weights, at the nearest one that joins
 * several paths. Chosen by looking: SqueezeNet's fire6/concat gives eyes and fur, EfficientNet-Lite0's stage5/block3
 * snouts and faces; layers before draw stripes, the last ones hardly anything. Undefined where no layer has maps.
 */
export function dreamLayer(bound: Bound): Layer | undefined {
  const layers = bound.layers.filter(({ output }) => !bound.numberless.has(output));
  const spatial = layersWithMaps(bound).flatMap(({ layer, height, width }) => (height * width > 1 ? [layer] : []));
  const raisable = spatial.filter((layer) => !isPooling(layer) && !isStandardized(layer, bound));
  const joining = raisable.filter((layer) => joinsPaths(layer, bound));
  // Only weights count: a network that casts, turns and normalizes its picture itself is no deeper for it.
  let weighted = 0;
  const depths = new Map(layers.map((layer) => [layer, (weighted += Number(makesChannels(layer)))]));
  const distance = (layer: Layer) => Math.abs((depths.get(layer) ?? 0) - partsOfThings * weighted);
  const good = [joining, raisable, spatial].find(({ length }) => length) ?? [];
  return good.toSorted((a, b) => distance(a) - distance(b))[0];
}

const isPooling = ({ nodes }: Layer): boolean => nodes.every(({ op }) => op.endsWith("Pool"));

const standardizing: ReadonlySet<string> = new Set([
  "LayerNormalization",
  "InstanceNormalization",
  "GroupNormalization",
]);

/** Whether its numbers were brought to one variance and at most moved since: whatever the picture, they are as large. */
function isStandardized({ output }: Layer, { network: { graph } }: Bound): boolean {
  let maker = graph.producer(output);
  while (maker && movesOneValue(maker)) maker = maker.inputs[0] && graph.producer(maker.inputs[0]);
  return maker !== undefined && standardizing.has(maker.op);
}

const movesOneValue = (node: Node): boolean => kindOf(node) === "shape" && node.op !== "Concat";
