import type { Layer } from "../graph/layers.ts";
import type { Bound } from "../model.ts";
import type { WeighedLayer } from "./gram.ts";

const most = 5;
/** Maps of fewer pixels a side have no texture left. */
const leastSide = 4;
const joins: ReadonlySet<string> = new Set(["Concat", "Add"]);

/**
 * One layer for each size of maps, from the largest on: the first that joins several paths, or else the first that is no
 * pooling; in VGG these are conv1_1 to conv5_1 of Gatys et al.
 */
export function styleLayers({
  network: { graph },
  layers: all,
  score,
  reached,
  numberless,
}: Bound): readonly WeighedLayer[] {
  const layers = all.filter(({ output }) => !numberless.has(output));
  const path = new Set(graph.leadingTo(score ? [score.value] : layers.slice(-1).map(({ output }) => output)));
  const sizes = new Map<string, Layer[]>();
  for (const layer of layers) {
    const [, , height = 1, width = 1] = layer.output.shape;
    const usable = layer.output.shape.length === 4 && Math.min(height, width) >= leastSide && reached.has(layer.output);
    if (!usable || !layer.nodes.some((node) => path.has(node))) continue;
    const key = `${height} × ${width}`;
    sizes.set(key, [...(sizes.get(key) ?? []), layer]);
  }
  const has = (ops: ReadonlySet<string>) => (layer: Layer) => layer.nodes.some(({ op }) => ops.has(op));
  const chosen = [...sizes.values()].map(
    (same) => same.find(has(joins)) ?? same.find(({ nodes }) => !nodes.every(({ op }) => op.endsWith("Pool"))),
  );
  return chosen.flatMap((layer) => (layer ? [{ name: layer.name, weight: 1 }] : [])).slice(0, most);
}

/** Where Gatys et al. 2016 keep the content: at the fourth of VGG's five sizes; here at the last but one of what there is. */
export function contentLayer(bound: Bound): string | undefined {
  const layers = styleLayers(bound);
  return (layers.at(-2) ?? layers.at(-1))?.name;
}
