import { isOfOneValue } from "../graph/one-source.ts";
import type { Layer } from "../graph/layers.ts";
import { isStandardized } from "../graph/standardized.ts";
import type { Bound } from "../model.ts";
import { mapsOf } from "./maps.ts";

/** A layer whose places are places in the picture. */
export interface LayerWithMaps {
  readonly layer: Layer;
  readonly height: number;
  readonly width: number;
}

/** Those on the way to the scores, in the order of the network. */
export function layersWithMaps(bound: Bound): readonly LayerWithMaps[] {
  const { layers: all, network, score, numberless, reached } = bound;
  const layers = all.filter(({ output }) => !numberless.has(output));
  const path = new Set(network.graph.leadingTo(score ? [score.value] : layers.slice(-1).map(({ output }) => output)));
  return layers.flatMap((layer) => {
    if (!reached.has(layer.output) || !layer.nodes.some((node) => path.has(node))) return [];
    const maps = mapsOf(bound, layer.output);
    const [, , height = 1, width = 1] = maps?.shape ?? [];
    return maps?.isSpatial ? [{ layer, height, width }] : [];
  });
}

const joins: ReadonlySet<string> = new Set(["Concat", "Add"]);

/**
 * Whether several paths from the picture come together in it. A bias is no path, and a step of an activation or of a
 * standardization is none.
 */
export const joinsPaths = ({ nodes }: Layer, { reached, network: { graph } }: Bound): boolean =>
  nodes.some(
    (node) =>
      joins.has(node.op) &&
      !isOfOneValue(node, graph, reached) &&
      !node.outputs.some((output) => isStandardized(output, graph, reached)),
  );
