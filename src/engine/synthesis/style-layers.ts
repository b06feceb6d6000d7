import type { Value } from "../graph/graph.ts";
import { makesChannels } from "../graph/layers.ts";
import type { Bound } from "../model.ts";
import { descendants } from "../propagation/differentiate.ts";
import type { WeighedLayer } from "./gram.ts";
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
  const all = layersWithMaps(bound).filter(({ height, width }) => Math.min(height, width) >= leastSide);
  const floats = byFloats(bound);
  const climbable = all.filter(({ layer: { output } }) => output.dtype === "float32" && floats.has(output));
  // Where there is none, some are chosen nevertheless: who climbs them says why that cannot be done.
  const usable = climbable.length ? climbable : all;
  // Before, a layer has no more than the picture's own colours.
  const made = usable.slice(
    Math.max(
      0,
      usable.findIndex(({ layer }) => makesChannels(layer)),
    ),
  );
  const chosen = [...new Set(made.map(sizeOf))].map((size) => {
    const same = made.filter((each) => sizeOf(each) === size).map(({ layer }) => layer);
    return same.find((layer) => joinsPaths(layer, bound)) ?? same.find(makesChannels);
  });
  return chosen.flatMap((layer) => (layer ? [{ name: layer.name, weight: 1 }] : [])).slice(0, most);
}

const sizeOf = ({ height, width }: LayerWithMaps): string => `${height} × ${width}`;

/** What depends on the picture by more than whole numbers, through which nothing can be raised a little. */
const byFloats = ({ network: { graph, input } }: Bound): ReadonlySet<Value> =>
  descendants(
    graph.nodes.filter(({ outputs }) => outputs.some(({ dtype }) => dtype === "float32")),
    [input],
  );

/** As Gatys et al. 2016, who keep the content at the fourth of VGG's five sizes. */
export const whereContentIs: DefaultLayer = {
  of(bound) {
    const layers = styleLayers(bound);
    return (layers.at(-2) ?? layers.at(-1))?.name;
  },
  why: "Near the middle of the network: what things are and where is kept, brush strokes are not.",
};
