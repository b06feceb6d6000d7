import type { Value } from "../graph/graph.ts";
import type { Layer, LostLayer } from "../graph/layers.ts";
import { weightsOf } from "../graph/weights.ts";
import type { Bound } from "../model.ts";

/** The constants of the file that a layer reads, running statistics included. */
export const weightsOfLayer = (layer: Layer | LostLayer, { network: { graph }, reached }: Bound): readonly Value[] =>
  "weights" in layer ? layer.weights : weightsOf(layer.nodes, graph, reached);
