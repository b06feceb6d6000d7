import type { Layer } from "../graph/layers.ts";
import { isStandardized } from "../graph/standardized.ts";
import type { Bound } from "../model.ts";
import { nearestTo } from "./layers-by-depth.ts";
import { joinsPaths, layersWithMaps } from "./layers-with-maps.ts";
import type { DefaultLayer } from "./technique.ts";

/** The same for a person: what is there for a technique, and what before and behind. */
export const pastTheMiddle = (where: string, others: string): DefaultLayer => ({
  of: (bound) => dreamLayer(bound)?.name,
  why: `Past the middle of the network, where ${where}. ${others}.`,
});

/** Of what is made from nothing, of one channel each. */
export const channelsPastTheMiddle = pastTheMiddle(
  "channels of one for photos like eyes, snouts, wheels",
  "Those of earlier layers like edges and textures, those of later ones whole things",
);

/** How far into a network parts of things are seen: eyes, snouts, wheels. Before are textures, behind are whole classes. */
const partsOfThings = 0.65;

/**
 * Where dreams are good: about two thirds of the way through the layers with weights, at the nearest one that joins
 * several paths. Chosen by looking: SqueezeNet's fire6/concat gives eyes and fur, EfficientNet-Lite0's stage5/block3
 * snouts and faces; layers before draw stripes, the last ones hardly anything. Undefined where no layer has maps.
 */
export function dreamLayer(bound: Bound): Layer | undefined {
  const { network, reached } = bound;
  const spatial = layersWithMaps(bound).flatMap(({ layer, height, width }) => (height * width > 1 ? [layer] : []));
  const raisable = spatial.filter(
    (layer) => !isPooling(layer) && !isStandardized(layer.output, network.graph, reached),
  );
  const joining = raisable.filter((layer) => joinsPaths(layer, bound));
  const good = [joining, raisable, spatial].find(({ length }) => length) ?? [];
  return nearestTo(partsOfThings, good, bound);
}

const isPooling = ({ nodes }: Layer): boolean => nodes.every(({ op }) => op.endsWith("Pool"));
