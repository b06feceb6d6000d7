import type { Value } from "../graph/graph.ts";
import { makesChannels, type Layer } from "../graph/layers.ts";
import type { Bound } from "../model.ts";
import { descendants } from "../propagation/differentiate.ts";
import type { WeighedLayer } from "./gram.ts";
import { depthIn, nearestTo } from "./layers-by-depth.ts";
import { joinsPaths, layersWithMaps, type LayerWithMaps } from "./layers-with-maps.ts";
import type { DefaultLayer } from "./technique.ts";

const most = 5;
/** Maps of fewer pixels a side have no texture left. */
const leastSide = 4;

/**
 * One layer for each size of maps, from the largest that weights have made on: the first that joins several paths, or else
 * the first whose weights make its channels; in VGG these are conv1_1 to conv5_1 of Gatys et al. A size that only cuts,
 * enlarges or pools what another has is left out.
 */
export function styleLayers(bound: Bound): readonly WeighedLayer[] {
  return firstOfSizes(bound).map(({ name }) => ({ name, weight: 1 }));
}

function firstOfSizes(bound: Bound): readonly Layer[] {
  const made = madeByWeights(bound);
  const chosen = [...new Set(made.map(sizeOf))].map((size) => {
    const same = made.filter((each) => sizeOf(each) === size).map(({ layer }) => layer);
    return same.find((layer) => joinsPaths(layer, bound)) ?? same.find(makesChannels);
  });
  return chosen.filter((layer) => layer !== undefined).slice(0, most);
}

/** What style and content may be read off: before, a layer has no more than the picture's own colours. */
function madeByWeights(bound: Bound): readonly LayerWithMaps[] {
  const all = layersWithMaps(bound).filter(({ height, width }) => Math.min(height, width) >= leastSide);
  const floats = byFloats(bound);
  const climbable = all.filter(({ layer: { output } }) => output.dtype === "float32" && floats.has(output));
  // Where there is none, some are chosen nevertheless: who climbs them says why that cannot be done.
  const usable = climbable.length ? climbable : all;
  return usable.slice(
    Math.max(
      0,
      usable.findIndex(({ layer }) => makesChannels(layer)),
    ),
  );
}

const sizeOf = ({ height, width }: LayerWithMaps): string => `${height} × ${width}`;

/** What depends on the picture by more than whole numbers, through which nothing can be raised a little. */
const byFloats = ({ network: { graph, input } }: Bound): ReadonlySet<Value> =>
  descendants(
    graph.nodes.filter(({ outputs }) => outputs.some(({ dtype }) => dtype === "float32")),
    [input],
  );

/** Content read off before it is hardly anything but the picture's own edges. */
const tooEarly = 0.2;

/**
 * As Gatys et al. 2016, who keep the content at the fourth of VGG's five sizes. Where that is hardly into the network, as in
 * one that soon stops shrinking its maps (dilated, or of patches) or trims them at every step: in its middle.
 */
function contentLayer(bound: Bound): Layer | undefined {
  const sizes = firstOfSizes(bound);
  const usual = sizes.at(-2) ?? sizes.at(-1);
  if (!usual || depthIn(bound)(usual) >= tooEarly) return usual;
  const layers = madeByWeights(bound).map(({ layer }) => layer);
  const joining = layers.filter((layer) => joinsPaths(layer, bound));
  return nearestTo(0.5, joining.length ? joining : layers.filter(makesChannels), bound);
}

export const whereContentIs: DefaultLayer = {
  of: (bound) => contentLayer(bound)?.name,
  why: "Near the middle of the network: what things are and where is kept, brush strokes are not.",
};
