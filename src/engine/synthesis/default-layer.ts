import type { Layer } from "../graph/layers.ts";
import type { Bound } from "../model.ts";
import { joinsPaths, layersWithMaps } from "./layers-with-maps.ts";
import type { DefaultLayer } from "./technique.ts";

/** The same for a person. */
export const whereDreamsAreGood: DefaultLayer = {
  of: (bound) => dreamLayer(bound)?.name,
  why: "Three fifths of the way in, where paths join: eyes, snouts, wheels. Layers before see textures, those behind whole classes.",
};

/** How far into a network parts of things are seen: eyes, snouts, wheels. Before are textures, behind are whole classes. */
const partsOfThings = 0.6;

/**
 * Where dreams are good: three fifths of the way through the layers, at the nearest one that joins several paths.
 * Chosen by looking: SqueezeNet's fire6/concat gives eyes and fur, EfficientNet-Lite0's stage5/block3 snouts and faces;
 * layers before draw stripes, the last ones hardly anything. Undefined where no layer has maps.
 */
export function dreamLayer(bound: Bound): Layer | undefined {
  const layers = bound.layers.filter(({ output }) => !bound.numberless.has(output));
  const spatial = layersWithMaps(bound).flatMap(({ layer, height, width }) => (height * width > 1 ? [layer] : []));
  const joining = spatial.filter((layer) => joinsPaths(layer, bound));
  const middle = partsOfThings * layers.length;
  const distance = (layer: Layer) => Math.abs(layers.indexOf(layer) - middle);
  const [nearest] = [...(joining.length ? joining : spatial)].sort((a, b) => distance(a) - distance(b));
  return nearest;
}
